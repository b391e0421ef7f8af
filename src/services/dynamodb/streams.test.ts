import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import {
  CreateTableCommand,
  DeleteItemCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  PutItemCommand,
  ScanCommand,
  UpdateItemCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
  type ShardIteratorType,
} from "@aws-sdk/client-dynamodb-streams";
import { clientOptions, testCloud } from "../../../test/cloud.ts";
import type { FaultRuleInput } from "../../index.ts";
import { fixture, tableInput } from "./fixture.test.ts";

const it = await fixture();
const streams = new DynamoDBStreamsClient(clientOptions(it.cloud, it.account));
after(() => streams.destroy());

async function streamed(
  TableName: string,
  StreamViewType: "NEW_AND_OLD_IMAGES" | "KEYS_ONLY" = "NEW_AND_OLD_IMAGES",
) {
  const { TableDescription } = await it.client.send(
    new CreateTableCommand(
      tableInput(TableName, { hashOnly: true, StreamSpecification: { StreamEnabled: true, StreamViewType } }),
    ),
  );
  const StreamArn = TableDescription!.LatestStreamArn!;
  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
  const ShardId = StreamDescription!.Shards![0]!.ShardId!;
  return {
    StreamArn,
    iterator: async (ShardIteratorType: ShardIteratorType = "TRIM_HORIZON", SequenceNumber?: string) =>
      (
        await streams.send(
          new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType, SequenceNumber }),
        )
      ).ShardIterator!,
  };
}

const read = (ShardIterator: string, Limit?: number) =>
  streams.send(new GetRecordsCommand({ ShardIterator, Limit }));

describe("a stream", () => {
  test("tells changes in order, with images, and leaves out what changed nothing", async () => {
    const TableName = "changes";
    const { iterator, StreamArn } = await streamed(TableName);
    const Key = { p: { S: "a" } };
    await it.client.send(new PutItemCommand({ TableName, Item: { ...Key, n: { N: "1" } } }));
    await it.client.send(new PutItemCommand({ TableName, Item: { ...Key, n: { N: "1.0" } } }));
    const UpdateExpression = "SET n = n + n";
    await it.client.send(new UpdateItemCommand({ TableName, Key, UpdateExpression }));
    await it.client.send(new DeleteItemCommand({ TableName, Key }));
    const { Records } = await read(await iterator());
    assert.deepEqual(
      Records!.map(({ eventName, dynamodb }) => [
        eventName,
        dynamodb!.OldImage?.["n"]?.N,
        dynamodb!.NewImage?.["n"]?.N,
      ]),
      [
        ["INSERT", undefined, "1"],
        ["MODIFY", "1", "2"],
        ["REMOVE", "2", undefined],
      ],
    );
    assert.deepEqual(Records![0]!.dynamodb!.Keys, Key);
    const numbers = Records!.map(({ dynamodb }) => dynamodb!.SequenceNumber!);
    assert.deepEqual(numbers, numbers.toSorted());
    const { Streams } = await streams.send(new ListStreamsCommand({ TableName }));
    assert.deepEqual(
      Streams!.map((stream) => stream.StreamArn),
      [StreamArn],
    );
  });

  test("is read from any place, in pages", async () => {
    const TableName = "places";
    const { iterator } = await streamed(TableName, "KEYS_ONLY");
    const put = (p: string) => it.client.send(new PutItemCommand({ TableName, Item: { p: { S: p } } }));
    for (const p of ["a", "b", "c"]) await put(p);
    const latest = await iterator("LATEST");
    const names = (page: { Records?: { dynamodb?: { Keys?: Record<string, { S?: string }> } }[] }) =>
      page.Records!.map(({ dynamodb }) => dynamodb!.Keys!["p"]!.S);
    const first = await read(await iterator(), 2);
    assert.deepEqual(names(first as never), ["a", "b"]);
    assert.deepEqual(names((await read(first.NextShardIterator!)) as never), ["c"]);
    const second = first.Records![1]!.dynamodb!.SequenceNumber!;
    assert.deepEqual(names((await read(await iterator("AT_SEQUENCE_NUMBER", second))) as never), ["b", "c"]);
    assert.deepEqual(names((await read(await iterator("AFTER_SEQUENCE_NUMBER", second))) as never), ["c"]);
    await put("d");
    assert.deepEqual(names((await read(latest)) as never), ["d"]);
  });

  test("ends when it is switched off, and its iterators run out", async () => {
    const TableName = "ends";
    const { iterator } = await streamed(TableName);
    await it.client.send(new PutItemCommand({ TableName, Item: { p: { S: "a" } } }));
    const open = await read(await iterator());
    await it.cloud.clock.advance("PT15M1S");
    await assert.rejects(read(open.NextShardIterator!), { name: "ExpiredIteratorException" });
    await it.client.send(
      new UpdateTableCommand({ TableName, StreamSpecification: { StreamEnabled: false } }),
    );
    const last = await read(await iterator());
    assert.equal(last.Records!.length, 1);
    assert.equal(last.NextShardIterator, undefined);
    await it.cloud.clock.advance("PT24H1S");
    await assert.rejects(iterator(), { name: "ResourceNotFoundException" });
  });

  test("under faults delays, repeats and expires", async () => {
    const TableName = "faulty";
    const { iterator } = await streamed(TableName);
    await it.client.send(new PutItemCommand({ TableName, Item: { p: { S: "a" } } }));
    const start = await iterator();
    const once = (effect: string, params = {}) =>
      it.cloud.faults.add({ point: "dynamodb:stream", effect, params, times: 1 } as FaultRuleInput);
    await once("delay", { ms: "PT1M" });
    assert.equal((await read(start)).Records!.length, 0);
    await once("duplicate");
    assert.equal((await read(start)).Records!.length, 2);
    await once("iterator-expiry");
    await assert.rejects(read(start), { name: "ExpiredIteratorException" });
    assert.equal((await read(start)).Records!.length, 1);
  });
});

test("time to live takes items away when it is over, and the stream says that the service did", async () => {
  const TableName = "expiring";
  const { iterator } = await streamed(TableName);
  const at = (ms: number) => ({ N: String(Math.floor((it.cloud.clock.now() + ms) / 1000)) });
  const put = (p: string, ttl: { N: string } | { S: string }) =>
    it.client.send(new PutItemCommand({ TableName, Item: { p: { S: p }, ttl } }));
  await put("early", at(60_000));
  const TimeToLiveSpecification = { AttributeName: "ttl", Enabled: true };
  await it.client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
  await put("late", at(3_600_000));
  await put("text", { S: "1" });
  await put("moved", at(60_000));
  await put("moved", at(7_200_000));
  await it.cloud.clock.advance("PT2M");
  const left = async () =>
    (await it.client.send(new ScanCommand({ TableName }))).Items!.map(({ p }) => p!.S).sort();
  assert.deepEqual(await left(), ["late", "moved", "text"]);
  await it.cloud.clock.advance("PT1H");
  assert.deepEqual(await left(), ["moved", "text"]);
  const { Records } = await read(await iterator());
  const removed = Records!.filter(({ eventName }) => eventName === "REMOVE");
  assert.deepEqual(
    removed.map(({ userIdentity }) => userIdentity),
    Array(2).fill({ PrincipalId: "dynamodb.amazonaws.com", Type: "Service" }),
  );
  const { TimeToLiveDescription } = await it.client.send(new DescribeTimeToLiveCommand({ TableName }));
  assert.deepEqual(TimeToLiveDescription, { TimeToLiveStatus: "ENABLED", AttributeName: "ttl" });
  await assert.rejects(it.client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification })), {
    message: "TimeToLive is already enabled",
  });
});

test("a stream may have several shards: each item's records stay in one, in order", async () => {
  await using cloud = await testCloud({ settings: { dynamodb: { "stream-shards": 4 } } });
  const options = clientOptions(cloud);
  const client = new DynamoDBClient(options);
  const reader = new DynamoDBStreamsClient(options);
  const TableName = "sharded";
  const { TableDescription } = await client.send(
    new CreateTableCommand(
      tableInput(TableName, {
        hashOnly: true,
        StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_IMAGE" },
      }),
    ),
  );
  for (let n = 0; n < 3; n++)
    for (let p = 0; p < 12; p++)
      await client.send(new PutItemCommand({ TableName, Item: { p: { S: `${p}` }, n: { N: `${n}` } } }));
  const StreamArn = TableDescription!.LatestStreamArn!;
  const { StreamDescription } = await reader.send(new DescribeStreamCommand({ StreamArn }));
  assert.equal(StreamDescription!.Shards!.length, 4);
  const seen = new Map<string, { shard: string; numbers: string[] }>();
  for (const { ShardId } of StreamDescription!.Shards!) {
    const { ShardIterator } = await reader.send(
      new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: "TRIM_HORIZON" }),
    );
    const { Records } = await reader.send(new GetRecordsCommand({ ShardIterator }));
    for (const { dynamodb } of Records!) {
      const p = dynamodb!.Keys!["p"]!.S!;
      const known = seen.get(p) ?? { shard: ShardId!, numbers: [] };
      seen.set(p, known);
      assert.equal(known.shard, ShardId);
      known.numbers.push(dynamodb!.NewImage!["n"]!.N!);
    }
  }
  assert.equal(seen.size, 12);
  for (const { numbers } of seen.values()) assert.deepEqual(numbers, ["0", "1", "2"]);
  assert.ok(new Set([...seen.values()].map(({ shard }) => shard)).size > 1);
  client.destroy();
  reader.destroy();
});
