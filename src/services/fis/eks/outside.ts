import { setTimeout as pause } from "node:timers/promises";
import type { ActionRun, Undo } from "../action.ts";

/** In the machine's time, in which clusters live. */
const LOOK_AGAIN_MS = 2_000;

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
