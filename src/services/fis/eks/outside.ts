import { createHash } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { KubernetesError } from "../../../kubernetes/kubernetes-error.ts";
import type { ActionRun, Undo } from "../action.ts";

// All of it in the machine's time, in which clusters live.
const LOOK_AGAIN_MS = 2_000;
const TRY_AGAIN_MS = 500;
/** What has been told to end does so in a moment. */
const TRY_SOON_MS = 50;
const MOST_QUICK_TRIES = 10;
/** About a minute. */
const MOST_TRIES = 120;
/** What may not be ended ends by itself within a moment, when its time is over. */
const MOST_REFUSALS = 20;

/** What an action makes in a cluster is named so: the same for the same action of the same experiment. */
export function nameOutside({ experiment, name }: ActionRun): string {
  const hash = createHash("sha256").update(`${experiment.id}/${name}`).digest("hex").slice(0, 8);
  return `fis-${experiment.id.toLowerCase()}-${hash}`;
}

/**
 * Looks after what an action has done outside of Squall until the action ends, which then pays what it owes. Where nobody does that in
 * this process (it ends, or its experiment has gone with a reset), it is undone here.
 * @param of what it does at each look, and how it is undone
 */
export function watchOutside(run: ActionRun, of: { look(): Promise<void>; undo(): Promise<void> }): Undo {
  const { account, region } = run.experiment;
  const store = run.host.store(account, region);
  const { generation } = store;
  const ended = new AbortController();
  const signal = AbortSignal.any([run.signal, ended.signal]);
  const look = async (): Promise<void> => {
    for (;;) {
      await pause(LOOK_AGAIN_MS, undefined, { signal, ref: false });
      if (store.generation !== generation) return of.undo();
      await of.look();
    }
  };
  look().catch((error: Error) => {
    if (!signal.aborted)
      run.log.error(`Action "${run.name}" of ${run.experiment.id} could not be undone.`, error);
  });
  return () => {
    ended.abort();
    return run.interrupted.aborted ? of.undo() : undefined;
  };
}

/**
 * Has something done, however often that takes: a cluster may be away for a minute.
 * @param isDone does what is left of it
 * @throws what has kept it from being done
 */
export async function insist(isDone: () => Promise<boolean>): Promise<void> {
  let problem: Error | undefined;
  for (let tries = 1; tries <= MOST_TRIES; tries++) {
    try {
      if (await isDone()) return;
      problem = undefined;
    } catch (error) {
      problem = error as Error;
      if (problem instanceof KubernetesError && tries > MOST_REFUSALS) break;
    }
    // A process that ends waits for it as long as it waits for anything, and no longer.
    await pause(tries <= MOST_QUICK_TRIES ? TRY_SOON_MS : TRY_AGAIN_MS, undefined, { ref: false });
  }
  throw problem ?? new Error("it does not end");
}
