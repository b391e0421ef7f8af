import assert from "node:assert/strict";
import { test } from "node:test";
import { startSquall } from "squall/testing";
import { sendOrder } from "../src/send-order.ts";

test("an order gets through when SQS throttles twice", async () => {
  await using cloud = await startSquall();
  const { QueueUrl } = await cloud.call<{ QueueUrl: string }>("sqs", "CreateQueue", { QueueName: "orders" });
  await cloud.faults.add({
    effect: "error",
    params: { kind: "throttle" },
    match: { service: "sqs", operation: "SendMessage" },
    times: 2,
  });
  assert.notEqual(await sendOrder(cloud.client(), QueueUrl, { id: "1" }), "");
  assert.deepEqual(
    cloud.calls.of("sqs", "SendMessage").map((call) => call.status),
    [400, 400, 200],
  );
});
