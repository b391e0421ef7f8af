import { AwsError } from "../../core/aws-error.ts";
import { compilePattern, eventToMatch } from "../../core/event-pattern/pattern.ts";
import { sure } from "../../core/sure.ts";
import { checkpointOf, saveCheckpoint } from "./checkpoints.ts";
import type { Position, StreamMapping, StreamRecord } from "./stream.ts";
import { StreamBatches } from "./stream-batch.ts";
import { TumblingWindow } from "./tumbling-window.ts";

const FIRST_BACKOFF_MS = 1000;
const LONGEST_BACKOFF_MS = 10_000;
const LARGEST_READ = 1000;
/** A quiet shard is read this often, so that its iterator does not expire: one of Kinesis lives for five minutes. */
const LONGEST_QUIET_MS = 4 * 60_000;

/** Reads one shard in order and brings its records to the function. */
export class ShardReader {
  readonly shardId: string;
  readonly #mapping: StreamMapping;
  readonly #signal: AbortSignal;
  readonly #batches: StreamBatches;
  readonly #window: TumblingWindow | undefined;
  readonly #wants: (record: StreamRecord) => boolean;
  #iterator: string | undefined;
  #position: Position;
  #news = false;
  #wake: () => void = () => {};

  constructor(mapping: StreamMapping, shardId: string, start: Position, signal: AbortSignal) {
    this.#mapping = mapping;
    this.shardId = shardId;
    this.#signal = signal;
    this.#batches = new StreamBatches(mapping, shardId, signal);
    if (mapping.settings.tumblingWindowInSeconds > 0)
      this.#window = new TumblingWindow(mapping, shardId, this.#batches);
    this.#wants = filterOf(mapping);
    const done = checkpointOf(mapping, shardId);
    this.#position = done === undefined ? start : { type: "AFTER_SEQUENCE_NUMBER", sequenceNumber: done };
    signal.addEventListener("abort", () => this.wake(), { once: true });
  }

  /** Takes its place in the shard: what is written from now on is read. */
  async open(): Promise<void> {
    const { stream, host } = this.#mapping;
    const atMs = host.clock.now();
    this.#iterator = await stream.iterator(this.shardId, this.#position);
    // Should the iterator be lost before anything was read, what came since is not skipped. DynamoDB's streams have no such type.
    if (this.#position.type === "LATEST" && stream.topic === "kinesis.stream")
      this.#position = { type: "AT_TIMESTAMP", atMs };
  }

  /** There may be something new. */
  wake(): void {
    this.#news = true;
    this.#wake();
  }

  /** Reads until the shard has come to its end, or the mapping is stopped. */
  async run(): Promise<void> {
    let backoffMs = FIRST_BACKOFF_MS;
    while (!this.#signal.aborted) {
      try {
        if (this.#iterator === undefined) await this.open();
        const ended = await this.#step();
        backoffMs = FIRST_BACKOFF_MS;
        if (ended) return;
      } catch (error) {
        if (this.#signal.aborted) return;
        this.#complain(error);
        if (error instanceof AwsError && error.code === "ResourceNotFoundException") return;
        // An iterator that has expired, or records that are gone, are asked for anew.
        this.#iterator = undefined;
        if (error instanceof AwsError && error.code === "TrimmedDataAccessException")
          this.#position = { type: "TRIM_HORIZON" };
        await this.#mapping.host.clock.sleep(backoffMs, this.#signal).catch(() => {});
        backoffMs = Math.min(backoffMs * 2, LONGEST_BACKOFF_MS);
      }
    }
  }

  #complain(error: unknown): void {
    const { host, id, sourceArn } = this.#mapping;
    this.#mapping.processed(`PROBLEM: ${error instanceof AwsError ? error.code : "internal error"}`);
    host.log.debug(() => `The mapping ${id} cannot read ${sourceArn}: ${String(error)}`);
  }

  /** One batch. True at the end of the shard. */
  async #step(): Promise<boolean> {
    const { settings, batchSize, maximumBatchingWindowInSeconds, host } = this.#mapping;
    const size = batchSize * settings.parallelizationFactor;
    const gathered: StreamRecord[] = [];
    let last: StreamRecord | undefined;
    let windowEndsAt: number | undefined;
    let ended = false;
    while (gathered.length < size) {
      this.#news = false;
      const read = await this.#mapping.stream.read(
        this.shardId,
        sure(this.#iterator),
        Math.min(size - gathered.length, LARGEST_READ),
      );
      gathered.push(...read.records.filter(this.#wants));
      last = read.records.at(-1) ?? last;
      ended = read.next === undefined;
      if (ended) break;
      this.#iterator = read.next;
      if (read.records.length > 0) continue;
      if (gathered.length > 0) {
        windowEndsAt ??= host.clock.now() + maximumBatchingWindowInSeconds * 1000;
        if (host.clock.now() >= windowEndsAt) break;
      }
      await this.#wait(gathered.length > 0 ? windowEndsAt : this.#window?.endsAtMs);
      if (this.#signal.aborted) return true;
      await this.#closeWindow();
    }
    if (gathered.length > 0) await this.#deliver(gathered);
    if (last) {
      saveCheckpoint(this.#mapping, this.shardId, last.sequenceNumber);
      this.#position = { type: "AFTER_SEQUENCE_NUMBER", sequenceNumber: last.sequenceNumber };
    }
    if (ended) await this.#window?.close();
    return ended;
  }

  async #closeWindow(): Promise<void> {
    const endsAtMs = this.#window?.endsAtMs;
    if (endsAtMs !== undefined && this.#mapping.host.clock.now() >= endsAtMs) await this.#window?.close();
  }

  /** Waits for news, and no longer than until a time of the clock or than an iterator lives. */
  async #wait(untilMs: number | undefined): Promise<void> {
    if (this.#news || this.#signal.aborted) return;
    const { clock } = this.#mapping.host;
    const delayMs = Math.min(LONGEST_QUIET_MS, untilMs === undefined ? Infinity : untilMs - clock.now());
    const timer = clock.setTimer(delayMs, () => this.#wake());
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#wake = () => {};
    timer.cancel();
  }

  /** Records of one partition key keep their order; several lanes work side by side. */
  async #deliver(records: readonly StreamRecord[]): Promise<void> {
    if (this.#window) return this.#window.deliver(records);
    const { parallelizationFactor } = this.#mapping.settings;
    if (parallelizationFactor === 1) {
      await this.#batches.deliver(records);
      return;
    }
    const lanes = Array.from({ length: parallelizationFactor }, (): StreamRecord[] => []);
    for (const record of records) lanes[hash(record.partitionKey) % parallelizationFactor]?.push(record);
    await Promise.all(lanes.map((lane) => this.#deliverLane(lane)));
  }

  async #deliverLane(lane: readonly StreamRecord[]): Promise<void> {
    const { batchSize } = this.#mapping;
    for (let from = 0; from < lane.length; from += batchSize) {
      await this.#batches.deliver(lane.slice(from, from + batchSize));
    }
  }
}

function filterOf({ patterns }: StreamMapping): (candidate: StreamRecord) => boolean {
  if (patterns.length === 0) return () => true;
  const filters = patterns.map((text) => compilePattern(text, { empty: "allowed" }).matches);
  return (candidate) => {
    const event = eventToMatch(candidate.filtered);
    return filters.some((matches) => matches(event));
  };
}

function hash(text: string): number {
  let h = 0;
  for (let i = 0; i < text.length; i++) h = (Math.imul(h, 31) + text.charCodeAt(i)) >>> 0;
  return h;
}
