/** Through both SDKs' ways: the JavaScript client asks by HTTP/2 here, as it does by itself. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import {
  CreateStreamCommand,
  DeleteStreamCommand,
  DescribeStreamCommand,
  KinesisClient,
  PutRecordCommand,
  RegisterStreamConsumerCommand,
  SplitShardCommand,
  SubscribeToShardCommand,
  type SubscribeToShardEvent,
} from "@aws-sdk/client-kinesis";
import { clientOptions, newAccount, testCloud } from "../../../test/cloud.ts";

const cloud = await testCloud();
const account = newAccount();
const client = new KinesisClient(clientOptions(cloud, account));
after(async () => {
  client.destroy();
  await cloud.stop();
});

async function consumer(StreamName: string) {
  await client.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
  const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamName }));
  const StreamARN = StreamDescription!.StreamARN!;
  const { Consumer } = await client.send(new RegisterStreamConsumerCommand({ StreamARN, ConsumerName: "c" }));
  const ShardId = StreamDescription!.Shards![0]!.ShardId!;
  const subscribe = async () => {
    const StartingPosition = { Type: "TRIM_HORIZON" as const };
    const { EventStream } = await client.send(
      new SubscribeToShardCommand({ ConsumerARN: Consumer!.ConsumerARN!, ShardId, StartingPosition }),
    );
    return EventStream![Symbol.asyncIterator]();
  };
  const put = (text: string) =>
    client.send(new PutRecordCommand({ StreamName, PartitionKey: "k", Data: Buffer.from(text) }));
  return { StreamARN, ShardId, subscribe, put };
}

type Events = AsyncIterator<{ SubscribeToShardEvent?: SubscribeToShardEvent }>;

/** The texts of the next records: events without any are left out. */
async function next(events: Events): Promise<string[]> {
  for (;;) {
    const { value, done } = await events.next();
    assert.ok(!done, "the subscription ended");
    const texts = value.SubscribeToShardEvent!.Records!.map(({ Data }) => Buffer.from(Data!).toString());
    if (texts.length > 0) return texts;
  }
}

test("a subscriber gets what is there and what comes, until it leaves", async () => {
  const { subscribe, put } = await consumer("follow");
  const { SequenceNumber } = await put("before");
  const events = await subscribe();
  const { value } = await events.next();
  const first = value.SubscribeToShardEvent as SubscribeToShardEvent;
  assert.deepEqual(
    first.Records!.map(({ Data }) => Buffer.from(Data!).toString()),
    ["before"],
  );
  assert.deepEqual([first.ContinuationSequenceNumber, first.MillisBehindLatest], [SequenceNumber, 0]);
  await put("later");
  assert.deepEqual(await next(events), ["later"]);
  await events.return!();
});

test("a consumer has one subscription of a shard; after five seconds a newer one takes its place", async () => {
  const { subscribe, put } = await consumer("taken");
  const older = await subscribe();
  await older.next();
  await assert.rejects(subscribe(), {
    name: "ResourceInUseException",
    message: `Another active subscription exists for this consumer: ${account}:taken:c`,
  });
  await cloud.clock.advance(5000);
  const newer = await subscribe();
  await assert.rejects(
    async () => {
      for (;;) if ((await older.next()).done) return;
    },
    { name: "ResourceInUseException" },
  );
  await put("a");
  assert.deepEqual(await next(newer), ["a"]);
  await newer.return!();
});

test("at the end of a shard a subscriber hears of its children, and the subscription ends", async () => {
  const { StreamARN, ShardId, subscribe } = await consumer("split");
  await client.send(
    new SplitShardCommand({ StreamARN, ShardToSplit: ShardId, NewStartingHashKey: (2n ** 127n).toString() }),
  );
  const events = await subscribe();
  const { value } = await events.next();
  assert.equal((value.SubscribeToShardEvent as SubscribeToShardEvent).ChildShards!.length, 2);
  assert.equal((await events.next()).done, true);
});

test("a subscription ends with its stream, and by itself after five minutes", async () => {
  const gone = await consumer("gone");
  const orphan = await gone.subscribe();
  await orphan.next();
  await client.send(new DeleteStreamCommand({ StreamARN: gone.StreamARN, EnforceConsumerDeletion: true }));
  await assert.rejects(
    async () => {
      for (;;) if ((await orphan.next()).done) return;
    },
    { name: "ResourceNotFoundException" },
  );
  const { subscribe } = await consumer("old");
  const events = await subscribe();
  await events.next();
  await cloud.clock.advance(5 * 60_000);
  for (;;) if ((await events.next()).done) break;
});
