import type { Service, ServiceFactory } from "../../core/service.ts";
import { executions } from "./automation/executions.ts";
import { Runner } from "./automation/runner.ts";
import { documents } from "./documents.ts";
import { getParameters } from "./get-parameters.ts";
import { parameterHistory } from "./parameter-history.ts";
import { PolicyClock } from "./policy-clock.ts";
import { putParameter } from "./put-parameter.ts";
import { tags } from "./tags.ts";

/** AWS Systems Manager: https://docs.aws.amazon.com/systems-manager/latest/APIReference/ */
const ssm: ServiceFactory = (host): Service => {
  const clock = new PolicyClock(host);
  const runner = new Runner(host);
  return {
    name: "ssm",
    operations: {
      ...putParameter(clock),
      ...getParameters,
      ...parameterHistory,
      ...documents,
      ...executions(runner),
      ...tags,
    },
    start() {
      clock.look();
      runner.resume();
    },
    stop() {
      clock.stop();
      runner.stop();
    },
  };
};

export default ssm;
