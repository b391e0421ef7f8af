import { keepToQuotas } from "../../aws/quotas.ts";
import type { Service, ServiceFactory } from "../../core/service.ts";
import { attachmentRoute } from "./attachments.ts";
import { executions } from "./automation/executions.ts";
import { Runner } from "./automation/runner.ts";
import { CommandRunner } from "./commands/command-runner.ts";
import { commands } from "./commands/commands.ts";
import { documentSharing } from "./document-sharing.ts";
import { documents } from "./documents.ts";
import { getParameters } from "./get-parameters.ts";
import { describeInstances } from "./instances/describe-instances.ts";
import { parameterHistory } from "./parameter-history.ts";
import { PolicyClock } from "./policy-clock.ts";
import { putParameter } from "./put-parameter.ts";
import { quotas } from "./quotas.ts";
import { serviceSettings } from "./service-settings.ts";
import { tags } from "./tags.ts";

/** AWS Systems Manager: https://docs.aws.amazon.com/systems-manager/latest/APIReference/ */
const ssm: ServiceFactory = (host): Service => {
  const clock = new PolicyClock(host);
  const runner = new Runner(host);
  const commandRunner = new CommandRunner(host);
  return {
    name: "ssm",
    operations: {
      ...putParameter(clock),
      ...getParameters,
      ...parameterHistory,
      ...documents,
      ...documentSharing,
      ...serviceSettings,
      ...executions(runner),
      ...commands(commandRunner),
      ...describeInstances,
      ...tags,
    },
    admin: [attachmentRoute(host)],
    start() {
      keepToQuotas(host, "ssm", quotas);
      clock.look();
      commandRunner.resume();
      runner.resume();
    },
    stop() {
      clock.stop();
      runner.stop();
      commandRunner.stop();
    },
  };
};

export default ssm;
