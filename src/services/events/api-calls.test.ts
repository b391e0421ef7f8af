import assert from "node:assert/strict";
import { test } from "node:test";
import { PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import { GetFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { DeleteQueueCommand, ListQueuesCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { clientOptions } from "../../../test/cloud.ts";
import { eventsCloud, type World } from "./fixture.test.ts";

/** A cloud whose clients' calls are events that come to a queue. */
async function told(which: "off" | "management" | "all", source: string, State = "ENABLED") {
  const world = await eventsCloud({ settings: { events: { "api-calls": which } } });
  const queue = await world.queue("heard");
  const EventPattern = JSON.stringify({ source: [source], "detail-type": ["AWS API Call via CloudTrail"] });
  await world.events.send(new PutRuleCommand({ Name: "all", EventPattern, State: State as "ENABLED" }));
  await world.events.send(new PutTargetsCommand({ Rule: "all", Targets: [{ Id: "q", Arn: queue }] }));
  return { world, queue };
}

const named = (eventName: string) => (event: Record<string, unknown>) =>
  (event["detail"] as Record<string, unknown>)["eventName"] === eventName;

const eventNames = async (world: World, queue: string) => {
  await world.cloud.settle(0);
  const found = (await world.bodies(queue, 0)) as { detail: { eventName: string } }[];
  return found.map(({ detail }) => detail.eventName);
};

test("a client's call is an event with what it asked, when the setting says so", async () => {
  const { world, queue } = await told("management", "aws.sqs");
  await using _ = world;
  await world.queue("made", { DelaySeconds: "5" });
  const event = await world.first(queue, named("CreateQueue"));
  const detail = event["detail"] as Record<string, unknown>;
  assert.deepEqual(detail["userIdentity"], {
    type: "Root",
    principalId: world.account,
    arn: `arn:aws:iam::${world.account}:root`,
    accountId: world.account,
    accessKeyId: world.account,
  });
  assert.equal(detail["eventSource"], "sqs.amazonaws.com");
  assert.equal(detail["readOnly"], false);
  assert.equal(detail["eventType"], "AwsApiCall");
  assert.equal(detail["awsRegion"], "us-east-1");
  assert.match(String(detail["userAgent"]), /aws-sdk-js/);
  assert.deepEqual(detail["requestParameters"], { queueName: "made", attributes: { DelaySeconds: "5" } });
});

test("a call that failed says how", async () => {
  const { world, queue } = await told("management", "aws.sqs");
  await using _ = world;
  const QueueUrl = `${world.cloud.url}/${world.account}/nowhere`;
  await assert.rejects(world.sqs.send(new DeleteQueueCommand({ QueueUrl })));
  const event = await world.first(queue, named("DeleteQueue"));
  assert.match(String((event["detail"] as Record<string, unknown>)["errorCode"]), /QueueDoesNotExist/);
});

test("without the setting, no call is an event", async () => {
  const { world, queue } = await told("off", "aws.sqs");
  await using _ = world;
  await world.queue("made");
  assert.deepEqual(await eventNames(world, queue), []);
});

test("calls that only read come to the rules that say so in their state", async () => {
  for (const [State, names] of [
    ["ENABLED", []],
    ["ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS", ["ListQueues"]],
  ] as const) {
    const { world, queue } = await told("management", "aws.sqs", State);
    await using _ = world;
    await world.sqs.send(new ListQueuesCommand({}));
    assert.deepEqual(await eventNames(world, queue), names);
  }
});

test("calls on data are events only when all are asked for", async () => {
  for (const [which, names] of [
    ["management", ["CreateBucket"]],
    ["all", ["CreateBucket", "PutObject"]],
  ] as const) {
    const { world, queue } = await told(which, "aws.s3");
    await using _ = world;
    const s3 = new S3Client({ ...clientOptions(world.cloud, world.account), forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: "shelf" }));
    await s3.send(new PutObjectCommand({ Bucket: "shelf", Key: "book", Body: "four" }));
    s3.destroy();
    await world.cloud.settle(0);
    const found = (await world.bodies(queue, names.length)) as { detail: Record<string, unknown> }[];
    assert.deepEqual(found.map(({ detail }) => detail["eventName"]).sort(), names);
    const { requestParameters } = found.find(({ detail }) => detail["eventName"] === "CreateBucket")!.detail;
    assert.deepEqual(requestParameters, { bucketName: "shelf" });
  }
});

test("what is secret in a call is hidden, and Lambda's names have their date", async () => {
  const { world, queue } = await told("management", "aws.secretsmanager");
  await using _ = world;
  const options = clientOptions(world.cloud, world.account);
  const secrets = new SecretsManagerClient(options);
  await secrets.send(new CreateSecretCommand({ Name: "db", SecretString: "hunter2" }));
  const event = await world.first(queue, named("CreateSecret"));
  assert.doesNotMatch(JSON.stringify(event), /hunter2/);
  assert.match(JSON.stringify(event), /"secretString":"HIDDEN_DUE_TO_SECURITY_REASONS"/);
  const all = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";
  const EventPattern = JSON.stringify({ source: ["aws.lambda"] });
  await world.events.send(new PutRuleCommand({ Name: "all", EventPattern, State: all }));
  const lambda = new LambdaClient(options);
  await assert.rejects(lambda.send(new GetFunctionCommand({ FunctionName: "none" })));
  await world.first(queue, named("GetFunction20150331v2"));
  secrets.destroy();
  lambda.destroy();
});

test("a delivery to a target is no event: it does not go round for ever", async () => {
  const { world } = await told("all", "aws.sqs");
  await using _ = world;
  const QueueUrl = `${world.cloud.url}/${world.account}/heard`;
  await world.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "mine" }));
  await world.cloud.settle(0);
  // The client's, and the delivery of its event.
  assert.equal(world.cloud.calls.of("sqs", "SendMessage").length, 2);
});
