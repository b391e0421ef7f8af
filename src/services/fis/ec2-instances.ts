import { behindLast } from "../../core/text.ts";
import type { ActionRun, TargetResource } from "./action.ts";

/** What the actions on EC2 instances have in common: https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html#ec2-actions-reference */
export const INSTANCE_TARGETS = { Instances: "aws:ec2:instance" } as const;
export const INSTANCE_QUOTA = 5;

const LOOK_AGAIN_MS = 200;

/** Instances of one account. */
export interface Batch {
  readonly account: string;
  readonly ids: readonly string[];
}

/** The instances of a target, by account. */
export const batchesOf = (targets: readonly TargetResource[] | undefined): Batch[] =>
  [...Map.groupBy(targets ?? [], ({ account }) => account)].map(([account, those]) => ({
    account,
    ids: those.map(({ arn }) => behindLast("/", arn)),
  }));

/** Calls an operation on all instances of a batch. */
export const onInstances = (run: ActionRun, operation: string, { account, ids }: Batch): Promise<unknown> =>
  run.call("ec2", operation, { InstanceIds: ids }, { account });

interface Described {
  readonly Reservations: readonly {
    readonly Instances: readonly { readonly InstanceId: string; readonly State: { readonly Name: string } }[];
  }[];
}

/** The states of instances, by id. One that has been gone for long is terminated. */
export async function statesOf(
  run: ActionRun,
  { account, ids }: Batch,
): Promise<ReadonlyMap<string, string>> {
  const Filters = [{ Name: "instance-id", Values: [...ids] }];
  const { Reservations } = await run.call<Described>("ec2", "DescribeInstances", { Filters }, { account });
  const found = new Map(
    Reservations.flatMap(({ Instances }) =>
      Instances.map(({ InstanceId, State }) => [InstanceId, State.Name]),
    ),
  );
  return new Map(ids.map((id) => [id, found.get(id) ?? "terminated"]));
}

/** Resolves when every instance of a batch is in one of the states. @param signal ends the waiting */
export async function whenIn(
  run: ActionRun,
  batch: Batch,
  states: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  while (signal?.aborted !== true) {
    const now = await statesOf(run, batch);
    if ([...now.values()].every((state) => states.includes(state))) return;
    await run.host.clock.sleep(LOOK_AGAIN_MS, signal);
  }
}
