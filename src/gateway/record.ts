import type { Bus, CallRecord } from "../core/bus.ts";
import type { Call, Outcome } from "../core/call.ts";
import type { Clock } from "../core/clock.ts";
import type { FaultDecision } from "../core/fault.ts";
import type { Log } from "../core/log.ts";

/** How many calls are remembered. */
const RING_SIZE = 10_000;
/** Strings longer than this are cut in the records, so that the ring's memory has a bound. */
const LONGEST_STRING = 1024;
const MOST_MEMBERS = 64;
const DEEPEST = 6;

/** Remembers calls, says them on the bus and in the log. */
export class Recorder {
  readonly #ring: (CallRecord | undefined)[] = new Array(RING_SIZE);
  readonly #bus: Bus;
  readonly #log: Log;
  readonly #internalLog: Log;
  readonly #clock: Clock;
  #sequence = 0;

  constructor(bus: Bus, log: Log, clock: Clock) {
    this.#bus = bus;
    this.#log = log.named("localstack.request.aws");
    this.#internalLog = log.named("localstack.request.internal.aws");
    this.#clock = clock;
  }

  /** Epoch milliseconds at the start of a call, to be handed to `record`. */
  now(): number {
    return this.#clock.now();
  }

  /**
   * @param status what the client saw; 0 for a dropped connection
   * @param internal true for a call between services
   */
  record(
    call: Call,
    outcome: Outcome,
    status: number,
    startedAt: number,
    decisions: readonly FaultDecision[],
    internal: boolean,
  ): CallRecord {
    const attempt = /attempt=(\d+)/.exec(call.headers["amz-sdk-request"] ?? "")?.[1];
    const fired = decisions.find((decision) => decision.fired);
    const record: CallRecord = {
      sequence: ++this.#sequence,
      id: call.id,
      ...(call.parentId && { parentId: call.parentId }),
      service: call.service,
      operation: call.operation,
      account: call.account,
      region: call.region,
      callerArn: call.caller.arn,
      accessKeyId: call.caller.accessKeyId,
      startedAt,
      durationMs: this.#clock.now() - startedAt,
      status,
      ...(outcome.kind === "error" && { errorCode: outcome.error.code }),
      ...(outcome.kind === "drop" && { dropped: outcome.how }),
      ...(attempt && { attempt: Number(attempt) }),
      invocationId: call.headers["amz-sdk-invocation-id"],
      userAgent: call.headers["user-agent"],
      input: trim(call.input, 0) as Record<string, unknown>,
      decisions,
      ...(fired && { faultRuleId: fired.ruleId }),
    };
    this.#ring[(this.#sequence - 1) % RING_SIZE] = record;
    this.#say(record, fired, internal);
    this.#bus.publish("call", record);
    return record;
  }

  /** Remembered calls, oldest first, from behind a sequence number. */
  *calls(after = 0): Iterable<CallRecord> {
    const last = this.#sequence;
    for (let sequence = Math.max(after, last - RING_SIZE) + 1; sequence <= last; sequence++) {
      const record = this.#ring[(sequence - 1) % RING_SIZE];
      if (record?.sequence === sequence) yield record;
    }
  }

  /** The sequence number of the newest call. */
  get last(): number {
    return this.#sequence;
  }

  /** Forgets all calls; sequence numbers go on. */
  clear(): void {
    this.#ring.fill(undefined);
  }

  #say(record: CallRecord, fired: FaultDecision | undefined, internal: boolean): void {
    const log = internal ? this.#internalLog : this.#log;
    if (!log.wants(internal ? "DEBUG" : "INFO")) return;
    const result = record.dropped ? record.dropped : String(record.status);
    const error = record.errorCode ? ` (${record.errorCode})` : "";
    const fault = fired ? ` [${fired.effect} by ${fired.ruleId}]` : "";
    const line = `AWS ${record.service}.${record.operation} => ${result}${error}${fault}`;
    if (internal) log.debug(line);
    else log.info(line);
  }
}

/** A copy for the record, with long strings and large collections cut and streams left out. */
function trim(value: unknown, depth: number): unknown {
  if (typeof value === "string") {
    return value.length > LONGEST_STRING
      ? `${value.slice(0, LONGEST_STRING)}… (${value.length} characters)`
      : value;
  }
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  if (value instanceof Uint8Array) return `(${value.length} bytes)`;
  if (depth >= DEEPEST) return "…";
  if (Array.isArray(value)) {
    const cut = value.slice(0, MOST_MEMBERS).map((item) => trim(item, depth + 1));
    return value.length > MOST_MEMBERS ? [...cut, `… (${value.length} items)`] : cut;
  }
  if (Symbol.asyncIterator in value) return "(stream)";
  const copy: Record<string, unknown> = {};
  let members = 0;
  for (const name in value) {
    if (++members > MOST_MEMBERS) break;
    copy[name] = trim((value as Record<string, unknown>)[name], depth + 1);
  }
  return copy;
}
