import { parseDuration } from "../../../core/clock.ts";
import { ActionFailure, type ActionRun, type FisAction, type ParameterValues, type Undo } from "../action.ts";
import {
  type Batch,
  batchesOf,
  INSTANCE_QUOTA,
  INSTANCE_TARGETS,
  onInstances,
  statesOf,
  whenIn,
} from "../ec2-instances.ts";

/** The action ends by its own look at the instances; this is for one that is never answered. */
const PATIENCE_MS = 60_000;

const restartAfterMs = ({ startInstancesAfterDuration: text }: ParameterValues): number | undefined =>
  text === undefined ? undefined : parseDuration(text);

const action: FisAction = {
  id: "aws:ec2:stop-instances",
  description: "Stop the specified EC2 instances.",
  how: "The instance's processes end, connections are refused; after the duration, or when the experiment ends before, its user data runs anew.",
  targets: INSTANCE_TARGETS,
  targetQuota: INSTANCE_QUOTA,
  parameters: {
    startInstancesAfterDuration: {
      type: "duration",
      description: "The time to wait before restarting the instances (ISO 8601 duration).",
    },
    completeIfInstancesTerminated: {
      type: "boolean",
      description: "Whether the action completes when an instance was terminated meanwhile (default false).",
    },
  },
  lasts(parameters) {
    const ms = restartAfterMs(parameters);
    return ms === undefined ? 0 : ms + PATIENCE_MS;
  },
  callsServices: true,
  start: stop,
  async settle({ account, ids }, run) {
    await startAgain(run, { account, ids } as Batch);
  },
};

export default action;

async function stop(run: ActionRun): Promise<Undo | undefined> {
  const batches = batchesOf(run.targets("Instances"));
  const lastsMs = restartAfterMs(run.parameters);
  const begunMs = run.host.clock.now();
  for (const batch of batches) {
    if (lastsMs !== undefined) run.owe({ ...batch });
    await onInstances(run, "StopInstances", batch);
  }
  if (lastsMs === undefined) {
    for (const batch of batches) await whenIn(run, batch, ["stopped", "terminated"], run.signal);
    return undefined;
  }
  const timer = run.host.clock.setTimer(begunMs + lastsMs - run.host.clock.now(), () => {
    endsWell(run, batches).then(
      (failure) => (failure === undefined ? run.complete() : run.fail(failure)),
      (error: Error) => run.fail(error),
    );
  });
  return () => timer.cancel();
}

/** @returns what the action fails with: somebody else has terminated an instance that is to start again */
async function endsWell(run: ActionRun, batches: readonly Batch[]): Promise<Error | undefined> {
  if (run.parameters["completeIfInstancesTerminated"] === "true") return undefined;
  for (const batch of batches)
    for (const [id, state] of await statesOf(run, batch))
      if (state === "terminated" || state === "shutting-down")
        return new ActionFailure(`The instance ${id} was terminated and cannot be started.`);
  return undefined;
}

async function startAgain(run: ActionRun, batch: Batch): Promise<void> {
  await whenIn(run, batch, ["stopped", "terminated", "running", "pending", "shutting-down"]);
  const ids = [...(await statesOf(run, batch))].flatMap(([id, state]) => (state === "stopped" ? id : []));
  if (ids.length > 0) await onInstances(run, "StartInstances", { ...batch, ids });
}
