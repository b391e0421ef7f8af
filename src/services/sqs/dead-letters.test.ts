import assert from "node:assert/strict";
import { test } from "node:test";
import { FIFO, sqsCloud } from "./fixture.test.ts";

const { cloud, queue } = await sqsCloud();

/** A queue, and a dead-letter queue for it in the same account. */
async function withDeadLetters(maxReceiveCount = 2, attributes: Record<string, string> = {}) {
  const dead = await queue(attributes, attributes["FifoQueue"] ? "dead.fifo" : "dead");
  const name = attributes["FifoQueue"] ? "source.fifo" : "source";
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount });
  const { QueueUrl } = await dead.sqs.createQueue({
    QueueName: name,
    Attributes: { ...attributes, RedrivePolicy, VisibilityTimeout: "0" },
  });
  const receive = async () =>
    (await dead.sqs.receiveMessage({ QueueUrl, MessageSystemAttributeNames: ["All"] })).Messages ?? [];
  const send = (MessageBody: string, more: object = {}) =>
    dead.sqs.sendMessage({ QueueUrl, MessageBody, ...more });
  return { dead, sqs: dead.sqs, url: QueueUrl!, arn: dead.arn.replace("dead", "source"), receive, send };
}

test("A message that was received too often goes to the dead-letter queue", async () => {
  const { dead, receive, send, arn } = await withDeadLetters(2);
  const { MessageId } = await send("m", { MessageGroupId: "g" });
  await receive();
  await receive();
  assert.deepEqual(await receive(), []);
  const [message] = await dead.receive({ MessageSystemAttributeNames: ["All"] });
  assert.equal(message!.Body, "m");
  assert.equal(message!.MessageId, MessageId);
  assert.equal(message!.Attributes!["DeadLetterQueueSourceArn"], arn);
  assert.equal(message!.Attributes!["ApproximateReceiveCount"], "3");
});

test("A dead letter of a standard queue keeps its age", async () => {
  const { dead, receive, send } = await withDeadLetters(1, { MessageRetentionPeriod: "60" });
  await send("m");
  await receive();
  await cloud.clock.advance(50_000);
  await receive();
  assert.deepEqual(await dead.counts(), [1, 0, 0]);
  await cloud.clock.advance(10_000);
  assert.deepEqual(await dead.bodies(), []);
});

test("A dead letter of a FIFO queue keeps its group and begins its age anew", async () => {
  const { dead, receive, send } = await withDeadLetters(1, { ...FIFO, MessageRetentionPeriod: "60" });
  await send("m", { MessageGroupId: "g" });
  await receive();
  await cloud.clock.advance(50_000);
  await receive();
  await cloud.clock.advance(50_000);
  const [message] = await dead.receive({ MessageSystemAttributeNames: ["MessageGroupId"] });
  assert.deepEqual([message!.Body, message!.Attributes], ["m", { MessageGroupId: "g" }]);
});

test("A message stays in its queue when the dead-letter queue is gone", async () => {
  const { dead, sqs, receive, send } = await withDeadLetters(1);
  await send("m");
  await receive();
  await sqs.deleteQueue({ QueueUrl: dead.url });
  assert.equal((await receive())[0]!.Body, "m");
});

test("ListDeadLetterSourceQueues names the queues that send their dead letters here", async () => {
  const { dead, sqs, url } = await withDeadLetters();
  const { queueUrls } = await sqs.listDeadLetterSourceQueues({ QueueUrl: dead.url });
  assert.deepEqual(queueUrls, [url]);
  assert.deepEqual((await sqs.listDeadLetterSourceQueues({ QueueUrl: url })).queueUrls, []);
});

test("A redrive policy is checked as AWS checks it", async () => {
  const { sqs, url, arn, account } = await queue({}, "dead");
  const fifo = await sqs.createQueue({ QueueName: "dead.fifo", Attributes: FIFO });
  assert.ok(fifo.QueueUrl);
  const { QueueUrl } = await sqs.createQueue({ QueueName: "source" });
  const set = (RedrivePolicy: string) => sqs.setQueueAttributes({ QueueUrl, Attributes: { RedrivePolicy } });
  const policy = (deadLetterTargetArn: unknown, maxReceiveCount: unknown) =>
    JSON.stringify({ deadLetterTargetArn, maxReceiveCount });
  await set(policy(arn, 1));
  await set(policy(arn, "1000"));
  const refused: [string, string][] = [
    ["no json", "Redrive policy is not a valid JSON map."],
    [policy(arn, undefined), "Redrive policy does not contain mandatory attribute: maxReceiveCount."],
    [policy(undefined, 1), "Redrive policy does not contain mandatory attribute: deadLetterTargetArn."],
    [policy(arn, 0), "Invalid value for maxReceiveCount: 0, valid values are from 1 to 1000 both inclusive."],
    [
      policy(arn, 1001),
      "Invalid value for maxReceiveCount: 1001, valid values are from 1 to 1000 both inclusive.",
    ],
    [policy("dummy", 1), "Invalid value for deadLetterTargetArn."],
    [policy(`${arn}-none`, 1), "Dead letter target does not exist."],
    [
      policy(`arn:aws:sqs:us-east-1:${account}:dead.fifo`, 1),
      "Dead-letter queue must be same type of queue as the source.",
    ],
  ];
  for (const [text, reason] of refused) {
    await assert.rejects(set(text), {
      name: "InvalidParameterValue",
      message: `Value ${text} for parameter RedrivePolicy is invalid. Reason: ${reason}`,
    });
  }
  assert.ok(url);
});

test("A redrive allow policy decides who may send dead letters", async () => {
  const { sqs, url, arn, account } = await queue({}, "dead");
  const allow = (policy: object) =>
    sqs.setQueueAttributes({
      QueueUrl: url,
      Attributes: { RedriveAllowPolicy: JSON.stringify(policy) },
    });
  const source = (QueueName: string) =>
    sqs.createQueue({
      QueueName,
      Attributes: { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn, maxReceiveCount: 1 }) },
    });
  await allow({
    redrivePermission: "byQueue",
    sourceQueueArns: [`arn:aws:sqs:us-east-1:${account}:friend`],
  });
  await source("friend");
  await assert.rejects(source("stranger"), { name: "InvalidParameterValue" });
  await allow({ redrivePermission: "denyAll" });
  await assert.rejects(source("stranger"), { name: "InvalidParameterValue" });
  await allow({ redrivePermission: "allowAll" });
  await source("stranger");
  for (const wrong of [
    {},
    { redrivePermission: "byQueue" },
    { redrivePermission: "allowAll", sourceQueueArns: [arn] },
    { redrivePermission: "byQueue", sourceQueueArns: Array(11).fill(arn) },
  ]) {
    await assert.rejects(allow(wrong), {
      name: "InvalidAttributeValue",
      message: "Invalid value for the parameter RedriveAllowPolicy.",
    });
  }
});

test("A message move task sends dead letters back to where they came from", async () => {
  const { dead, sqs, receive, send, arn } = await withDeadLetters(1);
  const { MessageId } = await send("m");
  await receive();
  await receive();
  assert.deepEqual(await dead.counts(), [1, 0, 0]);
  const { TaskHandle } = await sqs.startMessageMoveTask({ SourceArn: dead.arn });
  assert.ok(TaskHandle);
  assert.deepEqual(await dead.counts(), [0, 0, 0]);
  const [message] = await receive();
  assert.equal(message!.Body, "m");
  assert.notEqual(message!.MessageId, MessageId);
  assert.equal(message!.Attributes!["ApproximateReceiveCount"], "1");
  const { Results } = await sqs.listMessageMoveTasks({ SourceArn: dead.arn });
  const { StartedTimestamp, ...task } = Results![0]!;
  assert.ok(StartedTimestamp! > 1_700_000_000_000);
  assert.deepEqual(task, {
    Status: "COMPLETED",
    SourceArn: dead.arn,
    ApproximateNumberOfMessagesMoved: 1,
    ApproximateNumberOfMessagesToMove: 1,
  });
  assert.ok(arn);
});

test("A message move task keeps to its rate, and can be cancelled", async () => {
  const { dead, sqs } = await withDeadLetters();
  const other = await sqs.createQueue({ QueueName: "other" });
  const DestinationArn = dead.arn.replace("dead", "other");
  for (const body of ["1", "2", "3", "4", "5"]) await dead.send(body);
  const { TaskHandle } = await sqs.startMessageMoveTask({
    SourceArn: dead.arn,
    DestinationArn,
    MaxNumberOfMessagesPerSecond: 2,
  });
  assert.deepEqual(await dead.counts(), [3, 0, 0]);
  await assert.rejects(sqs.startMessageMoveTask({ SourceArn: dead.arn }), {
    message:
      "There is already a task running. Only one active task is allowed for a source queue arn at a given time.",
  });
  await cloud.clock.advance(1_000);
  assert.deepEqual(await dead.counts(), [1, 0, 0]);
  const running = (await sqs.listMessageMoveTasks({ SourceArn: dead.arn })).Results![0]!;
  assert.deepEqual(
    [running.Status, running.TaskHandle, running.MaxNumberOfMessagesPerSecond, running.DestinationArn],
    ["RUNNING", TaskHandle, 2, DestinationArn],
  );
  const cancelled = await sqs.cancelMessageMoveTask({ TaskHandle });
  assert.equal(cancelled.ApproximateNumberOfMessagesMoved, 4);
  await cloud.clock.advance(5_000);
  assert.deepEqual(await dead.counts(), [1, 0, 0]);
  const ended = (await sqs.listMessageMoveTasks({ SourceArn: dead.arn })).Results![0]!;
  assert.deepEqual([ended.Status, ended.TaskHandle], ["CANCELLED", undefined]);
  await assert.rejects(sqs.cancelMessageMoveTask({ TaskHandle }), {
    name: "ResourceNotFoundException",
    message: "Task does not exist.",
  });
  assert.ok(other.QueueUrl);
});

test("A message move task fails for messages that came from nowhere", async () => {
  const { dead, sqs } = await withDeadLetters();
  await dead.send("sent here directly");
  await sqs.startMessageMoveTask({ SourceArn: dead.arn });
  const [task] = (await sqs.listMessageMoveTasks({ SourceArn: dead.arn })).Results!;
  assert.deepEqual([task!.Status, task!.FailureReason], ["FAILED", "CouldNotDetermineMessageSource"]);
  assert.deepEqual(await dead.counts(), [1, 0, 0]);
});

test("A queue's move tasks go with it", async () => {
  const { dead, sqs } = await withDeadLetters();
  await dead.send("m");
  await sqs.startMessageMoveTask({ SourceArn: dead.arn });
  await sqs.deleteQueue({ QueueUrl: dead.url });
  await sqs.createQueue({ QueueName: dead.name });
  assert.deepEqual((await sqs.listMessageMoveTasks({ SourceArn: dead.arn })).Results ?? [], []);
});

test("A message move task is refused for queues that do not fit", async () => {
  const { dead, sqs, arn } = await withDeadLetters();
  const start = (SourceArn: string, DestinationArn?: string) =>
    sqs.startMessageMoveTask({ SourceArn, DestinationArn });
  await assert.rejects(start(arn), { message: "Source queue must be configured as a Dead Letter Queue." });
  await assert.rejects(start(`${arn}-none`), {
    name: "ResourceNotFoundException",
    message: "The resource that you specified for the SourceArn parameter doesn't exist.",
  });
  await assert.rejects(start(dead.arn, `${arn}-none`), {
    name: "ResourceNotFoundException",
    message: "The resource that you specified for the DestinationArn parameter doesn't exist.",
  });
  await assert.rejects(start(dead.arn, dead.arn), {
    message: "Source queue arn and destination queue arn cannot be the same.",
  });
  await assert.rejects(sqs.cancelMessageMoveTask({ TaskHandle: "nonsense" }), {
    message: "Value for parameter TaskHandle is invalid.",
  });
});
