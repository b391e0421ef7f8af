import type { Bus, CallRecord } from "../core/bus.ts";
import type { BrokenOff, Outcome } from "../core/call.ts";
import type { Clock } from "../core/clock.ts";
import type { Identities, Run } from "../core/identities.ts";
import type { Log } from "../core/log.ts";
import { traceIdOf } from "../core/parentage.ts";
import { readJson } from "../core/read-json.ts";
import { lastName, resourceOf } from "../core/site.ts";
import { isJson, type Slice, sizeOfWhole } from "../core/slice.ts";
import { onOneLine } from "../core/text.ts";
import type { ApiCall } from "./api-call.ts";
import { isDataPlane } from "./data-planes.ts";
import { FinishedCall } from "./finished-call.ts";
import { PackedCalls } from "./packed-calls.ts";
import { type Course, RecordedCall, type Remembered, sizeOfRecord, type Told } from "./recorded-call.ts";
import { mayHoldSecrets, shownInput } from "./shown-input.ts";

/** How many calls are remembered at most. */
const RING_SIZE = 10_000;
/** How much memory they may take together, unless another bound is set. */
export const RECORD_BYTES = 32 * 1024 * 1024;

/** Remembers the newest calls within a bound of bytes, says them on the bus and in the log. */
export class Recorder {
  /** Those that are objects; all others are packed. It grows to its size with the calls. */
  readonly #ring: (RecordedCall | undefined)[] = [];
  readonly #packed = new PackedCalls();
  /** Of each, the run that it belongs to, and what it counts for. */
  readonly #runs: (Run | undefined)[] = [];
  readonly #sizes: number[] = [];
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
  record(call: ApiCall, outcome: Outcome | BrokenOff, status: number, startedAt: number): void {
    const sequence = ++this.#last;
    const durationMs = this.#clock.now() - startedAt;
    const course = { sequence, startedAt, durationMs, status };
    const finished = new FinishedCall(call, outcome, course, this.#recordOf);
    // The oldest's place is needed first.
    if (sequence - this.#forgotten > RING_SIZE) this.#drop();
    const place = (sequence - 1) % RING_SIZE;
    this.#ring[place] = undefined;
    this.#runs[place] = this.#identities.run;
    const bytes = this.#pack(place, finished) ?? this.#keep(place, finished);
    this.#sizes[place] = bytes;
    this.#bytes += bytes;
    while (this.#bytes > this.#mostBytes && this.#forgotten < this.#last) this.#drop();
    if (!isIdlePoll(finished, outcome)) this.#say(finished);
    if (this.#bus.hears("call.answer"))
      this.#bus.publish("call.answer", { sequence, service: call.service, outcome });
    this.#bus.publish("call.ended", finished);
    if (this.#bus.hears("call")) this.#bus.publish("call", finished.record());
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
    for (let place = 0; place < this.#ring.length; place++) this.#forget(place);
    this.#forgotten = this.#last;
    this.#bytes = 0;
    this.#dropped = 0;
  }

  /** As bytes, when it is one of those that are nothing but what was asked and answered. @returns what it counts for */
  #pack(place: number, finished: FinishedCall): number | undefined {
    const { call, dropped, retryAfterMs } = finished;
    const { decisions, service, operation, input } = call;
    // Whoever hears of it looks at it.
    if (this.#bus.hears("call") || decisions.length > 0 || call.identified !== undefined) return undefined;
    if (dropped !== undefined || retryAfterMs !== undefined) return undefined;
    if (isDataPlane(service) || mayHoldSecrets(service, operation)) return undefined;
    const wholeBytes = sizeOfWhole(input);
    const slice = wholeBytes === undefined ? call.slice : undefined;
    if (slice && !isJson(slice.input)) return undefined;
    const sliceBytes = slice?.sizeBytes ?? wholeBytes ?? 0;
    const heads = slice && slice.heads.length > 0 ? JSON.stringify(slice.heads) : undefined;
    const told = toldOf(call);
    const { startedAt, durationMs, status, errorCode } = finished;
    const course = { startedAt, durationMs, status, errorCode };
    const packed = { input: JSON.stringify(slice?.input ?? input), heads, sliceBytes };
    if (!this.#packed.put(place, told, course, packed)) return undefined;
    return sizeOfRecord(told, sliceBytes, decisions.length);
  }

  #keep(place: number, finished: FinishedCall): number {
    const { call } = finished;
    const record = new RecordedCall(remembered(call), finished, this.#identities.run);
    this.#ring[place] = record;
    return record.sizeBytes;
  }

  /** The record of a call that has just ended: the one that is remembered, while it is. */
  readonly #recordOf = (finished: FinishedCall): RecordedCall =>
    this.#at(finished.sequence) ??
    new RecordedCall(remembered(finished.call), finished, this.#identities.run);

  #drop(): void {
    const place = this.#forgotten % RING_SIZE;
    this.#forgotten++;
    this.#dropped++;
    this.#bytes -= this.#sizes[place] ?? 0;
    this.#forget(place);
  }

  #forget(place: number): void {
    this.#ring[place] = undefined;
    this.#runs[place] = undefined;
    this.#packed.delete(place);
  }

  *#remembered(after: number): Iterable<RecordedCall> {
    const last = this.#last;
    for (let sequence = Math.max(after, this.#forgotten) + 1; sequence <= last; sequence++) {
      const record = this.#at(sequence);
      if (record) yield record;
    }
  }

  /** A remembered call. Once somebody has asked for it, it is an object. */
  #at(sequence: number): RecordedCall | undefined {
    if (sequence <= this.#forgotten) return undefined;
    const place = (sequence - 1) % RING_SIZE;
    const known = this.#ring[place];
    if (known) return known;
    const packed = this.#packed.get(place);
    const run = this.#runs[place];
    if (!packed || !run) return undefined;
    const input = readJson(packed.input) as Record<string, unknown>;
    const heads = packed.heads === undefined ? [] : (JSON.parse(packed.heads) as string[]);
    const slice: Slice = { input, heads, sizeBytes: packed.sliceBytes };
    const { startedAt, durationMs, status, errorCode } = packed;
    const course: Course = { sequence, startedAt, durationMs, status, errorCode };
    const record = new RecordedCall({ ...packed, decisions: [], slice, shown: input }, course, run);
    this.#packed.delete(place);
    this.#ring[place] = record;
    return record;
  }

  *#of(run: Run): Iterable<RecordedCall> {
    for (const call of this.#remembered(0)) if (call.run === run) yield call;
  }

  #say(finished: FinishedCall): void {
    const line = () => this.#line(finished);
    const about = () => finished.record();
    if (finished.isInternal) this.#internalLog.debug(line, about);
    else this.#log.info(line, about);
  }

  /** What scripts written for LocalStack look for, and behind it by which rule, on which resource and by whom. */
  #line({ call, status, dropped, errorCode, fired }: FinishedCall): string {
    const result = dropped ?? String(status);
    const error = errorCode ? ` (${errorCode})` : "";
    const fault = fired ? ` [${fired.effect} by ${fired.ruleId}]` : "";
    const resource = resourceOf(call.service, call.input, lastName) ?? this.#declared(call);
    const on = resource ? ` on ${resource}` : "";
    const line = `AWS ${call.service}.${call.operation} => ${result}${error}${fault}${on} by ${who(call)}`;
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

/** Who called last, and what is said of them: one client makes many calls. */
let lastArn = "";
let lastKey = "";
let lastWho = "";

function who({ callerArn, accessKeyId }: ApiCall): string {
  if (callerArn !== lastArn || accessKeyId !== lastKey) {
    lastWho = saidOf(callerArn, accessKeyId);
    lastArn = callerArn;
    lastKey = accessKeyId;
  }
  return lastWho;
}

/** `000000000000:user/alice`, `000000000000:root`, `lambda.amazonaws.com`, `anonymous` */
function saidOf(callerArn: string, accessKeyId: string): string {
  if (!callerArn.startsWith("arn:")) return callerArn;
  return accessKeyId === "" && callerArn.endsWith(":root")
    ? "anonymous"
    : callerArn.split(":").slice(4).join(":");
}

/** How long a poll waits at least that is called long. */
const LONG_POLL_MS = 1000;

/** A long poll that found nothing: a worker makes one after the other all day, and nobody reads of them. */
function isIdlePoll({ operation, durationMs }: FinishedCall, outcome: Outcome | BrokenOff): boolean {
  return (
    durationMs >= LONG_POLL_MS &&
    operation === "ReceiveMessage" &&
    outcome.kind === "output" &&
    outcome.raw === undefined &&
    outcome.output["Messages"] === undefined
  );
}

function toldOf(call: ApiCall): Told {
  const { headers } = call;
  return {
    id: call.id,
    began: call.began,
    parentId: call.parentId,
    origin: call.origin,
    gatheredBy: call.gatheredBy,
    service: call.service,
    operation: call.operation,
    account: call.account,
    region: call.region,
    callerArn: call.callerArn,
    accessKeyId: call.accessKeyId,
    isInternal: call.isInternal,
    invocationId: call.invocationId,
    attempt: call.attempt,
    mostAttempts: call.mostAttempts,
    traceId: traceIdOf(headers),
    userAgent: headers["user-agent"],
  };
}

function remembered(call: ApiCall): Remembered {
  const { service, operation, slice, decisions, identified } = call;
  const shown = shownInput(service, operation, slice.input, call.input);
  return { ...toldOf(call), decisions, identified, slice, shown };
}
