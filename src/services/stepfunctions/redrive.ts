import type { Store } from "../../core/storage.ts";
import { type ExecutionRecord, keyOfExecution, saveExecution } from "./execution.ts";
import { eventRecords } from "./history-event.ts";
import { frames } from "./run/frame.ts";

/** Has an execution that failed go on as one that runs. */
export function redrive(execution: ExecutionRecord, store: Store, nowMs: number): ExecutionRecord {
  const redriven: ExecutionRecord = {
    ...execution,
    status: "RUNNING",
    endedMs: undefined,
    output: undefined,
    error: undefined,
    cause: undefined,
    redriveCount: execution.redriveCount + 1,
    redrivenMs: nowMs,
  };
  saveExecution(redriven, store);
  reset(redriven, store, nowMs);
  return redriven;
}

/** Notes that an execution is redriven, and has what failed begin anew; branches that have succeeded stay as they are. */
function reset(execution: ExecutionRecord, store: Store, nowMs: number): void {
  const key = keyOfExecution(execution);
  const events = store.collection(eventRecords);
  let lastId = 0;
  for (const { id } of events.values({ prefix: key, reverse: true, limit: 1 })) lastId = id;
  const id = lastId + 1;
  events.put([...key, id], {
    id,
    previousEventId: lastId,
    type: "ExecutionRedriven",
    atMs: nowMs,
    details: { redriveCount: execution.redriveCount },
  });
  const kept = store.collection(frames);
  for (const { key: place, value: frame } of [...kept.entries({ prefix: key })]) {
    if (frame.done) continue;
    // What a Map or a Parallel has begun goes on; everything else is begun again.
    const isComposite = frame.work?.startedId !== undefined;
    kept.put([...place], {
      ...frame,
      // What comes next comes of the redrive.
      lastId: id,
      retries: undefined,
      retryAtMs: undefined,
      work: isComposite ? frame.work : undefined,
    });
  }
}
