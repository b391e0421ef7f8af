import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import {
  ConfirmSubscriptionCommand,
  CreateTopicCommand,
  PublishCommand,
  type SNSClient,
  SubscribeCommand,
} from "@aws-sdk/client-sns";
import { newAccount, testCloud } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";
import type { Cloud, CloudOptions, FaultRuleInput } from "../../index.ts";
import { Receiver, snsClient } from "./fixture.test.ts";

const SERVICES: CloudOptions = { services: ["sns"] };

async function subscribed(
  client: SNSClient,
  receiver: Receiver,
  attributes: Record<string, string> = {},
): Promise<string> {
  const { TopicArn } = await client.send(new CreateTopicCommand({ Name: "t" }));
  await client.send(
    new SubscribeCommand({ TopicArn, Protocol: "http", Endpoint: receiver.url, Attributes: attributes }),
  );
  const [confirmation] = await receiver.atLeast(1);
  const { Token } = JSON.parse(confirmation!.body);
  await client.send(new ConfirmSubscriptionCommand({ TopicArn, Token }));
  receiver.received.length = 0;
  return TopicArn!;
}

const arrivals = (receiver: Receiver) => receiver.received.map(({ body }) => JSON.parse(body).Message);

test("An endpoint that fails is tried again by policy, and then no more.", async () => {
  await using cloud = await testCloud({ ...SERVICES, clockRate: 0 });
  await using receiver = await Receiver.start();
  const client = snsClient(cloud);
  const TopicArn = await subscribed(client, receiver);
  receiver.statuses.push(500, 503, 429, 500, 500);
  const { MessageId } = await client.send(new PublishCommand({ TopicArn, Message: "m" }));
  await receiver.atLeast(1);
  await cloud.settle(0);
  const account = TopicArn.split(":")[4];
  const waiting = (await (await fetch(`${cloud.url}/_squall/sns/deliveries?account=${account}`)).json()) as {
    deliveries: object[];
  };
  const [delivery] = waiting.deliveries as { messageId: string; failedAttempts: number; due: string }[];
  assert.deepEqual(
    [delivery?.messageId, delivery?.failedAttempts, delivery?.due],
    [MessageId, 1, new Date(cloud.clock.now() + 20_000).toISOString()],
  );
  for (let retry = 1; retry <= 3; retry++) {
    await cloud.settle(0);
    await cloud.clock.advance(19_999);
    await cloud.settle(0);
    assert.equal(receiver.received.length, retry);
    await cloud.clock.advance(1);
    await receiver.atLeast(retry + 1);
  }
  await cloud.settle(0);
  await cloud.clock.advance(3_600_000);
  await cloud.settle(0);
  assert.equal(receiver.received.length, 4);
});

test("An endpoint that refuses is not tried again.", async () => {
  await using cloud = await testCloud({ ...SERVICES, clockRate: 0 });
  await using receiver = await Receiver.start();
  const client = snsClient(cloud);
  const TopicArn = await subscribed(client, receiver);
  receiver.statuses.push(403);
  await client.send(new PublishCommand({ TopicArn, Message: "m" }));
  await receiver.atLeast(1);
  await cloud.settle(0);
  await cloud.clock.advance(3_600_000);
  await cloud.settle(0);
  assert.equal(receiver.received.length, 1);
});

test("A raw delivery is the message alone.", async () => {
  await using cloud = await testCloud(SERVICES);
  await using receiver = await Receiver.start();
  const client = snsClient(cloud);
  const DeliveryPolicy = JSON.stringify({ requestPolicy: { headerContentType: "application/json" } });
  const TopicArn = await subscribed(client, receiver, { RawMessageDelivery: "true", DeliveryPolicy });
  await client.send(new PublishCommand({ TopicArn, Message: '{"a":1}' }));
  const [request] = await receiver.atLeast(1);
  assert.equal(request?.body, '{"a":1}');
  assert.equal(request?.headers["x-amz-sns-rawdelivery"], "true");
  assert.equal(request?.headers["content-type"], "application/json");
});

test("A throttled endpoint gets its messages spread out.", async () => {
  await using cloud = await testCloud({ ...SERVICES, clockRate: 0 });
  await using receiver = await Receiver.start();
  const client = snsClient(cloud);
  const DeliveryPolicy = JSON.stringify({ throttlePolicy: { maxReceivesPerSecond: 1 } });
  const TopicArn = await subscribed(client, receiver, { DeliveryPolicy });
  await cloud.clock.advance(1000);
  for (const Message of ["a", "b", "c"]) await client.send(new PublishCommand({ TopicArn, Message }));
  await cloud.settle(0);
  for (const expected of [["a"], ["a", "b"], ["a", "b", "c"]]) {
    await receiver.atLeast(expected.length);
    await cloud.settle(0);
    assert.deepEqual(arrivals(receiver), expected);
    await cloud.clock.advance(1000);
  }
});

test("Messages that a filter does not want do not arrive.", async () => {
  await using cloud = await testCloud(SERVICES);
  await using receiver = await Receiver.start();
  const client = snsClient(cloud);
  const TopicArn = await subscribed(client, receiver, { FilterPolicy: '{"kind":["b"]}' });
  for (const kind of ["a", "b"])
    await client.send(
      new PublishCommand({
        TopicArn,
        Message: kind,
        MessageAttributes: { kind: { DataType: "String", StringValue: kind } },
      }),
    );
  await receiver.atLeast(1);
  await cloud.settle(0);
  assert.deepEqual(arrivals(receiver), ["b"]);
});

test("What was not delivered when a process ended is delivered by the next.", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "squall-sns-"));
  await using receiver = await Receiver.start();
  const account = newAccount();
  {
    await using cloud = await testCloud({ ...SERVICES, dataDir });
    const client = snsClient(cloud, account);
    const TopicArn = await subscribed(client, receiver);
    receiver.statuses.push(500);
    await client.send(new PublishCommand({ TopicArn, Message: "kept" }));
    await receiver.atLeast(1);
    await cloud.settle(0);
  }
  receiver.received.length = 0;
  {
    await using cloud = await testCloud({ ...SERVICES, dataDir });
    // The service is loaded with its first call.
    await snsClient(cloud, account).send(new CreateTopicCommand({ Name: "wake" }));
    await cloud.clock.advance(20_000);
    await receiver.atLeast(1);
    assert.deepEqual(arrivals(receiver), ["kept"]);
  }
  rmSync(dataDir, { recursive: true });
});

async function faulty(
  effect: string,
  params: Record<string, unknown>,
  use: (cloud: Cloud, client: SNSClient, receiver: Receiver, topic: string) => Promise<void>,
) {
  await using cloud = await testCloud({ ...SERVICES, clockRate: 0 });
  await using receiver = await Receiver.start();
  const client = snsClient(cloud);
  const topic = await subscribed(client, receiver);
  const rule = { point: "sns:deliver", effect, params, match: { resource: topic }, times: 1 };
  await cloud.faults.add(rule as FaultRuleInput);
  await use(cloud, client, receiver, topic);
}

test("A fault fails a delivery, and the retry arrives.", () =>
  faulty("fail", {}, async (cloud, client, receiver, TopicArn) => {
    await client.send(new PublishCommand({ TopicArn, Message: "m" }));
    await cloud.settle(0);
    assert.deepEqual(arrivals(receiver), []);
    await cloud.clock.advance(20_000);
    await receiver.atLeast(1);
    assert.deepEqual(arrivals(receiver), ["m"]);
  }));

test("A fault duplicates a delivery.", () =>
  faulty("duplicate", {}, async (_, client, receiver, TopicArn) => {
    await client.send(new PublishCommand({ TopicArn, Message: "m" }));
    await receiver.atLeast(2);
    assert.deepEqual(arrivals(receiver), ["m", "m"]);
  }));

test("A fault drops a delivery.", () =>
  faulty("drop", {}, async (cloud, client, receiver, TopicArn) => {
    await client.send(new PublishCommand({ TopicArn, Message: "lost" }));
    await cloud.settle(0);
    await client.send(new PublishCommand({ TopicArn, Message: "found" }));
    await receiver.atLeast(1);
    await cloud.clock.advance(3_600_000);
    assert.deepEqual(arrivals(receiver), ["found"]);
  }));

test("A fault delays a delivery.", () =>
  faulty("delay", { ms: "PT5S" }, async (cloud, client, receiver, TopicArn) => {
    await client.send(new PublishCommand({ TopicArn, Message: "m" }));
    await cloud.settle(0);
    await cloud.clock.advance(4999);
    await cloud.settle(0);
    assert.deepEqual(arrivals(receiver), []);
    await cloud.clock.advance(1);
    await receiver.atLeast(1);
  }));

test("A generic error at the point is a failed attempt.", () =>
  faulty("error", { code: "InternalError", status: 500 }, async (cloud, client, receiver, TopicArn) => {
    await client.send(new PublishCommand({ TopicArn, Message: "m" }));
    await cloud.settle(0);
    await cloud.clock.advance(20_000);
    await until(() => receiver.received.length === 1);
  }));

test("A reset ends what waits.", async () => {
  await using cloud = await testCloud({ ...SERVICES, clockRate: 0 });
  await using receiver = await Receiver.start();
  const client = snsClient(cloud);
  const TopicArn = await subscribed(client, receiver);
  receiver.statuses.push(500);
  await client.send(new PublishCommand({ TopicArn, Message: "m" }));
  await receiver.atLeast(1);
  await cloud.settle(0);
  await cloud.reset();
  await cloud.clock.advance(3_600_000);
  await cloud.settle(0);
  assert.equal(receiver.received.length, 1);
});
