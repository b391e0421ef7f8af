/** Streams as tables write them: one shard (or more) a stream, records in the order of their sequence numbers. */

import { type Collection, defineCollection, type Store } from "../../core/storage.ts";
import { sure } from "../../core/sure.ts";
import type * as DynamoDB from "../../models/generated/dynamodb.ts";
import { equal } from "./attribute-value.ts";
import { itemText } from "./item-text.ts";
import type { Changed } from "./item-write.ts";
import type { Region } from "./region.ts";
import type { TableRecord } from "./table-record.ts";

export interface ShardRecord {
  readonly id: string;
  readonly startSequence: string;
  /** Of a closed shard. */
  readonly endSequence?: string;
}

/** A stream as kept. It outlives its table, and its being switched off, by a day. */
export interface StreamRecord {
  readonly arn: string;
  readonly label: string;
  /** Short and unique: the first part of the keys of its records. */
  readonly id: string;
  readonly tableName: string;
  readonly tableArn: string;
  readonly viewType: string;
  readonly keySchema: DynamoDB.KeySchema;
  readonly createdMs: number;
  readonly closedMs?: number;
  readonly shards: readonly ShardRecord[];
}

/** One record as kept; items are kept texts. */
export interface KeptRecord {
  readonly event: "INSERT" | "MODIFY" | "REMOVE";
  readonly id: string;
  readonly atMs: number;
  readonly keys: string;
  readonly new?: string;
  readonly old?: string;
  readonly byTimeToLive?: true;
  /** The call that wrote: a reader inside Squall makes its own calls the children of that one. */
  readonly sentBy?: string;
}

export const streams = defineCollection<StreamRecord>({ name: "streams" });
/** By stream, shard and sequence number. */
export const streamRecords = defineCollection<KeptRecord>({ name: "stream-records" });

export const RETENTION_MS = 24 * 60 * 60 * 1000;

/** Switches a table's stream on: a new stream each time. Changes the record; the caller saves it. */
export function openStream(region: Region, record: TableRecord, viewType: string): void {
  const nowMs = region.host.clock.now();
  let label = new Date(nowMs).toISOString().replace("Z", "");
  const all = region.store.collection(streams);
  // Two streams of a table in one millisecond still need two names.
  for (let n = nowMs + 1; all.has([`${record.arn}/stream/${label}`]); n++)
    label = new Date(n).toISOString().replace("Z", "");
  const arn = `${record.arn}/stream/${label}`;
  const sequence = sequenceNumber(nowMs, 0);
  const shards = Array.from({ length: region.settings.streamShards }, () => ({
    id: `shardId-${String(nowMs).padStart(20, "0")}-${region.host.random.hex(8)}`,
    startSequence: sequence,
  }));
  all.put([arn], {
    arn,
    label,
    id: region.host.random.hex(10),
    tableName: record.name,
    tableArn: record.arn,
    viewType,
    keySchema: record.keySchema,
    createdMs: nowMs,
    shards,
  });
  record.stream = { arn, label, viewType, enabled: true };
}

/** Switches a table's stream off: its shards end. Records stay for a day. */
export function closeStream(region: Region, record: TableRecord): void {
  if (!record.stream?.enabled) return;
  const all = region.store.collection(streams);
  const stream = all.get([record.stream.arn]);
  record.stream = { ...record.stream, enabled: false };
  if (!stream) return;
  const nowMs = region.host.clock.now();
  const shards = stream.shards.map((shard, at) => ({
    ...shard,
    endSequence: lastSequence(region.store, stream, at) ?? sequenceNumber(nowMs, 0),
  }));
  all.put([stream.arn], { ...stream, shards, closedMs: nowMs });
  open.get(region)?.delete(stream.arn);
}

/** 21 digits that grow: when, and which in that millisecond. */
export function sequenceNumber(ms: number, count: number): string {
  return `1${String(ms).padStart(13, "0")}${String(count).padStart(7, "0")}`;
}

export function lastSequence(store: Store, stream: StreamRecord, shard: number): string | undefined {
  const range = { prefix: [stream.id, shard], reverse: true, limit: 1 };
  for (const [, , sequence] of store.collection(streamRecords).keys(range)) return sequence as string;
  return undefined;
}

interface OpenStream {
  readonly stream: StreamRecord;
  readonly records: Collection<KeptRecord>;
  /** Of the last record of any shard. */
  lastMs: number;
  count: number;
}

const open = new WeakMap<Region, Map<string, OpenStream>>();

function openedStream(region: Region, arn: string): OpenStream | undefined {
  let known = open.get(region);
  if (!known) {
    known = new Map();
    open.set(region, known);
  }
  let opened = known.get(arn);
  if (!opened) {
    const stream = region.store.collection(streams).get([arn]);
    if (!stream) return undefined;
    const last = stream.shards
      .map((_, at) => lastSequence(region.store, stream, at) ?? "")
      .sort()
      .at(-1);
    opened = {
      stream,
      records: region.store.collection(streamRecords),
      lastMs: last ? Number(last.slice(1, 14)) : 0,
      count: last ? Number(last.slice(14)) : 0,
    };
    known.set(arn, opened);
  }
  return opened;
}

/** Writes the record of a change of an item, if the table has a stream and the item did change. */
export function recordChange(region: Region, { write, after, afterText, nowMs, options }: Changed): void {
  const settings = write.table.record.stream;
  if (!settings?.enabled) return;
  const { before, beforeText } = write;
  if (before && after && (beforeText === afterText || equal({ M: before }, { M: after }))) return;
  const opened = openedStream(region, settings.arn);
  if (!opened) return;
  opened.count = nowMs > opened.lastMs ? 1 : opened.count + 1;
  opened.lastMs = Math.max(opened.lastMs, nowMs);
  const { stream } = opened;
  const shard = Number.parseInt(write.key[1] as string, 16) % stream.shards.length;
  const view = settings.viewType;
  opened.records.put([stream.id, shard, sequenceNumber(opened.lastMs, opened.count)], {
    event: !before ? "INSERT" : after ? "MODIFY" : "REMOVE",
    id: region.host.random.hex(32),
    atMs: nowMs,
    keys: itemText(write.table.keys.pick(sure(after ?? before))),
    ...(afterText !== undefined &&
      (view === "NEW_IMAGE" || view === "NEW_AND_OLD_IMAGES") && { new: afterText }),
    ...(beforeText !== undefined &&
      (view === "OLD_IMAGE" || view === "NEW_AND_OLD_IMAGES") && { old: beforeText }),
    ...(options.byTimeToLive && { byTimeToLive: true as const }),
    ...(options.writtenBy !== undefined && { sentBy: options.writtenBy }),
  });
  region.host.bus.publish("dynamodb.stream", { streamArn: stream.arn });
}
