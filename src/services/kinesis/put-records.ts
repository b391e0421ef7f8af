import { AwsError } from "../../core/aws-error.ts";
import type { Context, Handlers, ServiceHost } from "../../core/service.ts";
import type { Store } from "../../core/storage.ts";
import type * as Kinesis from "../../models/generated/kinesis.ts";
import {
  hashKeyOutside,
  partitionKeyMissing,
  rateExceeded,
  recordTooLong,
  requestTooLong,
} from "./errors.ts";
import { hashOf, LAST_HASH } from "./hash-keys.ts";
import { measure } from "./metrics.ts";
import { nextSequence } from "./sequence-number.ts";
import { shardOf } from "./shards.ts";
import { findReadyStream, recordCollection, type StreamRecord } from "./stream.ts";
import { Throughput } from "./throughput.ts";

const MOST_BYTES = 10 * 1024 * 1024;

/** Writes: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html. A shard's rate is enforced under --strict. */
export const putRecords = (host: ServiceHost): Handlers<Kinesis.Operations> => {
  const throughput = new Throughput(host.clock);

  function put(store: Store, stream: StreamRecord, entry: Keyed, { id: sentBy }: Context) {
    const { Data, PartitionKey, ExplicitHashKey } = entry;
    const hash = ExplicitHashKey === undefined ? hashOf(PartitionKey) : BigInt(ExplicitHashKey);
    const shard = shardOf(stream, hash);
    if (host.strict && !throughput.take(`${stream.id}/${shard.id}`, sizeOf(entry)))
      throw rateExceeded(shard.id, stream);
    const at = stream.shards.indexOf(shard);
    const nowMs = host.clock.now();
    const SequenceNumber = nextSequence(store, stream, at, nowMs);
    store.collection(recordCollection).put([stream.id, at, SequenceNumber], {
      data: Data,
      partitionKey: PartitionKey,
      atMs: nowMs,
      sentBy,
      ...(stream.keyId !== undefined && { isEncrypted: true as const }),
    });
    return { ShardId: shard.id, SequenceNumber };
  }

  return {
    PutRecord(input, ctx) {
      const { stream, store } = findReadyStream(input, ctx);
      const entry = checked(input, stream, "");
      const written = put(store, stream, entry, ctx);
      host.bus.publish("kinesis.stream", { streamArn: stream.arn });
      const bytes = sizeOf(entry);
      const incoming = { IncomingRecords: 1, IncomingBytes: bytes };
      measure(host, stream, { "PutRecord.Success": 1, "PutRecord.Bytes": bytes, ...incoming });
      return { ...written, ...encryption(stream) };
    },

    PutRecords(input, ctx) {
      const { stream, store } = findReadyStream(input, ctx);
      const entries = input.Records.map((entry, at) => checked(entry, stream, `records.${at + 1}.member.`));
      if (entries.reduce((sum, entry) => sum + sizeOf(entry), 0) > MOST_BYTES) throw requestTooLong();
      const results = store.transaction(() =>
        entries.map((entry) => orFailure(() => put(store, stream, entry, ctx))),
      );
      host.bus.publish("kinesis.stream", { streamArn: stream.arn });
      const failures = results.map((result) => "ErrorCode" in result);
      const failed = failures.filter(Boolean).length;
      const taken = entries.filter((_, at) => !failures[at]);
      const bytes = taken.reduce((sum, entry) => sum + sizeOf(entry), 0);
      measure(host, stream, {
        "PutRecords.Success": taken.length > 0 ? 1 : 0,
        "PutRecords.Bytes": bytes,
        "PutRecords.TotalRecords": entries.length,
        "PutRecords.SuccessfulRecords": taken.length,
        "PutRecords.ThrottledRecords": failed,
        IncomingRecords: taken.length,
        IncomingBytes: bytes,
      });
      return { FailedRecordCount: failed, Records: results, ...encryption(stream) };
    },
  };
};

/** A record that its shard cannot take fails alone: the request succeeds. */
function orFailure(put: () => Kinesis.PutRecordsResultEntry): Kinesis.PutRecordsResultEntry {
  try {
    return put();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { ErrorCode: error.code, ErrorMessage: error.message };
  }
}

/** A record with what the strategy USER_PARTITION_KEY asks for: AWS's model has to leave the key optional for AUTO. */
type Keyed = Kinesis.PutRecordsRequestEntry & { readonly PartitionKey: string };

function checked(entry: Kinesis.PutRecordsRequestEntry, stream: StreamRecord, path: string): Keyed {
  const { Data, PartitionKey, ExplicitHashKey } = entry;
  if (PartitionKey === undefined) throw partitionKeyMissing(`${path}partitionKey`);
  const limit = stream.maxRecordKiB * 1024;
  if (Data.length > limit) throw recordTooLong(`${path}data`, limit);
  if (ExplicitHashKey !== undefined && BigInt(ExplicitHashKey) > LAST_HASH)
    throw hashKeyOutside(ExplicitHashKey);
  return { Data, PartitionKey, ...(ExplicitHashKey !== undefined && { ExplicitHashKey }) };
}

const sizeOf = ({ Data, PartitionKey }: Keyed): number => Data.length + Buffer.byteLength(PartitionKey);

const encryption = ({ keyId }: StreamRecord) => (keyId === undefined ? {} : { EncryptionType: "KMS" });
