import { behindLast } from "../../../core/text.ts";
import type { ActionRun, FisAction } from "../action.ts";
import { DURATION } from "../catalogued/parameters.ts";

const action: FisAction = {
  id: "aws:ecs:drain-container-instances",
  description: "Drain percentage of underlying EC2 instances on an ECS cluster.",
  targets: { Clusters: "aws:ecs:cluster" },
  targetQuota: 5,
  parameters: {
    drainagePercentage: {
      type: "integer",
      description: "Share of container instances to drain.",
      required: true,
      min: 1,
      max: 100,
    },
    duration: DURATION,
  },
  callsServices: true,
  start: drain,
  settle: (owed, run) => setState(run, owed as unknown as Drained, "ACTIVE"),
};

export default action;

interface Drained {
  readonly cluster: string;
  readonly account: string;
  readonly instances: readonly string[];
}

/** The instances come back when the action ends. */
async function drain(run: ActionRun): Promise<undefined> {
  const share = Number(run.parameters["drainagePercentage"]) / 100;
  for (const { arn, account } of run.targets("Clusters") ?? []) {
    const cluster = behindLast("/", arn);
    const { containerInstanceArns: active } = await run.call<{ containerInstanceArns: string[] }>(
      "ecs",
      "ListContainerInstances",
      { cluster, status: "ACTIVE" },
      { account },
    );
    const instances = active.slice(0, Math.ceil(active.length * share));
    if (instances.length === 0) continue;
    run.owe({ cluster, account, instances });
    await setState(run, { cluster, account, instances }, "DRAINING");
  }
  return undefined;
}

async function setState(
  run: ActionRun,
  { cluster, account, instances }: Drained,
  status: string,
): Promise<void> {
  const input = { cluster, containerInstances: [...instances], status };
  await run.call("ecs", "UpdateContainerInstancesState", input, { account });
}
