import assert from "node:assert/strict";
import { test } from "node:test";
import { compilePattern } from "../../core/event-pattern/pattern.ts";
import type { Mapping } from "./event-source.ts";
import { KinesisStream } from "./kinesis-stream.ts";

const ARN = "arn:aws:kinesis:eu-west-1:123456789012:stream/orders";
const ROLE = "arn:aws:iam::123456789012:role/reader";

/** A mapping in a world where Kinesis answers what the test says. */
function mappingWith(answers: Readonly<Record<string, object>>) {
  const calls: { operation: string; input: object; options: object }[] = [];
  const host = {
    call: async (_service: string, operation: string, input: object, options: object) => {
      calls.push({ operation, input, options });
      return answers[operation];
    },
  };
  const mapping = {
    host,
    scope: { account: "123456789012", region: "eu-west-1" },
    id: "u",
    sourceArn: ARN,
    origin: "event-source(orders to f)",
    role: () => ROLE,
    poll: (_operation: string, read: () => Promise<unknown>) => read(),
  } as unknown as Mapping;
  return { mapping, calls };
}

test("records of Kinesis become AWS's events, read as the function's role", async () => {
  const record = {
    SequenceNumber: "1",
    ApproximateArrivalTimestamp: new Date(1_700_000_000_250),
    Data: Buffer.from('{"kind":"order"}'),
    PartitionKey: "p",
  };
  const { mapping, calls } = mappingWith({ GetRecords: { Records: [record], NextShardIterator: "next" } });
  const read = await new KinesisStream(mapping).read("shardId-0", "iterator", 20_000);
  assert.equal(read.next, "next");
  assert.deepEqual(read.records[0]!.event, {
    kinesis: {
      kinesisSchemaVersion: "1.0",
      partitionKey: "p",
      sequenceNumber: "1",
      data: Buffer.from('{"kind":"order"}').toString("base64"),
      approximateArrivalTimestamp: 1_700_000_000.25,
    },
    eventSource: "aws:kinesis",
    eventVersion: "1.0",
    eventID: "shardId-0:1",
    eventName: "aws:kinesis:record",
    invokeIdentityArn: ROLE,
    awsRegion: "eu-west-1",
    eventSourceARN: ARN,
  });
  assert.deepEqual(calls[0], {
    operation: "GetRecords",
    input: { ShardIterator: "iterator", Limit: 10_000 },
    options: {
      account: "123456789012",
      region: "eu-west-1",
      as: ROLE,
      origin: "event-source(orders to f)",
    },
  });
  const { matches } = compilePattern('{"data":{"kind":["order"]},"partitionKey":["p"]}');
  assert.ok(matches(read.records[0]!.filtered));
});

test("shards come in pages, and iterators say where to begin", async () => {
  const { mapping, calls } = mappingWith({
    ListShards: { Shards: [{ ShardId: "b", ParentShardId: "a" }] },
    GetShardIterator: { ShardIterator: "i" },
  });
  const stream = new KinesisStream(mapping);
  assert.deepEqual(await stream.shards(), [{ id: "b", parentId: "a" }]);
  await stream.iterator("b", { type: "AT_TIMESTAMP", atMs: 1000 });
  await stream.iterator("b", { type: "AFTER_SEQUENCE_NUMBER", sequenceNumber: "7" });
  assert.deepEqual(
    calls.map((call) => call.input),
    [
      { StreamName: "orders" },
      { StreamName: "orders", ShardId: "b", ShardIteratorType: "AT_TIMESTAMP", Timestamp: new Date(1000) },
      {
        StreamName: "orders",
        ShardId: "b",
        ShardIteratorType: "AFTER_SEQUENCE_NUMBER",
        StartingSequenceNumber: "7",
      },
    ],
  );
});
