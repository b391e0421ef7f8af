import { AwsError } from "../../core/aws-error.ts";
import { DynamodbStream } from "./dynamodb-stream.ts";
import type { EventSource, Mapping } from "./event-source.ts";
import { KinesisStream } from "./kinesis-stream.ts";
import { ShardReader } from "./shard-reader.ts";
import type { Position, Shard, Stream, StreamMapping, StreamSettings } from "./stream.ts";

/**
 * Reads the shards of a stream, children after their parents. Nothing is polled: whoever writes to the stream says so on the
 * bus, and the readers wake.
 */
export class StreamSource implements EventSource {
  readonly #mapping: StreamMapping;
  readonly #stop = new AbortController();
  readonly #readers = new Map<string, ShardReader>();
  readonly #finished = new Set<string>();
  #unsubscribe: () => void = () => {};
  #looking: Promise<void> | undefined;

  constructor(mapping: Mapping, settings: StreamSettings) {
    const isDynamodb = mapping.sourceArn.includes(":dynamodb:");
    const stream: Stream = isDynamodb ? new DynamodbStream(mapping) : new KinesisStream(mapping);
    this.#mapping = { ...mapping, settings, stream };
  }

  /** Resolves when every shard that is there has a reader in its place. */
  start(): Promise<void> {
    const { host, stream } = this.#mapping;
    this.#unsubscribe = host.bus.subscribe(stream.topic, ({ streamArn }) => {
      if (streamArn === stream.arn || stream.arn.startsWith(`${streamArn}/consumer/`)) this.#wake();
    });
    return this.#look(this.#startingPosition());
  }

  stop(): void {
    this.#unsubscribe();
    this.#stop.abort();
  }

  #startingPosition(): Position {
    const { startingPosition, startingPositionTimestampMs } = this.#mapping.settings;
    if (startingPosition === "AT_TIMESTAMP")
      return { type: "AT_TIMESTAMP", atMs: startingPositionTimestampMs ?? 0 };
    return { type: startingPosition === "LATEST" ? "LATEST" : "TRIM_HORIZON" };
  }

  #wake(): void {
    for (const reader of this.#readers.values()) reader.wake();
    if (this.#readers.size === 0) void this.#look({ type: "TRIM_HORIZON" });
  }

  /** Looks for shards that have no reader yet. */
  #look(position: Position): Promise<void> {
    this.#looking ??= this.#findShards(position).finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #findShards(position: Position): Promise<void> {
    if (this.#stop.signal.aborted) return;
    let shards: Shard[];
    try {
      shards = await this.#mapping.stream.shards();
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      this.#mapping.processed(`PROBLEM: ${error instanceof AwsError ? error.code : "internal error"}`);
      return;
    }
    const known = new Set(shards.map((shard) => shard.id));
    const isRead = (id: string | undefined) => id === undefined || !known.has(id) || this.#finished.has(id);
    const due = shards.filter(({ id, parentId, adjacentParentId }) => {
      if (this.#readers.has(id) || this.#finished.has(id)) return false;
      return isRead(parentId) && isRead(adjacentParentId);
    });
    await Promise.all(due.map((shard) => this.#read(shard, position)));
  }

  async #read({ id }: Shard, position: Position): Promise<void> {
    const reader = new ShardReader(this.#mapping, id, position, this.#stop.signal);
    this.#readers.set(id, reader);
    // A reader that cannot open its shard now tries again by itself.
    await reader.open().catch(() => {});
    void reader.run().then(() => {
      this.#readers.delete(id);
      if (this.#stop.signal.aborted) return;
      // The shard has been split, merged or closed: its children are next, from their beginning.
      this.#finished.add(id);
      void this.#look({ type: "TRIM_HORIZON" });
    });
  }
}
