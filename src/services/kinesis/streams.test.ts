import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AddTagsToStreamCommand,
  CreateStreamCommand,
  DecreaseStreamRetentionPeriodCommand,
  DeleteResourcePolicyCommand,
  DeleteStreamCommand,
  DeregisterStreamConsumerCommand,
  DescribeLimitsCommand,
  DescribeStreamCommand,
  DescribeStreamConsumerCommand,
  DescribeStreamSummaryCommand,
  EnableEnhancedMonitoringCommand,
  GetResourcePolicyCommand,
  IncreaseStreamRetentionPeriodCommand,
  ListStreamConsumersCommand,
  ListStreamsCommand,
  ListTagsForResourceCommand,
  ListTagsForStreamCommand,
  PutResourcePolicyCommand,
  RegisterStreamConsumerCommand,
  RemoveTagsFromStreamCommand,
  StartStreamEncryptionCommand,
  TagResourceCommand,
  UpdateStreamModeCommand,
} from "@aws-sdk/client-kinesis";
import { fixture, textsOf } from "./fixture.test.ts";

const it = await fixture();
const { client } = it;
const arnOf = (name: string) => `arn:aws:kinesis:us-east-1:${it.account}:stream/${name}`;

test("a stream is created, described, listed and deleted", async () => {
  const StreamName = "one";
  await it.create(StreamName, 3);
  await assert.rejects(it.create(StreamName), {
    name: "ResourceInUseException",
    message: `Stream one under account ${it.account} already exists.`,
  });
  const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamName, Limit: 2 }));
  assert.equal(StreamDescription!.StreamARN, arnOf(StreamName));
  assert.equal(StreamDescription!.StreamStatus, "ACTIVE");
  assert.equal(StreamDescription!.Shards!.length, 2);
  assert.equal(StreamDescription!.HasMoreShards, true);
  assert.equal(StreamDescription!.Shards![0]!.HashKeyRange!.StartingHashKey, "0");
  await client.send(
    // With neither a mode nor a count of shards a stream is on demand.
    new CreateStreamCommand({ StreamName: "two" }),
  );
  const { StreamDescriptionSummary } = await client.send(
    new DescribeStreamSummaryCommand({ StreamARN: arnOf("two") }),
  );
  assert.equal(StreamDescriptionSummary!.OpenShardCount, 4);
  const limits = await client.send(new DescribeLimitsCommand({}));
  assert.deepEqual([limits.OpenShardCount, limits.OnDemandStreamCount], [3, 1]);
  const page = await client.send(new ListStreamsCommand({ Limit: 1 }));
  assert.deepEqual([page.StreamNames, page.HasMoreStreams], [["one"], true]);
  const rest = await client.send(new ListStreamsCommand({ ExclusiveStartStreamName: "one" }));
  assert.deepEqual([rest.StreamNames, rest.HasMoreStreams], [["two"], false]);
  await client.send(new DeleteStreamCommand({ StreamName }));
  await assert.rejects(client.send(new DescribeStreamSummaryCommand({ StreamName })), {
    name: "ResourceNotFoundException",
    message: `Stream one under account ${it.account} not found.`,
  });
});

test("records stay for the retention period, and what is gone does not come back", async () => {
  const StreamName = "kept";
  await it.create(StreamName);
  await it.put(StreamName, "early");
  await it.cloud.clock.advance("PT23H");
  await it.put(StreamName, "late");
  const texts = async () => textsOf(await it.read(await it.iterator(StreamName)));
  assert.deepEqual(await texts(), ["early", "late"]);
  await it.cloud.clock.advance("PT1H1S");
  const keep = (RetentionPeriodHours: number) =>
    client.send(new IncreaseStreamRetentionPeriodCommand({ StreamName, RetentionPeriodHours }));
  await keep(48);
  assert.deepEqual(await texts(), ["late"]);
  await it.cloud.clock.advance("PT24H");
  assert.deepEqual(await texts(), ["late"]);
  await client.send(new DecreaseStreamRetentionPeriodCommand({ StreamName, RetentionPeriodHours: 24 }));
  assert.deepEqual(await texts(), []);
  await keep(8760);
  await assert.rejects(keep(8761), {
    name: "InvalidArgumentException",
    message:
      "Maximum allowed retention period is 8760 hours. Requested retention period (8761 hours) is too long.",
  });
  await assert.rejects(keep(23), { message: /^Minimum allowed retention period is 24 hours\./ });
});

test("streams and consumers have tags and policies", async () => {
  const StreamName = "tagged";
  await it.create(StreamName);
  await client.send(new AddTagsToStreamCommand({ StreamName, Tags: { b: "2", a: "1", c: "3" } }));
  await client.send(new RemoveTagsFromStreamCommand({ StreamName, TagKeys: ["c"] }));
  const first = await client.send(new ListTagsForStreamCommand({ StreamName, Limit: 1 }));
  assert.deepEqual([first.Tags, first.HasMoreTags], [[{ Key: "a", Value: "1" }], true]);
  const { Consumer } = await client.send(
    new RegisterStreamConsumerCommand({ StreamARN: arnOf(StreamName), ConsumerName: "fan" }),
  );
  for (const ResourceARN of [arnOf(StreamName), Consumer!.ConsumerARN!]) {
    await client.send(new TagResourceCommand({ ResourceARN, Tags: { d: "4" } }));
    const { Tags } = await client.send(new ListTagsForResourceCommand({ ResourceARN }));
    assert.deepEqual(Tags!.at(-1), { Key: "d", Value: "4" });
    const Policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: "*", Action: "kinesis:PutRecord", Resource: ResourceARN }],
    });
    await client.send(new PutResourcePolicyCommand({ ResourceARN, Policy }));
    assert.equal((await client.send(new GetResourcePolicyCommand({ ResourceARN }))).Policy, Policy);
    await client.send(new DeleteResourcePolicyCommand({ ResourceARN }));
    await assert.rejects(client.send(new GetResourcePolicyCommand({ ResourceARN })), {
      name: "ResourceNotFoundException",
    });
  }
});

test("a stream with consumers is deleted only by force", async () => {
  const StreamName = "consumed";
  await it.create(StreamName);
  const StreamARN = arnOf(StreamName);
  const register = (ConsumerName: string) =>
    client.send(new RegisterStreamConsumerCommand({ StreamARN, ConsumerName }));
  const { ConsumerARN } = (await register("a")).Consumer!;
  await register("b");
  await assert.rejects(register("b"), { name: "ResourceInUseException" });
  const { ConsumerDescription } = await client.send(new DescribeStreamConsumerCommand({ ConsumerARN }));
  assert.equal(ConsumerDescription!.StreamARN, StreamARN);
  await client.send(new DeregisterStreamConsumerCommand({ ConsumerARN }));
  const { Consumers } = await client.send(new ListStreamConsumersCommand({ StreamARN }));
  assert.deepEqual(
    Consumers!.map(({ ConsumerName }) => ConsumerName),
    ["b"],
  );
  await assert.rejects(client.send(new DeleteStreamCommand({ StreamName })), {
    name: "ResourceInUseException",
  });
  await client.send(new DeleteStreamCommand({ StreamName, EnforceConsumerDeletion: true }));
});

test("encryption, mode and shard-level metrics are remembered", async () => {
  const StreamName = "set";
  await it.create(StreamName);
  await client.send(
    new StartStreamEncryptionCommand({ StreamName, EncryptionType: "KMS", KeyId: "alias/aws/kinesis" }),
  );
  assert.equal((await it.put(StreamName, "a")).EncryptionType, "KMS");
  await client.send(
    new EnableEnhancedMonitoringCommand({ StreamName, ShardLevelMetrics: ["IncomingBytes"] }),
  );
  await client.send(
    new UpdateStreamModeCommand({
      StreamARN: arnOf(StreamName),
      StreamModeDetails: { StreamMode: "ON_DEMAND" },
    }),
  );
  const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamName }));
  assert.equal(StreamDescription!.KeyId, "alias/aws/kinesis");
  assert.deepEqual(StreamDescription!.EnhancedMonitoring, [{ ShardLevelMetrics: ["IncomingBytes"] }]);
  assert.equal(StreamDescription!.StreamModeDetails!.StreamMode, "ON_DEMAND");
});
