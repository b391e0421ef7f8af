import assert from "node:assert/strict";
import { test } from "node:test";
import type { FaultRuleInput } from "../../index.ts";
import { FIFO, sqsCloud } from "./fixture.test.ts";

const { cloud, queue } = await sqsCloud();

/** A rule at `sqs:deliver` for one queue. */
const rule = (resource: string, effect: string, params: Record<string, unknown> = {}, more: object = {}) =>
  cloud.faults.add({ point: "sqs:deliver", match: { resource }, effect, params, ...more } as FaultRuleInput);

test("duplicate delivers a message and a copy with the same id", async () => {
  const { arn, send, receive } = await queue();
  await rule(arn, "duplicate");
  await send("m");
  const [first] = await receive({ MaxNumberOfMessages: 1 });
  const [second, ...more] = await receive();
  assert.equal(first!.Body, "m");
  assert.equal(second!.MessageId, first!.MessageId);
  assert.notEqual(second!.ReceiptHandle, first!.ReceiptHandle);
  assert.deepEqual(more, []);
  assert.deepEqual(await receive(), []);
});

test("duplicate can make several copies that come later", async () => {
  const { arn, send, bodies } = await queue();
  await rule(arn, "duplicate", { copies: 3, delay: "10s" });
  await send("m");
  assert.deepEqual(await bodies(), ["m"]);
  await cloud.clock.advance(10_000);
  assert.deepEqual(await bodies(), ["m", "m", "m"]);
});

test("reorder puts a message behind the others, in a FIFO queue within its group", async () => {
  const standard = await queue();
  await rule(standard.arn, "reorder", {}, { times: 1 });
  for (const body of ["1", "2", "3"]) await standard.send(body);
  assert.deepEqual(await standard.bodies(), ["2", "3", "1"]);
  const fifo = await queue(FIFO);
  await rule(fifo.arn, "reorder", {}, { times: 1 });
  for (const body of ["a1", "a2", "b1"]) await fifo.send(body, { MessageGroupId: body[0] });
  assert.deepEqual((await fifo.bodies()).sort(), ["a1", "a2", "b1"]);
});

test("delay holds a message back once", async () => {
  const { arn, send, bodies, counts } = await queue();
  await rule(arn, "delay", { delay: "PT30S" });
  await send("m");
  assert.deepEqual(await bodies(), []);
  assert.deepEqual(await counts(), [0, 0, 1]);
  await cloud.clock.advance(30_000);
  assert.deepEqual(await bodies(), ["m"]);
});

test("drop loses a message", async () => {
  const { arn, send, bodies, counts } = await queue();
  await rule(arn, "drop", {}, { times: 1 });
  await send("lost");
  await send("kept");
  assert.deepEqual(await bodies(), ["kept"]);
  assert.deepEqual(await counts(), [0, 1, 0]);
});

test("A rule can look at the message", async () => {
  const { arn, send, bodies } = await queue();
  await rule(arn, "drop", {}, { match: { resource: arn, input: "body == 'bad'" } });
  await send("bad");
  await send("good");
  assert.deepEqual(await bodies(), ["good"]);
});

test("Rules on the API know a queue by its URL and by its name", async () => {
  const { sqs, arn, send, name } = await queue();
  await cloud.faults.add({
    effect: "error",
    params: { kind: "throttle" },
    match: { service: "sqs", resource: arn },
  });
  await assert.rejects(send("m"), { name: "RequestThrottled" });
  await assert.rejects(sqs.getQueueUrl({ QueueName: name }), { name: "RequestThrottled" });
  await sqs.listQueues({});
});
