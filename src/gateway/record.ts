import type { Bus, CallRecord } from "../core/bus.ts";
import type { BrokenOff, Outcome } from "../core/call.ts";
import type { Clock } from "../core/clock.ts";
import type { Identities, Run } from "../core/identities.ts";
import type { Log } from "../core/log.ts";
import { lastName, resourceOf } from "../core/site.ts";
import { onOneLine } from "../core/text.ts";
import type { ApiCall } from "./api-call.ts";
import { RecordedCall } from "./recorded-call.ts";

/** How many calls are remembered at most. */
const RING_SIZE = 10_000;
/** How much memory they may take together, unless another bound is set. */
export const RECORD_BYTES = 32 * 1024 * 1024;

/** Remembers the newest calls within a bound of bytes, says them on the bus and in the log. */
export class Recorder {
  readonly #ring: (RecordedCall | undefined)[] = new Array(RING_SIZE);
  readonly #bus: Bus;
  readonly #log: Log;
  readonly #internalLog: Log;
  readonly #clock: Clock;
  readonly #identities: Identities;
  readonly #arnsOf: ArnsOf;
  readonly #mostBytes: number;
  #last = 0;
  /** The sequence number behind which records are remembered. */
  #forgotten = 0;
  #bytes = 0;
  #dropped = 0;
  #markedAt: number | undefined;

  constructor(
    bus: Bus,
    log: Log,
    clock: Clock,
    identities: Identities,
    arnsOf: ArnsOf,
    mostBytes: number = RECORD_BYTES,
  ) {
    this.#bus = bus;
    this.#log = log.named("localstack.request.aws");
    this.#internalLog = log.named("localstack.request.internal.aws");
    this.#clock = clock;
    this.#identities = identities;
    this.#arnsOf = arnsOf;
    this.#mostBytes = mostBytes;
    identities.remembered = (run) => this.#of(run);
  }

  /** Epoch milliseconds at the start of a call, to be handed to `record`. */
  now(): number {
    return this.#clock.now();
  }

  /** Said only where somebody listens: what a call is about to change can still be looked at. */
  begins(call: ApiCall): void {
    if (this.#bus.hears("call.begins")) this.#bus.publish("call.begins", call);
  }

  /** @param status what the client saw; 0 for a dropped connection */
  record(call: ApiCall, outcome: Outcome | BrokenOff, status: number, startedAt: number): CallRecord {
    const record = new RecordedCall(call, outcome, this.#identities.run, {
      sequence: ++this.#last,
      startedAt,
      durationMs: this.#clock.now() - startedAt,
      status,
    });
    this.#keep(record);
    if (!isIdlePoll(record, outcome)) this.#say(record, call);
    if (this.#bus.hears("call.answer"))
      this.#bus.publish("call.answer", { sequence: record.sequence, service: call.service, outcome });
    this.#bus.publish("call", record);
    return record;
  }

  /** Remembered calls, oldest first, from behind a sequence number. */
  *calls(after = 0): Iterable<CallRecord> {
    yield* this.#remembered(after);
  }

  /** The sequence number of the newest call. */
  get last(): number {
    return this.#last;
  }

  /** How many calls were dropped to stay within the bounds, since the calls were last cleared. */
  get dropped(): number {
    return this.#dropped;
  }

  /** The sequence number behind which all calls are remembered. */
  get forgotten(): number {
    return this.#forgotten;
  }

  /** Roughly what the remembered calls take in memory. */
  get sizeBytes(): number {
    return this.#bytes;
  }

  /** What was called up to now is the set-up of what comes. */
  mark(): void {
    this.#markedAt = this.#last;
  }

  /** The sequence number of the last call before the mark; undefined without one. */
  get markedAt(): number | undefined {
    return this.#markedAt;
  }

  /** Forgets all calls; sequence numbers go on. */
  clear(): void {
    this.#ring.fill(undefined);
    this.#forgotten = this.#last;
    this.#bytes = 0;
    this.#dropped = 0;
  }

  #keep(record: RecordedCall): void {
    // The oldest's place is needed first.
    if (this.#last - this.#forgotten > RING_SIZE) this.#drop();
    this.#ring[(record.sequence - 1) % RING_SIZE] = record;
    this.#bytes += record.sizeBytes;
    while (this.#bytes > this.#mostBytes && this.#forgotten < this.#last) this.#drop();
  }

  #drop(): void {
    const place = this.#forgotten % RING_SIZE;
    this.#forgotten++;
    this.#dropped++;
    this.#bytes -= this.#ring[place]?.sizeBytes ?? 0;
    this.#ring[place] = undefined;
  }

  *#remembered(after: number): Iterable<RecordedCall> {
    const last = this.#last;
    for (let sequence = Math.max(after, this.#forgotten) + 1; sequence <= last; sequence++) {
      const record = this.#ring[(sequence - 1) % RING_SIZE];
      if (record?.sequence === sequence) yield record;
    }
  }

  *#of(run: Run): Iterable<RecordedCall> {
    for (const call of this.#remembered(0)) if (call.run === run) yield call;
  }

  #say(record: CallRecord, call: ApiCall): void {
    const line = () => this.#line(record, call);
    if (call.isInternal) this.#internalLog.debug(line, record);
    else this.#log.info(line, record);
  }

  /** What scripts written for LocalStack look for, and behind it by which rule, on which resource and by whom. */
  #line(record: CallRecord, call: ApiCall): string {
    const fired = call.decisions.find((decision) => decision.fired);
    const result = record.dropped ? record.dropped : String(record.status);
    const error = record.errorCode ? ` (${record.errorCode})` : "";
    const fault = fired ? ` [${fired.effect} by ${fired.ruleId}]` : "";
    const resource = resourceOf(call.service, record.input, lastName) ?? this.#declared(call);
    const on = resource ? ` on ${resource}` : "";
    const line = `AWS ${record.service}.${record.operation} => ${result}${error}${fault}${on} by ${who(record)}`;
    return onOneLine(line);
  }

  /** What a service's declaration finds named in an input: `i-0abc+i-0def`. */
  #declared(call: ApiCall): string {
    return this.#arnsOf(call).slice(0, MOST_NAMED).map(lastName).join("+");
  }
}

/** ARNs of the resources that a call's input names. */
type ArnsOf = (call: ApiCall) => readonly string[];

/** How many resources of a call a line names. */
const MOST_NAMED = 3;

/** `000000000000:user/alice`, `000000000000:root`, `lambda.amazonaws.com`, `anonymous` */
function who({ callerArn, accessKeyId }: CallRecord): string {
  if (!callerArn.startsWith("arn:")) return callerArn;
  return accessKeyId === "" && callerArn.endsWith(":root")
    ? "anonymous"
    : callerArn.split(":").slice(4).join(":");
}

/** How long a poll waits at least that is called long. */
const LONG_POLL_MS = 1000;

/** A long poll that found nothing: a worker makes one after the other all day, and nobody reads of them. */
function isIdlePoll({ operation, durationMs }: CallRecord, outcome: Outcome | BrokenOff): boolean {
  return (
    durationMs >= LONG_POLL_MS &&
    operation === "ReceiveMessage" &&
    outcome.kind === "output" &&
    outcome.raw === undefined &&
    outcome.output["Messages"] === undefined
  );
}
