import assert from "node:assert/strict";
import { test } from "node:test";
import { SNS } from "@aws-sdk/client-sns";
import { SQS } from "@aws-sdk/client-sqs";
import { clientOptions } from "../../../test/cloud.ts";
import { s3Cloud } from "./fixture.test.ts";

const { cloud, bucket } = await s3Cloud();

interface Told {
  readonly Event?: string;
  readonly Records: {
    readonly eventName: string;
    readonly s3: { readonly object: { readonly key: string; readonly size?: number } };
  }[];
}

/** A bucket that tells a queue, and what the queue has been told. */
async function telling(configuration: object = {}) {
  const given = await bucket();
  const { s3, Bucket, account } = given;
  const sqs = new SQS(clientOptions(cloud, account));
  const { QueueUrl } = await sqs.createQueue({ QueueName: "told" });
  const QueueArn = `arn:aws:sqs:us-east-1:${account}:told`;
  const configure = (more: object) =>
    s3.putBucketNotificationConfiguration({
      Bucket,
      NotificationConfiguration: {
        QueueConfigurations: [{ QueueArn, Events: ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"], ...more }],
      },
    });
  const messages = async (count: number) => {
    const got: Told[] = [];
    while (got.length < count) {
      const { Messages } = await sqs.receiveMessage({
        QueueUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 5,
      });
      if (!Messages) break;
      for (const { Body, ReceiptHandle } of Messages) {
        got.push(JSON.parse(Body!));
        await sqs.deleteMessage({ QueueUrl, ReceiptHandle });
      }
    }
    return got;
  };
  await configure(configuration);
  const [first] = await messages(1);
  assert.equal(first!.Event, "s3:TestEvent");
  const count = async () => {
    const { Attributes } = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ["All"] });
    return Number(Attributes!["ApproximateNumberOfMessages"]);
  };
  return { ...given, sqs, QueueUrl, QueueArn, messages, configure, count };
}

test("a queue is told of puts, copies, uploads and deletes", async () => {
  const { put, s3, Bucket, messages } = await telling();
  await put("a b@c", "something");
  await s3.copyObject({ Bucket, Key: "copy", CopySource: `${Bucket}/a%20b@c` });
  await s3.deleteObject({ Bucket, Key: "copy" });
  const records = (await messages(3)).flatMap(({ Records }) => Records);
  assert.deepEqual(
    records.map(({ eventName, s3: { object } }) => [eventName, object.key, object.size]),
    [
      ["ObjectCreated:Put", "a+b%40c", 9],
      ["ObjectCreated:Copy", "copy", 9],
      ["ObjectRemoved:Delete", "copy", undefined],
    ],
  );
});

test("filters choose by prefix and suffix", async () => {
  const { put, messages, s3, Bucket } = await telling({
    Filter: {
      Key: {
        FilterRules: [
          { Name: "prefix", Value: "in/" },
          { Name: "suffix", Value: ".txt" },
        ],
      },
    },
  });
  for (const key of ["out/a.txt", "in/a.jpg", "in/a.txt"]) await put(key);
  const [message] = await messages(1);
  assert.equal(message!.Records[0]!.s3.object.key, "in/a.txt");
  const { QueueConfigurations } = await s3.getBucketNotificationConfiguration({ Bucket });
  assert.deepEqual(
    QueueConfigurations![0]!.Filter!.Key!.FilterRules!.map(({ Name }) => Name as string),
    ["Prefix", "Suffix"],
  );
});

test("a topic is told, too", async () => {
  const { put, s3, Bucket, account, sqs, QueueUrl, QueueArn, messages } = await telling();
  const sns = new SNS(clientOptions(cloud, account));
  const { TopicArn } = await sns.createTopic({ Name: "topic" });
  await sns.subscribe({
    TopicArn,
    Protocol: "sqs",
    Endpoint: QueueArn,
    Attributes: { RawMessageDelivery: "true" },
  });
  await s3.putBucketNotificationConfiguration({
    Bucket,
    NotificationConfiguration: { TopicConfigurations: [{ TopicArn, Events: ["s3:ObjectCreated:Put"] }] },
  });
  await put("k");
  const told = await messages(2);
  assert.deepEqual(told.map((message) => message.Event ?? message.Records[0]!.eventName).sort(), [
    "ObjectCreated:Put",
    "s3:TestEvent",
  ]);
  await sqs.purgeQueue({ QueueUrl });
});

test("destinations must be there, and ARNs be ARNs", async () => {
  const { s3, Bucket, account } = await bucket();
  const put = (QueueArn: string, more: object = {}) =>
    s3.putBucketNotificationConfiguration({
      Bucket,
      NotificationConfiguration: {
        QueueConfigurations: [{ QueueArn, Events: ["s3:ObjectCreated:*"], ...more }],
      },
    });
  await assert.rejects(put("invalid-queue"), {
    name: "InvalidArgument",
    message: "The ARN could not be parsed",
    ArgumentName: "Queue",
    ArgumentValue: "invalid-queue",
  });
  const arn = `arn:aws:sqs:us-east-1:${account}:none`;
  await assert.rejects(put(arn), {
    name: "InvalidArgument",
    message: "Unable to validate the following destination configurations",
    ArgumentName1: arn,
    ArgumentValue1: "The destination queue does not exist",
  });
  const Filter = { Key: { FilterRules: [{ Name: "INVALID" as never, Value: "x" }] } };
  await assert.rejects(put(arn, { Filter }), { message: "filter rule name must be either prefix or suffix" });
});

test("rules lose, repeat and delay notifications", async () => {
  const { put, Bucket, messages, count } = await telling();
  const resource = `arn:aws:s3:::${Bucket}`;
  const rule = async (effect: string, params: object = {}) =>
    cloud.faults.add({
      id: effect,
      point: "s3:notify",
      match: { resource },
      effect,
      params,
      times: 1,
    } as never);
  await rule("drop");
  await put("lost");
  await rule("duplicate", { copies: 2 });
  await put("often");
  assert.deepEqual(
    (await messages(3)).map(({ Records }) => Records[0]!.s3.object.key),
    ["often", "often", "often"],
  );
  await rule("delay", { delay: "1h" });
  await put("late");
  await put("overtakes");
  assert.equal((await messages(1))[0]!.Records[0]!.s3.object.key, "overtakes");
  assert.equal(await count(), 0);
  await cloud.clock.advance(3_600_000);
  assert.equal((await messages(1))[0]!.Records[0]!.s3.object.key, "late");
});

test("what happens to a key is told to one destination", async () => {
  const { s3, Bucket, QueueArn } = await telling();
  type Rule = readonly [event: string, prefix: string, suffix: string];
  const configure = (...rules: Rule[]) =>
    s3.putBucketNotificationConfiguration({
      Bucket,
      NotificationConfiguration: {
        QueueConfigurations: rules.map(([event, prefix, suffix]) => ({
          QueueArn,
          Events: [`s3:${event}` as "s3:ObjectCreated:*"],
          Filter: {
            Key: {
              FilterRules: [
                { Name: "prefix", Value: prefix },
                { Name: "suffix", Value: suffix },
              ],
            },
          },
        })),
      },
    });
  const apart: [Rule, Rule][] = [
    [
      ["ObjectCreated:*", "a", ""],
      ["ObjectCreated:*", "b", ""],
    ],
    [
      ["ObjectCreated:*", "a", ".x"],
      ["ObjectCreated:*", "ab", ".y"],
    ],
    [
      ["ObjectCreated:*", "", ""],
      ["ObjectRemoved:*", "", ""],
    ],
    [
      ["ObjectCreated:Put", "", ""],
      ["ObjectCreated:Copy", "", ""],
    ],
  ];
  for (const rules of apart) await configure(...rules);
  const together: [Rule, Rule][] = [
    [
      ["ObjectCreated:*", "", ""],
      ["ObjectCreated:*", "a", ".x"],
    ],
    [
      ["ObjectCreated:*", "a", ""],
      ["ObjectCreated:*", "ab", ""],
    ],
    [
      ["ObjectCreated:*", "a", ".x"],
      ["ObjectCreated:Put", "ab", "y.x"],
    ],
    [
      ["ObjectCreated:Put", "", ".x"],
      ["ObjectCreated:Put", "a", ""],
    ],
  ];
  for (const rules of together)
    await assert.rejects(
      configure(...rules),
      {
        name: "InvalidArgument",
        message:
          "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type.",
      },
      JSON.stringify(rules),
    );
});
