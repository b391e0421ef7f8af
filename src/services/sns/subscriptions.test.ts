import assert from "node:assert/strict";
import { createVerify } from "node:crypto";
import { after, before, test } from "node:test";
import {
  CheckIfPhoneNumberIsOptedOutCommand,
  ConfirmSubscriptionCommand,
  CreatePlatformApplicationCommand,
  CreatePlatformEndpointCommand,
  CreateSMSSandboxPhoneNumberCommand,
  CreateTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSMSSandboxPhoneNumbersCommand,
  ListSubscriptionsByTopicCommand,
  OptInPhoneNumberCommand,
  PublishCommand,
  SetSubscriptionAttributesCommand,
  SNSClient,
  SubscribeCommand,
  type SubscribeCommandInput,
  UnsubscribeCommand,
  VerifySMSSandboxPhoneNumberCommand,
} from "@aws-sdk/client-sns";
import { clientOptions, newAccount, testCloud } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";
import type { Cloud } from "../../index.ts";
import { Receiver, snsClient } from "./fixture.test.ts";
import { textToSign } from "./signature.ts";

const account = newAccount();
const queue = `arn:aws:sqs:us-east-1:${account}:q`;
let cloud: Cloud;
let client: SNSClient;
before(async () => {
  cloud = await testCloud({ services: ["sns"] });
  client = snsClient(cloud, account);
});
after(() => cloud[Symbol.asyncDispose]());

let names = 0;
async function create(attributes: Record<string, string> = {}): Promise<string> {
  const Name = `topic-${names++}${attributes["FifoTopic"] ? ".fifo" : ""}`;
  return (await client.send(new CreateTopicCommand({ Name, Attributes: attributes }))).TopicArn!;
}
async function subscribe(input: SubscribeCommandInput): Promise<string> {
  return (await client.send(new SubscribeCommand(input))).SubscriptionArn!;
}
const attributesOf = async (SubscriptionArn: string) =>
  (await client.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }))).Attributes!;
const refuses = (call: Promise<unknown>, message: string) =>
  assert.rejects(call, (error: Error) => {
    assert.equal(error.message, message);
    return true;
  });

test("A queue's subscription is confirmed at once, and there only once.", async () => {
  const TopicArn = await create();
  const arn = await subscribe({ TopicArn, Protocol: "sqs", Endpoint: queue });
  assert.equal(await subscribe({ TopicArn, Protocol: "sqs", Endpoint: queue }), arn);
  assert.deepEqual(await attributesOf(arn), {
    ConfirmationWasAuthenticated: "true",
    Endpoint: queue,
    Owner: account,
    PendingConfirmation: "false",
    Protocol: "sqs",
    RawMessageDelivery: "false",
    SubscriptionArn: arn,
    SubscriptionPrincipal: `arn:aws:iam::${account}:root`,
    TopicArn,
  });
  await refuses(
    subscribe({ TopicArn, Protocol: "sqs", Endpoint: queue, Attributes: { RawMessageDelivery: "true" } }),
    "Invalid parameter: Attributes Reason: Subscription already exists with different attributes",
  );
});

test("An endpoint must be one of its protocol.", async () => {
  const TopicArn = await create();
  const one = (Protocol: string, Endpoint: string) => subscribe({ TopicArn, Protocol, Endpoint });
  await refuses(
    one("pigeon", "x"),
    "Invalid parameter: Amazon SNS does not support this protocol string: pigeon",
  );
  await refuses(one("sqs", "http://127.0.0.1/q"), "Invalid parameter: SQS endpoint ARN");
  await refuses(one("http", "https://a.b"), "Invalid parameter: Endpoint must match the specified protocol");
  for (const number of ["NAA+15551234567", "+15--551234567", "+15551234567.", "/+15551234567"])
    await refuses(one("sms", number), `Invalid SMS endpoint: ${number}`);
  await one("sms", "+1555-123.4567");
  await refuses(
    one("sqs", `${queue}.fifo`),
    "Invalid parameter: Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics",
  );
});

test("Attributes of a subscription are checked, by Subscribe with a reason before them.", async () => {
  const TopicArn = await create();
  const bad = (Attributes: Record<string, string>) =>
    subscribe({ TopicArn, Protocol: "sqs", Endpoint: queue, Attributes });
  await refuses(
    bad({ RawMessageDelivery: "maybe" }),
    "Invalid parameter: Attributes Reason: RawMessageDelivery: Invalid value [maybe]. Must be true or false.",
  );
  const SubscriptionArn = await subscribe({ TopicArn, Protocol: "sqs", Endpoint: queue });
  const set = (AttributeName: string, AttributeValue: string) =>
    client.send(new SetSubscriptionAttributesCommand({ SubscriptionArn, AttributeName, AttributeValue }));
  await refuses(set("Fake", "x"), "Invalid parameter: AttributeName");
  await refuses(
    set("RawMessageDelivery", ""),
    "Invalid parameter: RawMessageDelivery: Invalid value []. Must be true or false.",
  );
  await refuses(
    set("RedrivePolicy", '{"deadLetterTargetArn":"no"}'),
    "Invalid parameter: RedrivePolicy: deadLetterTargetArn is an invalid arn",
  );
  await refuses(
    set("FilterPolicy", "{invalid"),
    "Invalid parameter: FilterPolicy: failed to parse JSON. Unexpected character ('i' (code 105)): was expecting double-quote to start field name\n at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 2]",
  );
  await refuses(
    set("FilterPolicy", '{"a":{"b":["c"]}}'),
    "Invalid parameter: Filter policy scope MessageAttributes does not support nested filter policy",
  );
  await set("FilterPolicyScope", "MessageBody");
  assert.equal((await attributesOf(SubscriptionArn))["FilterPolicyScope"], undefined);
  await set("FilterPolicy", '{"a":{"b":["c"]}}');
  assert.equal((await attributesOf(SubscriptionArn))["FilterPolicyScope"], "MessageBody");
});

test("A FIFO subscription's dead-letter queue is FIFO.", async () => {
  const TopicArn = await create({ FifoTopic: "true" });
  const SubscriptionArn = await subscribe({ TopicArn, Protocol: "sqs", Endpoint: `${queue}.fifo` });
  await refuses(
    client.send(
      new SetSubscriptionAttributesCommand({
        SubscriptionArn,
        AttributeName: "RedrivePolicy",
        AttributeValue: JSON.stringify({ deadLetterTargetArn: queue }),
      }),
    ),
    "Invalid parameter: RedrivePolicy: must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic.",
  );
});

test("Unsubscribing ends a subscription, and what is not there can be unsubscribed.", async () => {
  const TopicArn = await create();
  const SubscriptionArn = await subscribe({ TopicArn, Protocol: "sqs", Endpoint: queue });
  await client.send(new UnsubscribeCommand({ SubscriptionArn }));
  await client.send(new UnsubscribeCommand({ SubscriptionArn }));
  await refuses(attributesOf(SubscriptionArn), "Subscription does not exist");
  const { Attributes } = await client.send(new GetTopicAttributesCommand({ TopicArn }));
  assert.equal(Attributes?.["SubscriptionsDeleted"], "1");
  await refuses(
    client.send(new UnsubscribeCommand({ SubscriptionArn: `${TopicArn}:aaaa` })),
    "Invalid parameter: SubscriptionId",
  );
  await refuses(
    client.send(new UnsubscribeCommand({ SubscriptionArn: "" })),
    "Invalid parameter: SubscriptionArn Reason: no value for required parameter",
  );
  await refuses(
    client.send(new UnsubscribeCommand({ SubscriptionArn: "nothing" })),
    "Invalid parameter: SubscriptionArn Reason: An ARN must have at least 6 elements, not 1",
  );
});

test("An HTTP endpoint is asked to confirm, and confirms by following the URL.", async () => {
  await using receiver = await Receiver.start();
  const TopicArn = await create();
  assert.equal(
    await subscribe({ TopicArn, Protocol: "http", Endpoint: receiver.url }),
    "pending confirmation",
  );
  const [request] = await receiver.atLeast(1);
  assert.equal(request?.headers["x-amz-sns-message-type"], "SubscriptionConfirmation");
  assert.equal(request?.headers["x-amz-sns-topic-arn"], TopicArn);
  assert.equal(request?.headers["content-type"], "text/plain; charset=UTF-8");
  const confirmation = JSON.parse(request!.body);
  const listed = async () =>
    (await client.send(new ListSubscriptionsByTopicCommand({ TopicArn }))).Subscriptions![0]!;
  assert.equal((await listed()).SubscriptionArn, "PendingConfirmation");

  // Nothing arrives before the confirmation.
  await client.send(new PublishCommand({ TopicArn, Message: "early" }));
  const { pathname, search } = new URL(confirmation.SubscribeURL);
  const answer = await fetch(`${cloud.url}${pathname}${search}`);
  assert.equal(answer.status, 200);
  assert.match(await answer.text(), /<SubscriptionArn>arn:aws:sns:/);
  const { SubscriptionArn } = await listed();
  assert.equal((await attributesOf(SubscriptionArn!))["ConfirmationWasAuthenticated"], "false");

  await client.send(new PublishCommand({ TopicArn, Message: "late", Subject: "s" }));
  const [, notification] = await receiver.atLeast(2);
  const envelope = JSON.parse(notification!.body);
  assert.equal(envelope.Message, "late");
  assert.equal(envelope.Subject, "s");
  assert.equal(notification?.headers["x-amz-sns-subscription-arn"], SubscriptionArn);
  const certificate = await (await fetch(cloud.url + new URL(envelope.SigningCertURL).pathname)).text();
  const verify = createVerify("RSA-SHA1").update(textToSign(envelope));
  assert.ok(verify.verify(certificate, envelope.Signature, "base64"));

  // Whoever leaves is told so.
  await client.send(new UnsubscribeCommand({ SubscriptionArn }));
  const [, , farewell] = await receiver.atLeast(3);
  assert.equal(farewell?.headers["x-amz-sns-message-type"], "UnsubscribeConfirmation");
  await refuses(attributesOf(SubscriptionArn!), "Subscription does not exist");
  // … and may come back by the URL in it.
  const back = new URL(JSON.parse(farewell!.body).SubscribeURL);
  assert.equal((await fetch(`${cloud.url}${back.pathname}${back.search}`)).status, 200);
  assert.equal((await attributesOf(SubscriptionArn!))["PendingConfirmation"], "false");
});

test("A token confirms its own subscription for two days.", async () => {
  const TopicArn = await create();
  const arn = await subscribe({
    TopicArn,
    Protocol: "email",
    Endpoint: "a@example.com",
    ReturnSubscriptionArn: true,
  });
  const found = (await (await fetch(`${cloud.url}/_aws/sns/subscription-tokens/${arn}`)).json()) as {
    subscription_token: string;
  };
  const confirm = (topic: string, Token: string) =>
    client.send(new ConfirmSubscriptionCommand({ TopicArn: topic, Token }));
  await refuses(confirm(TopicArn, "nonsense"), "Invalid token");
  await refuses(confirm(TopicArn, "0".repeat(288)), "Invalid parameter: Token");
  await cloud.clock.advance(2 * 86_400_000 + 1);
  await refuses(confirm(TopicArn, found.subscription_token), "Invalid parameter: Token");
  await subscribe({ TopicArn, Protocol: "email", Endpoint: "a@example.com" });
  assert.equal((await confirm(TopicArn, found.subscription_token)).SubscriptionArn, arn);
});

test("A token counts whatever topic is said with it, but for one of another region, or none.", async () => {
  await using receiver = await Receiver.start();
  const TopicArn = await create();
  await subscribe({ TopicArn, Protocol: "http", Endpoint: receiver.url });
  const [request] = await receiver.atLeast(1);
  const { Token } = JSON.parse(request!.body);
  const follow = async (topic: string) => {
    const query = new URLSearchParams({ Action: "ConfirmSubscription", TopicArn: topic, Token });
    return await (await fetch(`${cloud.url}/?${query}`)).text();
  };
  assert.match(await follow("arn:aws:sns"), /<Message>Invalid parameter: Topic</);
  assert.match(
    await follow(TopicArn.replace("us-east-1", "us-west-1")),
    /<Message>Invalid parameter: Topic</,
  );
  assert.match(await follow(`${TopicArn}x`), new RegExp(`<SubscriptionArn>${TopicArn}:`));
});

test("Who follows the URLs of a message need not say the topic's region.", async () => {
  await using receiver = await Receiver.start();
  const west = new SNSClient({ ...clientOptions(cloud, account), region: "us-west-2" });
  const { TopicArn } = await west.send(new CreateTopicCommand({ Name: "far" }));
  await west.send(new SubscribeCommand({ TopicArn, Protocol: "http", Endpoint: receiver.url }));
  const [request] = await receiver.atLeast(1);
  const { pathname, search } = new URL(JSON.parse(request!.body).SubscribeURL);
  assert.equal((await fetch(`${cloud.url}${pathname}${search}`)).status, 200);
});

test("Messages of a topic with signature version 2 are signed with SHA-256.", async () => {
  await using receiver = await Receiver.start();
  const TopicArn = await create({ SignatureVersion: "2" });
  await subscribe({ TopicArn, Protocol: "http", Endpoint: receiver.url });
  const [request] = await receiver.atLeast(1);
  const envelope = JSON.parse(request!.body);
  assert.equal(envelope.SignatureVersion, "2");
  const certificate = await (await fetch(cloud.url + new URL(envelope.SigningCertURL).pathname)).text();
  assert.ok(
    createVerify("RSA-SHA256").update(textToSign(envelope)).verify(certificate, envelope.Signature, "base64"),
  );
});

test("An app's endpoint is subscribed, and gets its platform's text.", async () => {
  const TopicArn = await create();
  const { PlatformApplicationArn } = await client.send(
    new CreatePlatformApplicationCommand({
      Name: "app",
      Platform: "APNS",
      Attributes: { PlatformCredential: "k", PlatformPrincipal: "c" },
    }),
  );
  const { EndpointArn } = await client.send(
    new CreatePlatformEndpointCommand({ PlatformApplicationArn, Token: "t" }),
  );
  await refuses(
    subscribe({ TopicArn, Protocol: "application", Endpoint: `${EndpointArn}x` }),
    `Invalid parameter: Endpoint Reason: Endpoint does not exist for endpoint ${EndpointArn}x`,
  );
  await subscribe({ TopicArn, Protocol: "application", Endpoint: EndpointArn });
  await client.send(
    new PublishCommand({
      TopicArn,
      MessageStructure: "json",
      Message: JSON.stringify({ default: "d", APNS: "a" }),
    }),
  );
  const found = await until(async () => {
    const answer = await fetch(`${cloud.url}/_squall/sns/messages?account=${account}&kind=application`);
    return ((await answer.json()) as { messages: { to: string; payload: string }[] }).messages[0];
  });
  assert.deepEqual([found.to, found.payload], [EndpointArn, "a"]);
});

test("A number that has opted out gets nothing until it opts in.", async () => {
  const number = "+15550000001";
  const optedOut = async () =>
    (await client.send(new CheckIfPhoneNumberIsOptedOutCommand({ phoneNumber: number }))).isOptedOut;
  await fetch(`${cloud.url}/_squall/sns/opted-out/${encodeURIComponent(number)}?account=${account}`, {
    method: "PUT",
  });
  assert.equal(await optedOut(), true);
  await client.send(new PublishCommand({ PhoneNumber: number, Message: "unwanted" }));
  const answer = await fetch(
    `${cloud.url}/_squall/sns/messages?account=${account}&to=${encodeURIComponent(number)}`,
  );
  assert.deepEqual(await answer.json(), { messages: [] });
  await client.send(new OptInPhoneNumberCommand({ phoneNumber: number }));
  assert.equal(await optedOut(), false);
});

test("A number in the SMS sandbox is verified with the password that it was sent.", async () => {
  const PhoneNumber = "+15550000002";
  await client.send(new CreateSMSSandboxPhoneNumberCommand({ PhoneNumber }));
  const answer = await fetch(
    `${cloud.url}/_squall/sns/messages?account=${account}&to=${encodeURIComponent(PhoneNumber)}`,
  );
  const { messages } = (await answer.json()) as { messages: { message: string }[] };
  const OneTimePassword = /\d{6}/.exec(messages[0]!.message)![0];
  const verify = (password: string) =>
    client.send(new VerifySMSSandboxPhoneNumberCommand({ PhoneNumber, OneTimePassword: password }));
  await assert.rejects(verify("00000"), { name: "VerificationException" });
  await verify(OneTimePassword);
  const { PhoneNumbers } = await client.send(new ListSMSSandboxPhoneNumbersCommand({}));
  assert.deepEqual(PhoneNumbers, [{ PhoneNumber, Status: "Verified" }]);
});

test("E-mail and SMS are kept to be read.", async () => {
  const TopicArn = await create();
  const read = async () => {
    const answer = await fetch(`${cloud.url}/_squall/sns/messages?account=${account}`);
    const { messages } = (await answer.json()) as {
      messages: { kind: string; to: string; message: string; token?: string }[];
    };
    return messages;
  };
  await subscribe({ TopicArn, Protocol: "sms", Endpoint: "+15551234567" });
  await subscribe({ TopicArn, Protocol: "email", Endpoint: "b@example.com" });
  const mail = await until(async () =>
    (await read()).find(({ to, token }) => to === "b@example.com" && token),
  );
  await client.send(new ConfirmSubscriptionCommand({ TopicArn, Token: mail.token! }));
  await client.send(
    new PublishCommand({
      TopicArn,
      MessageStructure: "json",
      Message: JSON.stringify({ default: "hello", sms: "short" }),
    }),
  );
  await until(async () =>
    (await read()).some(({ to, message }) => to === "b@example.com" && message === "hello"),
  );
  const answer = await fetch(
    `${cloud.url}/_aws/sns/sms-messages?accountId=${account}&phoneNumber=%2B15551234567`,
  );
  const { sms_messages } = (await answer.json()) as { sms_messages: Record<string, { Message: string }[]> };
  assert.deepEqual(
    sms_messages["+15551234567"]?.map(({ Message }) => Message),
    ["short"],
  );
});
