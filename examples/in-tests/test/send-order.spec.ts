import { startSquall, type TestCloud } from "squall/testing";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { sendOrder } from "../src/send-order.ts";

let cloud: TestCloud;
let queueUrl: string;

beforeAll(async () => {
  cloud = await startSquall();
  const created = await cloud.call<{ QueueUrl: string }>("sqs", "CreateQueue", { QueueName: "orders" });
  queueUrl = created.QueueUrl;
});
afterAll(() => cloud.stop());
beforeEach(() => {
  cloud.faults.clear();
  cloud.calls.clear();
});

test("an order gets through when SQS throttles twice", async () => {
  await cloud.faults.add({
    effect: "error",
    params: { kind: "throttle" },
    match: { service: "sqs", operation: "SendMessage" },
    times: 2,
  });
  expect(await sendOrder(cloud.client(), queueUrl, { id: "1" })).not.toBe("");
  expect(cloud.calls.of("sqs", "SendMessage").map((call) => call.status)).toEqual([400, 400, 200]);
});

test("an order whose reply is lost is sent twice", async () => {
  await cloud.faults.add({
    effect: "lost-reply",
    match: { service: "sqs", operation: "SendMessage" },
    times: 1,
  });
  await sendOrder(cloud.client(), queueUrl, { id: "2" });
  expect(cloud.calls.of("sqs", "SendMessage")).toHaveLength(2);
});

test("a cloud is up in no time, and knows nothing of another beside it", async () => {
  const startedAt = performance.now();
  await using other = await startSquall();
  expect(performance.now() - startedAt).toBeLessThan(1000);
  await expect(sendOrder(other.client(), queueUrl, { id: "3" })).rejects.toThrow(
    "The specified queue does not exist",
  );
});
