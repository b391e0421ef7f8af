import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  AddPermissionCommand,
  CreateTopicCommand,
  DeleteTopicCommand,
  GetDataProtectionPolicyCommand,
  GetTopicAttributesCommand,
  ListTagsForResourceCommand,
  ListTopicsCommand,
  PutDataProtectionPolicyCommand,
  RemovePermissionCommand,
  SetTopicAttributesCommand,
  type SNSClient,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-sns";
import { testCloud } from "../../../test/cloud.ts";
import type { Cloud } from "../../index.ts";
import { snsClient } from "./fixture.test.ts";

let cloud: Cloud;
let client: SNSClient;
before(async () => {
  cloud = await testCloud({ services: ["sns"] });
  client = snsClient(cloud);
});
after(() => cloud[Symbol.asyncDispose]());

async function create(name: string, attributes: Record<string, string> = {}): Promise<string> {
  const { TopicArn } = await client.send(new CreateTopicCommand({ Name: name, Attributes: attributes }));
  return TopicArn!;
}

const rejects = (call: Promise<unknown>, name: string, message: string) =>
  assert.rejects(call, (error: Error) => {
    assert.equal(error.name, name);
    assert.equal(error.message, message);
    return true;
  });
const refuses = (call: Promise<unknown>, message: string) =>
  rejects(call, "InvalidParameterException", message);

test("A topic's ARN has its region, account and name.", async () => {
  assert.match(await create("arn"), /^arn:aws:sns:us-east-1:\d{12}:arn$/);
});

test("Creating a topic again gives the same topic, unless it is asked to be another.", async () => {
  const arn = await create("again", { DisplayName: "a" });
  assert.equal(await create("again"), arn);
  assert.equal(await create("again", { DisplayName: "a" }), arn);
  await refuses(
    create("again", { DisplayName: "b" }),
    "Invalid parameter: Attributes Reason: Topic already exists with different attributes",
  );
  await refuses(
    client.send(new CreateTopicCommand({ Name: "again", Tags: [{ Key: "k", Value: "v" }] })),
    "Invalid parameter: Tags Reason: Topic already exists with different tags",
  );
});

test("A topic's name has 1 to 256 letters, digits, hyphens and underscores.", async () => {
  await create("n".repeat(256));
  for (const name of ["n".repeat(257), "", "a b", "a.fifo"])
    await refuses(create(name), "Invalid parameter: Topic Name");
});

test("A FIFO topic's name ends with .fifo.", async () => {
  await create("ordered.fifo", { FifoTopic: "true" });
  await refuses(create("ordered", { FifoTopic: "true" }), "Invalid parameter: Topic Name");
});

test("FifoTopic is read in any case; a standard topic has no such attribute.", async () => {
  const fifo = await create("any-case.fifo", { FifoTopic: "True" });
  assert.equal(await create("any-case.fifo", { FifoTopic: "true" }), fifo);
  const standard = await create("plain", { FifoTopic: "False" });
  assert.equal(await create("plain"), standard);
  const { Attributes } = await client.send(new GetTopicAttributesCommand({ TopicArn: standard }));
  assert.equal(Attributes!["FifoTopic"], undefined);
});

test("A client's ARNs are of the region that it calls.", async () => {
  const TopicArn = (await create("here")).replace("us-east-1", "eu-west-1");
  await refuses(client.send(new GetTopicAttributesCommand({ TopicArn })), "Invalid parameter: TopicArn");
  await refuses(client.send(new DeleteTopicCommand({ TopicArn })), "Invalid parameter: TopicArn");
  await refuses(
    client.send(new ListTagsForResourceCommand({ ResourceArn: TopicArn })),
    "Invalid parameter: ResourceArn",
  );
});

test("A topic that is not there is not found; deleting it succeeds.", async () => {
  const arn = await create("gone");
  await client.send(new DeleteTopicCommand({ TopicArn: arn }));
  await client.send(new DeleteTopicCommand({ TopicArn: arn }));
  await rejects(
    client.send(new GetTopicAttributesCommand({ TopicArn: arn })),
    "NotFoundException",
    "Topic does not exist",
  );
});

test("What is no ARN is refused with the number of its parts.", async () => {
  await refuses(
    client.send(new GetTopicAttributesCommand({ TopicArn: "topic" })),
    "Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1",
  );
});

test("Attributes that are set are given back, with the defaults of the others.", async () => {
  const arn = await create("attributes");
  const set = (AttributeName: string, AttributeValue: string) =>
    client.send(new SetTopicAttributesCommand({ TopicArn: arn, AttributeName, AttributeValue }));
  await set("DisplayName", "Hello");
  await set("SignatureVersion", "2");
  await set("DeliveryPolicy", JSON.stringify({ http: { defaultHealthyRetryPolicy: { numRetries: 7 } } }));
  const { Attributes } = await client.send(new GetTopicAttributesCommand({ TopicArn: arn }));
  assert.equal(Attributes?.["DisplayName"], "Hello");
  assert.equal(Attributes?.["SignatureVersion"], "2");
  assert.equal(Attributes?.["SubscriptionsConfirmed"], "0");
  assert.equal(
    JSON.parse(Attributes?.["EffectiveDeliveryPolicy"] ?? "").http.defaultHealthyRetryPolicy.numRetries,
    7,
  );
  await refuses(set("Unknown", "x"), "Invalid parameter: AttributeName");
  await refuses(set("SignatureVersion", "3"), "Invalid parameter: SignatureVersion");
  await refuses(
    set("ContentBasedDeduplication", "true"),
    "Invalid parameter: Content-based deduplication can only be set for FIFO topics",
  );
});

test("Topics are listed 100 a page.", async () => {
  const many = snsClient(cloud);
  for (let i = 0; i < 101; i++) await many.send(new CreateTopicCommand({ Name: `t${i}` }));
  const first = await many.send(new ListTopicsCommand({}));
  assert.equal(first.Topics?.length, 100);
  const second = await many.send(new ListTopicsCommand({ NextToken: first.NextToken }));
  assert.equal(second.Topics?.length, 1);
  assert.equal(second.NextToken, undefined);
});

test("Tags are added, replaced and taken away.", async () => {
  const arn = await create("tagged");
  const list = async () => (await client.send(new ListTagsForResourceCommand({ ResourceArn: arn }))).Tags;
  await client.send(
    new TagResourceCommand({
      ResourceArn: arn,
      Tags: [
        { Key: "a", Value: "1" },
        { Key: "b", Value: "2" },
      ],
    }),
  );
  await client.send(new TagResourceCommand({ ResourceArn: arn, Tags: [{ Key: "b", Value: "3" }] }));
  await client.send(new UntagResourceCommand({ ResourceArn: arn, TagKeys: ["a"] }));
  assert.deepEqual(await list(), [{ Key: "b", Value: "3" }]);
  const twice = [
    { Key: "a", Value: "1" },
    { Key: "a", Value: "2" },
  ];
  await refuses(
    client.send(new TagResourceCommand({ ResourceArn: arn, Tags: twice })),
    "Invalid parameter: Duplicated keys are not allowed.",
  );
  await rejects(
    client.send(new ListTagsForResourceCommand({ ResourceArn: `${arn}x` })),
    "ResourceNotFoundException",
    "Resource does not exist",
  );
});

test("A topic takes 50 tags and no more.", async () => {
  const arn = await create("many-tags");
  const tags = (n: number) => Array.from({ length: n }, (_, i) => ({ Key: `k${i}`, Value: "v" }));
  await client.send(new TagResourceCommand({ ResourceArn: arn, Tags: tags(50) }));
  await rejects(
    client.send(new TagResourceCommand({ ResourceArn: arn, Tags: tags(51) })),
    "TagLimitExceededException",
    "Could not complete request: tag quota of per resource exceeded",
  );
});

test("A permission is a statement in the topic's policy.", async () => {
  const arn = await create("permitted");
  const add = (Label: string, ActionName: string[]) =>
    client.send(
      new AddPermissionCommand({ TopicArn: arn, Label, AWSAccountId: ["111122223333"], ActionName }),
    );
  const statements = async () => {
    const { Attributes } = await client.send(new GetTopicAttributesCommand({ TopicArn: arn }));
    return JSON.parse(Attributes?.["Policy"] ?? "").Statement as { Sid: string }[];
  };
  await add("them", ["Publish"]);
  assert.deepEqual((await statements())[1], {
    Sid: "them",
    Effect: "Allow",
    Principal: { AWS: "arn:aws:iam::111122223333:root" },
    Action: "SNS:Publish",
    Resource: arn,
  });
  await refuses(add("them", ["Publish"]), "Invalid parameter: Statement already exists");
  await refuses(add("other", ["Fly"]), "Invalid parameter: Policy statement action out of service scope!");
  await client.send(new RemovePermissionCommand({ TopicArn: arn, Label: "them" }));
  assert.equal((await statements()).length, 1);
});

test("A data protection policy is kept.", async () => {
  const arn = await create("protected");
  const policy = JSON.stringify({ Name: "p", Version: "2021-06-01", Statement: [] });
  await client.send(new PutDataProtectionPolicyCommand({ ResourceArn: arn, DataProtectionPolicy: policy }));
  const { DataProtectionPolicy } = await client.send(
    new GetDataProtectionPolicyCommand({ ResourceArn: arn }),
  );
  assert.equal(DataProtectionPolicy, policy);
});

test("A topic with an archive cannot be deleted.", async () => {
  const arn = await create("archive.fifo", {
    FifoTopic: "true",
    ArchivePolicy: '{"MessageRetentionPeriod":"30"}',
  });
  await rejects(
    client.send(new DeleteTopicCommand({ TopicArn: arn })),
    "InvalidStateException",
    "Invalid state: Cannot delete a topic with an ArchivePolicy",
  );
  await refuses(
    create("long.fifo", { FifoTopic: "true", ArchivePolicy: '{"MessageRetentionPeriod":"366"}' }),
    "Invalid parameter: Attributes Reason: ArchivePolicy: MessageRetentionPeriod must be between 1 and 365 days",
  );
});
