import assert from "node:assert/strict";
import { test } from "node:test";
import { PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { fixture, textsOf } from "./fixture.test.ts";

const it = await fixture();
const HIGHEST = String(2n ** 128n - 1n);

test("records are read in the order of their sequence numbers, in pages", async () => {
  await it.create("orders");
  const numbers: string[] = [];
  for (const text of ["a", "b", "c"]) numbers.push((await it.put("orders", text)).SequenceNumber!);
  assert.deepEqual(numbers, numbers.toSorted());
  await it.cloud.clock.advance("5s");
  const first = await it.read(await it.iterator("orders"), 2);
  assert.deepEqual(textsOf(first), ["a", "b"]);
  assert.ok(first.MillisBehindLatest! >= 5000);
  assert.equal(first.Records![0]!.PartitionKey, "a");
  const second = await it.read(first.NextShardIterator!);
  assert.deepEqual(textsOf(second), ["c"]);
  assert.equal(second.MillisBehindLatest, 0);
  assert.deepEqual(textsOf(await it.read(second.NextShardIterator!)), []);
});

test("each type of iterator begins where it says", async () => {
  const StreamName = "places";
  await it.create(StreamName);
  const a = await it.put(StreamName, "a");
  await it.cloud.clock.advance("10s");
  const Timestamp = new Date(it.cloud.clock.now());
  await it.cloud.clock.advance("10s");
  await it.put(StreamName, "b");
  const latest = await it.iterator(StreamName, { ShardIteratorType: "LATEST" });
  await it.put(StreamName, "c");
  const StartingSequenceNumber = a.SequenceNumber!;
  const from = async (more: Parameters<typeof it.iterator>[1]) =>
    textsOf(await it.read(await it.iterator(StreamName, more)));
  assert.deepEqual(await from({}), ["a", "b", "c"]);
  assert.deepEqual(await from({ ShardIteratorType: "AT_SEQUENCE_NUMBER", StartingSequenceNumber }), [
    "a",
    "b",
    "c",
  ]);
  assert.deepEqual(await from({ ShardIteratorType: "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber }), [
    "b",
    "c",
  ]);
  assert.deepEqual(await from({ ShardIteratorType: "AT_TIMESTAMP", Timestamp }), ["b", "c"]);
  assert.deepEqual(textsOf(await it.read(latest)), ["c"]);
  await assert.rejects(it.iterator(StreamName, { ShardIteratorType: "AT_TIMESTAMP" }), {
    name: "InvalidArgumentException",
    message:
      "Must specify timestamp parameter for iterator of type AT_TIMESTAMP. Current request has no timestamp parameter.",
  });
  await assert.rejects(it.iterator(StreamName, { ShardId: "shardId-000000000001" }), {
    name: "ResourceNotFoundException",
    message: `Shard shardId-000000000001 in stream ${StreamName} under account ${it.account} does not exist`,
  });
});

test("an iterator lives for five minutes", async () => {
  await it.create("aging");
  const iterator = await it.iterator("aging");
  await it.cloud.clock.advance("PT4M59S");
  await it.read(iterator);
  await it.cloud.clock.advance("PT2S");
  await assert.rejects(it.read(iterator), {
    name: "ExpiredIteratorException",
    message: /^Iterator expired\. .* tolerated delay of 300000 milliseconds\.$/,
  });
  await assert.rejects(it.read("AAAA"), {
    name: "InvalidArgumentException",
    message: "Invalid ShardIterator.",
  });
});

test("a record goes to the shard of its key's MD5, or of its explicit hash key", async () => {
  await it.create("routed", 2);
  // The MD5 of "a" is 0cc1…, that of "b" 92eb….
  const [low, high] = ["shardId-000000000000", "shardId-000000000001"];
  assert.equal((await it.put("routed", "a")).ShardId, low);
  assert.equal((await it.put("routed", "b")).ShardId, high);
  assert.equal((await it.put("routed", "a", { ExplicitHashKey: HIGHEST })).ShardId, high);
  await assert.rejects(it.put("routed", "a", { ExplicitHashKey: String(2n ** 128n) }), {
    name: "InvalidArgumentException",
    message: `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${2n ** 128n}`,
  });
});

test("a record may be 1 MiB long, and a read ends at 10 MB", async () => {
  await it.create("long");
  const mebibyte = "x".repeat(1024 * 1024);
  const Entry = { Data: Buffer.from(mebibyte), PartitionKey: "p" };
  const put = (Records: (typeof Entry)[]) =>
    it.client.send(new PutRecordsCommand({ StreamName: "long", Records }));
  await put(Array(6).fill(Entry));
  await put(Array(6).fill(Entry));
  const first = await it.read(await it.iterator("long"));
  assert.equal(first.Records!.length, 10);
  assert.equal((await it.read(first.NextShardIterator!)).Records!.length, 2);
  await assert.rejects(put([{ ...Entry, Data: Buffer.from(`${mebibyte}x`) }]), {
    name: "ValidationException",
  });
  await assert.rejects(put(Array(10).fill(Entry)), { message: "Records size exceeds 10 MB limit" });
});

test("under --strict a shard takes a thousand records a second, and the others of a batch fail alone", async () => {
  const strict = await fixture({ strict: true, clockRate: 0 });
  await strict.create("busy");
  const put = (count: number) =>
    strict.client.send(
      new PutRecordsCommand({
        StreamName: "busy",
        Records: Array.from({ length: count }, () => ({ Data: Buffer.from("x"), PartitionKey: "p" })),
      }),
    );
  assert.equal((await put(500)).FailedRecordCount, 0);
  await put(499);
  const { FailedRecordCount, Records } = await put(2);
  assert.equal(FailedRecordCount, 1);
  assert.equal(Records![0]!.ShardId, "shardId-000000000000");
  assert.deepEqual(Records![1], {
    ErrorCode: "ProvisionedThroughputExceededException",
    ErrorMessage: `Rate exceeded for shard shardId-000000000000 in stream busy under account ${strict.account}.`,
  });
  await assert.rejects(strict.put("busy", "y"), { name: "ProvisionedThroughputExceededException" });
  await strict.cloud.clock.advance("1s");
  await strict.put("busy", "y");
});
