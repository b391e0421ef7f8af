import type { Service, ServiceFactory } from "../../core/service.ts";
import { getParameters } from "./get-parameters.ts";
import { parameterHistory } from "./parameter-history.ts";
import { PolicyClock } from "./policy-clock.ts";
import { putParameter } from "./put-parameter.ts";
import { tags } from "./tags.ts";

/** AWS Systems Manager: https://docs.aws.amazon.com/systems-manager/latest/APIReference/ */
const ssm: ServiceFactory = (host): Service => {
  const clock = new PolicyClock(host);
  return {
    name: "ssm",
    operations: { ...putParameter(clock), ...getParameters, ...parameterHistory, ...tags },
    start: () => clock.look(),
    stop: () => clock.stop(),
  };
};

export default ssm;
