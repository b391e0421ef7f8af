import { begin, isOver, type Transition } from "../../aws/lifecycle.ts";
import { makeArn, parseArn } from "../../core/arn.ts";
import type { Context } from "../../core/service.ts";
import { defineCollection, type Store } from "../../core/storage.ts";
import { namesDiffer, streamNameMissing, streamNotActive, streamNotFound } from "./errors.ts";
import { streamLifecycle } from "./lifecycle.ts";

const HOUR_MS = 3_600_000;

/** A shard as it is kept; its place in its stream's list is its number. */
export interface ShardRecord {
  readonly id: string;
  readonly parentId?: string;
  readonly adjacentParentId?: string;
  /** Decimal numbers of up to 2^128 - 1, both inside the range. */
  readonly startHash: string;
  readonly endHash: string;
  readonly startSequence: string;
  readonly endSequence?: string;
  readonly createdMs: number;
  readonly closedMs?: number;
}

/** A stream as it is kept. */
export interface StreamRecord {
  readonly name: string;
  readonly arn: string;
  readonly account: string;
  /** Unique: the first part of the keys of its records. */
  readonly id: string;
  readonly createdMs: number;
  readonly mode: string;
  readonly retentionHours: number;
  readonly shards: readonly ShardRecord[];
  readonly keyId?: string;
  readonly metrics: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly policy?: string;
  readonly warmMiBps?: number;
  readonly maxRecordKiB: number;
  /** What is under way; absent: it is ACTIVE. */
  readonly transition?: Transition<"CREATING" | "UPDATING" | "DELETING">;
}

/** One record; its key is the stream's id, the shard's number and the sequence number. */
export interface KeptRecord {
  readonly data: Uint8Array;
  readonly partitionKey: string;
  readonly atMs: number;
  readonly isEncrypted?: true;
  /** The call that put it: a reader inside Squall makes its own calls the children of that one. */
  readonly sentBy?: string;
}

export const streamCollection = defineCollection<StreamRecord>({ name: "streams" });
export const recordCollection = defineCollection<KeptRecord>({ name: "records", codec: "structured" });

export const streamArn = (region: string, account: string, name: string): string =>
  makeArn("kinesis", region, account, `stream/${name}`);

/** The name in a stream's ARN, or in that of one of its consumers. */
export const nameInArn = (arn: string): string => parseArn(arn)?.resource.split("/")[1] ?? "";

interface Named {
  readonly StreamName?: string;
  readonly StreamARN?: string;
}

/** The stream that an input names, whatever its status, with the store that has it: an ARN may lead to another account. */
export function findStream({ StreamName, StreamARN }: Named, ctx: Context) {
  const name = StreamARN === undefined ? StreamName : nameInArn(StreamARN);
  if (name === undefined) throw streamNameMissing();
  if (StreamName !== undefined && StreamName !== name) throw namesDiffer();
  const { account, region } = (StreamARN && parseArn(StreamARN)) || ctx;
  const store = ctx.host.store(account, region);
  const kept = store.collection(streamCollection).look([name]);
  const stream = kept && settled(store, kept, ctx);
  if (!stream) throw streamNotFound(name, account);
  return { stream, store };
}

/** For what needs a stream that can be read and written: one that is being made is not there yet. */
export function findReadyStream(named: Named, ctx: Context) {
  const found = findStream(named, ctx);
  const { name, account, transition } = found.stream;
  if (transition?.status === "CREATING") throw streamNotFound(name, account);
  return found;
}

/** For what changes a stream. */
export function findActiveStream(named: Named, ctx: Context) {
  const found = findStream(named, ctx);
  const { name, account, transition } = found.stream;
  if (transition) throw streamNotActive(name, account, transition.status);
  return found;
}

/** A stream without what was under way until a moment that has passed; undefined when that was its deletion. */
export function settled(store: Store, stream: StreamRecord, ctx: Context): StreamRecord | undefined {
  if (!isOver(stream.transition, ctx.host)) return stream;
  if (stream.transition?.status === "DELETING") {
    removeStream(store, stream);
    return undefined;
  }
  const { transition: _, ...active } = stream;
  saveStream(store, active);
  return active;
}

/** Begins what takes a stream out of ACTIVE for a time; the stream to keep. */
export function changing(
  stream: StreamRecord,
  status: "CREATING" | "UPDATING" | "DELETING",
  ctx: Context,
): StreamRecord {
  const place = { account: stream.account, region: ctx.region };
  const transition = begin(streamLifecycle, status, stream.arn, place, ctx);
  return transition ? { ...stream, transition } : stream;
}

export const statusOf = ({ transition }: StreamRecord): string => transition?.status ?? "ACTIVE";

/** Takes a stream away with its records. */
export function removeStream(store: Store, stream: StreamRecord): void {
  store.collection(recordCollection).clear({ prefix: [stream.id] });
  store.collection(streamCollection).delete([stream.name]);
}

export function saveStream(store: Store, stream: StreamRecord): void {
  store.collection(streamCollection).put([stream.name], stream);
}

/** Records that came before this moment are gone. */
export function horizonMs(stream: StreamRecord, nowMs: number): number {
  return nowMs - stream.retentionHours * HOUR_MS;
}
