import assert from "node:assert/strict";
import { test } from "node:test";
import { MergeShardsCommand, SplitShardCommand, UpdateShardCountCommand } from "@aws-sdk/client-kinesis";
import { fixture, textsOf } from "./fixture.test.ts";

const it = await fixture();
const { client } = it;
const id = (n: number) => `shardId-${String(n).padStart(12, "0")}`;

const open = async (StreamName: string) =>
  (await it.shards(StreamName)).filter(
    ({ SequenceNumberRange }) => !SequenceNumberRange!.EndingSequenceNumber,
  );

test("a split shard is read to its end, which names its children", async () => {
  const StreamName = "split";
  await it.create(StreamName);
  await it.put(StreamName, "a");
  const split = (NewStartingHashKey: string, ShardToSplit = id(0)) =>
    client.send(new SplitShardCommand({ StreamName, ShardToSplit, NewStartingHashKey }));
  await assert.rejects(split("1"), { name: "InvalidArgumentException", message: /is not both greater than/ });
  await split("2");
  await assert.rejects(split("5"), {
    message: `Shard ${id(0)} in stream split under account ${it.account} has already been merged or split, and thus is not eligible for merging or splitting.`,
  });
  const [, low, high] = await it.shards(StreamName);
  assert.deepEqual(low!.HashKeyRange, { StartingHashKey: "0", EndingHashKey: "1" });
  assert.deepEqual([low!.ParentShardId, high!.ParentShardId], [id(0), id(0)]);
  assert.equal((await it.put(StreamName, "b")).ShardId, id(2));
  const last = await it.read(await it.iterator(StreamName));
  assert.deepEqual(textsOf(last), ["a"]);
  assert.equal(last.NextShardIterator, undefined);
  assert.deepEqual(
    last.ChildShards!.map(({ ShardId }) => ShardId),
    [id(1), id(2)],
  );
  await it.cloud.clock.advance("PT24H1S");
  assert.equal((await it.shards(StreamName)).length, 2);
});

test("only neighbours are merged", async () => {
  const StreamName = "merged";
  await it.create(StreamName, 3);
  const merge = (AdjacentShardToMerge: string) =>
    client.send(new MergeShardsCommand({ StreamName, ShardToMerge: id(0), AdjacentShardToMerge }));
  await assert.rejects(merge(id(2)), {
    message: `Shards ${id(0)} and ${id(2)} in stream merged under account ${it.account} are not an adjacent pair of shards eligible for merging`,
  });
  await merge(id(1));
  const child = (await it.shards(StreamName)).at(-1)!;
  assert.deepEqual([child.ParentShardId, child.AdjacentParentShardId], [id(0), id(1)]);
  assert.equal((await open(StreamName)).length, 2);
});

test("UpdateShardCount ends in shards of one size, at most double and at least half as many", async () => {
  const StreamName = "scaled";
  await it.create(StreamName, 2);
  const update = (TargetShardCount: number) =>
    client.send(
      new UpdateShardCountCommand({ StreamName, TargetShardCount, ScalingType: "UNIFORM_SCALING" }),
    );
  await assert.rejects(update(5), { name: "InvalidArgumentException" });
  for (const count of [4, 3, 2, 1]) {
    assert.equal((await update(count)).TargetShardCount, count);
    const shards = (await open(StreamName)).map(({ HashKeyRange }) => HashKeyRange!);
    const starts = shards.map(({ StartingHashKey }) => BigInt(StartingHashKey!));
    assert.deepEqual(
      starts.sort((a, b) => (a < b ? -1 : 1)),
      Array.from({ length: count }, (_, at) => (2n ** 128n / BigInt(count)) * BigInt(at)),
    );
  }
  await update(2);
  await update(4);
  await assert.rejects(update(1), { name: "InvalidArgumentException" });
});
