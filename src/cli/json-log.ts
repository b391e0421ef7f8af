import type { CallRecord } from "../core/bus.ts";
import type { LogLine } from "../core/log.ts";

/** What is said of a call: who asked what of which resource, and how it ended. Its input stays in the record. */
const OF_CALL = [
  "id",
  "parentId",
  "service",
  "operation",
  "account",
  "region",
  "callerArn",
  "status",
  "errorCode",
  "dropped",
  "durationMs",
  "attempt",
  "traceId",
  "faultRuleId",
  "site",
] as const satisfies readonly (keyof CallRecord)[];

/** A line of the log as one JSON object. */
export function jsonLine({ atMs, level, logger, message, about }: LogLine): string {
  const line = { time: new Date(atMs).toISOString(), level, logger, message };
  return JSON.stringify(about === undefined ? line : { ...line, call: ofCall(about as CallRecord) });
}

function ofCall(record: CallRecord): Partial<CallRecord> {
  return Object.fromEntries(OF_CALL.map((name) => [name, record[name]]));
}
