import type { Store } from "../../core/storage.ts";
import { type ExecutionRecord, executionRecords, isExpired, KEPT_MS, keyOfExecution } from "./execution.ts";
import { eventRecords } from "./history-event.ts";
import { mapRunRecords } from "./map-run.ts";
import { frames } from "./run/frame.ts";
import { stateMachineRecords } from "./state-machine.ts";

/** An execution goes, with its history and the children of its map runs. */
export function forgetExecution(execution: ExecutionRecord, store: Store): void {
  const key = keyOfExecution(execution);
  store.collection(executionRecords).delete(key);
  store.collection(eventRecords).clear({ prefix: key });
  store.collection(frames).clear({ prefix: key });
  const mapRuns = store.collection(mapRunRecords);
  for (const { arn } of [...mapRuns.by("execution").values({ prefix: [execution.arn] })]) {
    const children = store.collection(executionRecords).by("mapRun");
    for (const child of [...children.values({ prefix: [arn] })]) forgetExecution(child, store);
    mapRuns.delete([arn]);
  }
}

/** Takes away what has expired: of each state machine, those that began long enough ago are looked at. */
export function sweepExpired(store: Store, nowMs: number): void {
  for (const { name } of [...store.collection(stateMachineRecords).values()]) {
    const old = { prefix: [name], before: [name, nowMs - KEPT_MS] };
    const started = store.collection(executionRecords).by("started");
    for (const execution of [...started.values(old)])
      if (isExpired(execution, nowMs)) forgetExecution(execution, store);
  }
}

/** With its state machine goes what has ended; what is under way goes on to its end. */
export function forgetEnded(machine: string, store: Store): void {
  for (const execution of [...store.collection(executionRecords).values({ prefix: [machine] })])
    if (execution.endedMs !== undefined) forgetExecution(execution, store);
}
