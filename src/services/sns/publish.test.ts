import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  CreatePlatformApplicationCommand,
  CreatePlatformEndpointCommand,
  CreateTopicCommand,
  DeleteEndpointCommand,
  GetEndpointAttributesCommand,
  GetPlatformApplicationAttributesCommand,
  ListEndpointsByPlatformApplicationCommand,
  PublishBatchCommand,
  PublishCommand,
  type PublishCommandInput,
  SetEndpointAttributesCommand,
  type SNSClient,
} from "@aws-sdk/client-sns";
import { newAccount, testCloud } from "../../../test/cloud.ts";
import type { Cloud } from "../../index.ts";
import { snsClient } from "./fixture.test.ts";
import { MAX_MESSAGE_BYTES } from "./message.ts";

const account = newAccount();
let cloud: Cloud;
let client: SNSClient;
let standard: string;
let fifo: string;
before(async () => {
  cloud = await testCloud({ services: ["sns"] });
  client = snsClient(cloud, account);
  const create = async (Name: string, Attributes: Record<string, string>) =>
    (await client.send(new CreateTopicCommand({ Name, Attributes }))).TopicArn!;
  standard = await create("standard", {});
  fifo = await create("ordered.fifo", { FifoTopic: "true" });
});
after(() => cloud[Symbol.asyncDispose]());

const publish = (input: Partial<PublishCommandInput>) =>
  client.send(new PublishCommand({ Message: "m", ...input }));
const rejects = (call: Promise<unknown>, name: string, message: string) =>
  assert.rejects(call, (error: Error) => {
    assert.equal(error.name, name);
    assert.equal(error.message, message);
    return true;
  });
const refuses = (call: Promise<unknown>, message: string) =>
  rejects(call, "InvalidParameterException", message);

test("A message is published to one target.", async () => {
  assert.match((await publish({ TopicArn: standard })).MessageId!, /^[0-9a-f-]{36}$/);
  assert.ok((await publish({ TargetArn: standard })).MessageId);
  await refuses(
    publish({}),
    "Invalid parameter: TopicArn or TargetArn Reason: no value for required parameter",
  );
  await rejects(publish({ TopicArn: `${standard}x` }), "NotFoundException", "Topic does not exist");
  await refuses(
    publish({ TopicArn: "a:b" }),
    "Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 2",
  );
  await refuses(
    publish({ TargetArn: `arn:aws:sns:us-east-1:${account}:endpoint/GCM/app/none` }),
    "Invalid parameter: TargetArn Reason: No endpoint found for the target arn specified",
  );
});

test("A refused attribute has the code ParameterValueInvalid.", () =>
  rejects(
    publish({ TopicArn: standard, MessageAttributes: { a: { DataType: "String", StringValue: "" } } }),
    "InvalidParameterValueException",
    "The message attribute 'a' must contain non-empty message attribute value for message attribute type 'String'.",
  ));

test("A FIFO topic wants a group and an id for deduplication.", async () => {
  await refuses(
    publish({ TopicArn: fifo }),
    "Invalid parameter: The MessageGroupId parameter is required for FIFO topics",
  );
  await refuses(
    publish({ TopicArn: fifo, MessageGroupId: "g" }),
    "Invalid parameter: The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
  );
  await refuses(
    publish({ TopicArn: standard, MessageDeduplicationId: "d" }),
    "Invalid parameter: MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type",
  );
});

test("A message of the last five minutes is not taken twice.", async () => {
  const one = () => publish({ TopicArn: fifo, MessageGroupId: "g", MessageDeduplicationId: "d" });
  const first = await one();
  assert.match(first.SequenceNumber!, /^\d{20}$/);
  const second = await one();
  assert.deepEqual([second.MessageId, second.SequenceNumber], [first.MessageId, first.SequenceNumber]);
  await cloud.clock.advance(5 * 60_000);
  const third = await one();
  assert.notEqual(third.MessageId, first.MessageId);
  assert.ok(third.SequenceNumber! > first.SequenceNumber!);
});

const batch = (entries: { Id: string; Message: string; Subject?: string }[], TopicArn = standard) =>
  client.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries: entries }));
const entries = (n: number) => Array.from({ length: n }, (_, i) => ({ Id: `e${i}`, Message: "m" }));

test("A batch has one to ten entries, each with an id of its own.", async () => {
  assert.equal((await batch(entries(10))).Successful?.length, 10);
  await rejects(
    batch(entries(11)),
    "TooManyEntriesInBatchRequestException",
    "The batch request contains more entries than permissible.",
  );
  await rejects(batch([]), "EmptyBatchRequestException", "The batch request doesn't contain any entries.");
  await rejects(
    batch([
      { Id: "a", Message: "m" },
      { Id: "a", Message: "m" },
    ]),
    "BatchEntryIdsNotDistinctException",
    "Two or more batch entries in the request have the same Id.",
  );
  await rejects(
    batch([{ Id: "a b", Message: "m" }]),
    "InvalidBatchEntryIdException",
    "The Id of a batch entry in a batch request doesn't abide by the specification.",
  );
});

test("The messages of a batch have 262,144 bytes together.", async () => {
  const half = "x".repeat(MAX_MESSAGE_BYTES / 2);
  await batch([
    { Id: "a", Message: half },
    { Id: "b", Message: half },
  ]);
  await rejects(
    batch([
      { Id: "a", Message: half },
      { Id: "b", Message: `${half}x` },
    ]),
    "BatchRequestTooLongException",
    "The length of all the messages put together is more than the limit.",
  );
});

test("An entry that fails does not fail the others.", async () => {
  const { Successful, Failed } = await batch([
    { Id: "good", Message: "m" },
    { Id: "bad", Message: "m", Subject: "a\nb" },
  ]);
  assert.deepEqual(
    Successful?.map(({ Id }) => Id),
    ["good"],
  );
  assert.deepEqual(Failed, [
    { Id: "bad", Code: "InvalidParameter", Message: "Invalid parameter: Subject", SenderFault: true },
  ]);
});

test("An SMS goes to a phone number, and stays here.", async () => {
  await refuses(
    publish({ PhoneNumber: "+1a234" }),
    "Invalid parameter: PhoneNumber Reason: +1a234 is not valid to publish to",
  );
  const { MessageId } = await publish({ PhoneNumber: "+15557654321", Message: "ring" });
  const answer = await fetch(`${cloud.url}/_aws/sns/sms-messages?accountId=${account}`);
  assert.deepEqual(await answer.json(), {
    sms_messages: {
      "+15557654321": [
        {
          PhoneNumber: "+15557654321",
          TopicArn: null,
          SubscriptionArn: null,
          MessageId,
          Message: "ring",
          MessageAttributes: {},
          MessageStructure: null,
          Subject: null,
        },
      ],
    },
    region: "us-east-1",
  });
  await fetch(`${cloud.url}/_aws/sns/sms-messages?accountId=${account}`, { method: "DELETE" });
  const empty = await fetch(`${cloud.url}/_aws/sns/sms-messages?accountId=${account}`);
  assert.deepEqual(await empty.json(), { sms_messages: {}, region: "us-east-1" });
});

test("A push goes to an app's endpoint while that is enabled.", async () => {
  const { PlatformApplicationArn } = await client.send(
    new CreatePlatformApplicationCommand({
      Name: "app",
      Platform: "GCM",
      Attributes: { PlatformCredential: "secret" },
    }),
  );
  const { Attributes } = await client.send(
    new GetPlatformApplicationAttributesCommand({ PlatformApplicationArn }),
  );
  assert.deepEqual(Attributes, { Enabled: "true" });
  const create = (CustomUserData?: string) =>
    client.send(
      new CreatePlatformEndpointCommand({ PlatformApplicationArn, Token: "device", CustomUserData }),
    );
  const { EndpointArn } = await create();
  assert.equal((await create()).EndpointArn, EndpointArn);
  await refuses(
    create("other"),
    `Invalid parameter: Token Reason: Endpoint ${EndpointArn} already exists with the same Token, but different attributes.`,
  );
  const Message = JSON.stringify({ default: "d", GCM: "g" });
  await publish({ TargetArn: EndpointArn, Message, MessageStructure: "json" });
  const answer = await fetch(`${cloud.url}/_aws/sns/platform-endpoint-messages?accountId=${account}`);
  const { platform_endpoint_messages } = (await answer.json()) as {
    platform_endpoint_messages: Record<string, { Message: string }[]>;
  };
  assert.equal(platform_endpoint_messages[EndpointArn!]?.[0]?.Message, Message);
  const listed = await client.send(new ListEndpointsByPlatformApplicationCommand({ PlatformApplicationArn }));
  assert.equal(listed.Endpoints?.length, 1);

  await client.send(new SetEndpointAttributesCommand({ EndpointArn, Attributes: { Enabled: "false" } }));
  await rejects(publish({ TargetArn: EndpointArn }), "EndpointDisabledException", "Endpoint is disabled");
  await client.send(new DeleteEndpointCommand({ EndpointArn }));
  await rejects(
    client.send(new GetEndpointAttributesCommand({ EndpointArn })),
    "NotFoundException",
    "Endpoint does not exist",
  );
});
