import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { testCloud } from "../../../test/cloud.ts";
import { FIFO, sqsCloud } from "./fixture.test.ts";

const { cloud, queue } = await sqsCloud();
const high = { ...FIFO, DeduplicationScope: "messageGroup", FifoThroughputLimit: "perMessageGroupId" };

test("Messages of a group come in order, and as many of one group as possible come first", async () => {
  const { send, bodies } = await queue(FIFO);
  for (const body of ["a1", "b1", "a2", "b2", "a3"]) await send(body, { MessageGroupId: body[0] });
  assert.deepEqual(await bodies({ MaxNumberOfMessages: 4 }), ["a1", "a2", "a3", "b1"]);
});

test("A group is locked while any of its messages is in flight; others go on", async () => {
  const { sqs, url, send, receive, bodies } = await queue(FIFO);
  for (const body of ["a1", "a2", "b1"]) await send(body, { MessageGroupId: body[0] });
  const [a1] = await receive({ MaxNumberOfMessages: 1 });
  assert.equal(a1!.Body, "a1");
  assert.deepEqual(await bodies(), ["b1"]);
  assert.deepEqual(await bodies(), []);
  await sqs.deleteMessage({ QueueUrl: url, ReceiptHandle: a1!.ReceiptHandle });
  assert.deepEqual(await bodies(), ["a2"]);
});

test("A message whose visibility timeout ends comes again before those behind it", async () => {
  const { send, bodies } = await queue({ ...FIFO, VisibilityTimeout: "5" });
  for (const body of ["a1", "a2"]) await send(body, { MessageGroupId: "a" });
  assert.deepEqual(await bodies({ MaxNumberOfMessages: 1 }), ["a1"]);
  await cloud.clock.advance(5_000);
  assert.deepEqual(await bodies(), ["a1", "a2"]);
});

test("A message with the same deduplication id is taken, but not delivered, for five minutes", async () => {
  const { sqs, url, send, receive } = await queue(FIFO);
  const again = { MessageGroupId: "g", MessageDeduplicationId: "d" };
  const first = await send("one", again);
  const [message] = await receive();
  await sqs.deleteMessage({ QueueUrl: url, ReceiptHandle: message!.ReceiptHandle });
  const second = await send("two", again);
  assert.equal(second.MessageId, first.MessageId);
  assert.equal(second.SequenceNumber, first.SequenceNumber);
  assert.notEqual(second.MD5OfMessageBody, first.MD5OfMessageBody);
  assert.deepEqual(await receive(), []);
  await cloud.clock.advance("PT4M59S");
  await send("two", again);
  assert.deepEqual(await receive(), []);
  await cloud.clock.advance("PT1S");
  await send("two", again);
  assert.equal((await receive())[0]!.Body, "two");
});

test("With content-based deduplication the body is the id, whatever the attributes or group", async () => {
  const { send, receive } = await queue(FIFO);
  await send("same", { MessageGroupId: "a" });
  await send("same", {
    MessageGroupId: "b",
    MessageAttributes: { x: { DataType: "String", StringValue: "y" } },
  });
  const received = await receive({ MessageSystemAttributeNames: ["MessageDeduplicationId"] });
  assert.equal(received.length, 1);
  assert.equal(
    received[0]!.Attributes!["MessageDeduplicationId"],
    "0967115f2813a3541eaef77de9d9d5773f1c0c04314b0bbfe4ff3b3b1c55b5d5",
  );
});

test("In high-throughput mode ids are compared within a group only", async () => {
  const { send, bodies } = await queue(high);
  await send("same", { MessageGroupId: "a" });
  await send("same", { MessageGroupId: "a" });
  await send("same", { MessageGroupId: "b" });
  assert.deepEqual(await bodies(), ["same", "same"]);
});

test("What was sent before a queue told groups apart still counts for all of them", async () => {
  const { send, bodies, sqs, url } = await queue({ FifoQueue: "true" });
  await send("first", { MessageGroupId: "a", MessageDeduplicationId: "1" });
  await sqs.setQueueAttributes({
    QueueUrl: url,
    Attributes: { DeduplicationScope: "messageGroup", FifoThroughputLimit: "perMessageGroupId" },
  });
  await send("again", { MessageGroupId: "b", MessageDeduplicationId: "1" });
  await send("second", { MessageGroupId: "b", MessageDeduplicationId: "2" });
  await send("third", { MessageGroupId: "c", MessageDeduplicationId: "2" });
  assert.deepEqual((await bodies()).sort(), ["first", "second", "third"]);
});

test("Without content-based deduplication an id is required", async () => {
  const { send } = await queue({ FifoQueue: "true" });
  await assert.rejects(send("m", { MessageGroupId: "g" }), {
    name: "InvalidParameterValue",
    message:
      "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
  });
  await send("m", { MessageGroupId: "g", MessageDeduplicationId: "d".repeat(128) });
  await assert.rejects(send("m", { MessageGroupId: "g", MessageDeduplicationId: "d".repeat(129) }), {
    message: /1 to 128 in length/,
  });
});

test("Sequence numbers have 20 digits and grow", async () => {
  const { send } = await queue(FIFO);
  const numbers: string[] = [];
  for (const body of ["1", "2", "3"])
    numbers.push((await send(body, { MessageGroupId: "g" })).SequenceNumber!);
  for (const number of numbers) assert.match(number, /^\d{20}$/);
  assert.deepEqual([...numbers].sort(), numbers);
  assert.equal(new Set(numbers).size, 3);
});

test("A handle whose visibility timeout is over cannot delete", async () => {
  const { sqs, url, send, receive } = await queue(FIFO);
  await send("m", { MessageGroupId: "g" });
  const [message] = await receive({ VisibilityTimeout: 1 });
  await cloud.clock.advance(1_000);
  await assert.rejects(sqs.deleteMessage({ QueueUrl: url, ReceiptHandle: message!.ReceiptHandle }), {
    name: "InvalidParameterValue",
    message: `Value ${message!.ReceiptHandle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.`,
  });
});

test("A receive can be repeated with its attempt id until one of its messages changes", async () => {
  const { sqs, url, send, receive } = await queue({ ...FIFO, VisibilityTimeout: "30" });
  await send("a1", { MessageGroupId: "a" });
  await send("b1", { MessageGroupId: "b" });
  const attempt = { ReceiveRequestAttemptId: "attempt-1" };
  const first = await receive(attempt);
  await cloud.clock.advance(20_000);
  const second = await receive(attempt);
  assert.deepEqual(second, first);
  // The repetition has begun the visibility timeout anew.
  await cloud.clock.advance(20_000);
  assert.deepEqual(await receive(), []);
  await sqs.deleteMessage({ QueueUrl: url, ReceiptHandle: first[0]!.ReceiptHandle });
  assert.deepEqual(await receive(attempt), []);
});

test("A receive that is repeated gets nothing of what has outlived the queue's retention", async () => {
  const { send, receive } = await queue({ ...FIFO, MessageRetentionPeriod: "60", VisibilityTimeout: "300" });
  await send("a1", { MessageGroupId: "a" });
  const attempt = { ReceiveRequestAttemptId: "attempt-1" };
  assert.equal((await receive(attempt)).length, 1);
  await cloud.clock.advance(61_000);
  assert.deepEqual(await receive(attempt), []);
  assert.deepEqual(await receive(attempt), []);
});

test("A FIFO queue's delay also holds for messages that are there already", async () => {
  const { sqs, url, send, bodies } = await queue(FIFO);
  await send("m", { MessageGroupId: "g" });
  await sqs.setQueueAttributes({ QueueUrl: url, Attributes: { DelaySeconds: "10" } });
  assert.deepEqual(await bodies(), []);
  await cloud.clock.advance(10_000);
  assert.deepEqual(await bodies(), ["m"]);
});

test("A waiting receiver is woken when its group is unlocked", async () => {
  const { sqs, url, send, receive, bodies } = await queue(FIFO);
  await send("a1", { MessageGroupId: "a" });
  await send("a2", { MessageGroupId: "a" });
  const [a1] = await receive({ MaxNumberOfMessages: 1 });
  const waiting = bodies({ WaitTimeSeconds: 20 });
  for (let i = 0; i < 60; i++) await turn();
  await sqs.deleteMessage({ QueueUrl: url, ReceiptHandle: a1!.ReceiptHandle });
  assert.deepEqual(await waiting, ["a2"]);
});

test("A message that is given back comes again though later ones of its group are still out", async () => {
  await using world = await testCloud({ listen: false });
  const ask = (operation: string, input: object) =>
    world.call<{ Messages?: { Body: string; ReceiptHandle: string }[] }>("sqs", operation, {
      QueueUrl: "g.fifo",
      ...input,
    });
  const Attributes = { FifoQueue: "True", ContentBasedDeduplication: "TRUE" };
  await world.call("sqs", "CreateQueue", { QueueName: "g.fifo", Attributes });
  for (const MessageBody of ["1", "2", "3"]) await ask("SendMessage", { MessageBody, MessageGroupId: "a" });
  const { Messages } = await ask("ReceiveMessage", { MaxNumberOfMessages: 10 });
  assert.equal(Messages?.length, 3);
  const give = (at: number) =>
    ask("ChangeMessageVisibility", { ReceiptHandle: Messages![at]!.ReceiptHandle, VisibilityTimeout: 0 });
  const bodies = async () =>
    (await ask("ReceiveMessage", { MaxNumberOfMessages: 10 })).Messages?.map(({ Body }) => Body);
  await give(1);
  assert.equal(await bodies(), undefined, "the first is out, and holds the second back");
  await give(0);
  assert.deepEqual(await bodies(), ["1", "2"]);
});

test("Purging forgets what was sent before: the same message is taken again", async () => {
  await using world = await testCloud({ listen: false });
  const Attributes = { FifoQueue: "true", ContentBasedDeduplication: "true" };
  await world.call("sqs", "CreateQueue", { QueueName: "p.fifo", Attributes });
  const QueueUrl = "p.fifo";
  const send = () => world.call("sqs", "SendMessage", { QueueUrl, MessageBody: "m", MessageGroupId: "a" });
  await send();
  await world.call("sqs", "PurgeQueue", { QueueUrl });
  await send();
  const { Messages } = await world.call<{ Messages?: unknown[] }>("sqs", "ReceiveMessage", { QueueUrl });
  assert.equal(Messages?.length, 1);
});

test("A batch in which one entry has no group fails whole, and 0 seconds mean the queue's delay", async () => {
  await using world = await testCloud({ listen: false, clockRate: 0 });
  const Attributes = { FifoQueue: "true", ContentBasedDeduplication: "true", DelaySeconds: "2" };
  await world.call("sqs", "CreateQueue", { QueueName: "b.fifo", Attributes });
  const QueueUrl = "b.fifo";
  const Entries = [
    { Id: "a", MessageBody: "1", MessageGroupId: "g" },
    { Id: "b", MessageBody: "2" },
  ];
  await assert.rejects(world.call("sqs", "SendMessageBatch", { QueueUrl, Entries }), {
    code: "InvalidParameterValue",
    message: "The request must contain the parameter MessageGroupId.",
  });
  await world.call("sqs", "SendMessage", {
    QueueUrl,
    MessageBody: "3",
    MessageGroupId: "g",
    DelaySeconds: 0,
  });
  const received = () => world.call<{ Messages?: { Body: string }[] }>("sqs", "ReceiveMessage", { QueueUrl });
  assert.equal((await received()).Messages, undefined);
  await world.clock.advance("PT2S");
  assert.deepEqual(
    (await received()).Messages?.map(({ Body }) => Body),
    ["3"],
  );
});
