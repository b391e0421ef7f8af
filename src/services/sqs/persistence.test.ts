import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { SQS } from "@aws-sdk/client-sqs";
import { clientOptions, newAccount, testCloud } from "../../../test/cloud.ts";
import { FIFO } from "./fixture.test.ts";

const folder = mkdtempSync(join(tmpdir(), "squall-sqs-"));
after(() => rmSync(folder, { recursive: true, force: true }));

test("Queues, messages, their visibility and deduplication ids outlive the process", async () => {
  const account = newAccount();
  const before = await testCloud({ dataDir: folder });
  let sqs = new SQS(clientOptions(before, account));
  const url = (await sqs.createQueue({ QueueName: "q" })).QueueUrl!;
  const fifo = (await sqs.createQueue({ QueueName: "q.fifo", Attributes: FIFO })).QueueUrl!;
  await sqs.sendMessage({ QueueUrl: url, MessageBody: "first" });
  const [inFlight] = (await sqs.receiveMessage({ QueueUrl: url })).Messages!;
  await sqs.sendMessage({ QueueUrl: url, MessageBody: "second" });
  await sqs.sendMessage({ QueueUrl: url, MessageBody: "delayed", DelaySeconds: 60 });
  const sent = await sqs.sendMessage({ QueueUrl: fifo, MessageBody: "m", MessageGroupId: "g" });
  await before.stop();

  await using cloud = await testCloud({ dataDir: folder });
  sqs = new SQS(clientOptions(cloud, account));
  const counts = async () => {
    const { Attributes } = await sqs.getQueueAttributes({ QueueUrl: url, AttributeNames: ["All"] });
    return [
      Attributes!["ApproximateNumberOfMessages"],
      Attributes!["ApproximateNumberOfMessagesNotVisible"],
      Attributes!["ApproximateNumberOfMessagesDelayed"],
    ].join();
  };
  assert.equal(await counts(), "1,1,1");
  await sqs.deleteMessage({ QueueUrl: url, ReceiptHandle: inFlight!.ReceiptHandle });
  assert.equal(await counts(), "1,0,1");
  assert.equal((await sqs.receiveMessage({ QueueUrl: url })).Messages![0]!.Body, "second");
  await cloud.clock.advance("PT60S");
  const rest = await sqs.receiveMessage({ QueueUrl: url, MaxNumberOfMessages: 10 });
  assert.deepEqual(rest.Messages!.map(({ Body }) => Body).sort(), ["delayed", "second"]);
  const again = await sqs.sendMessage({ QueueUrl: fifo, MessageBody: "m", MessageGroupId: "g" });
  assert.equal(again.MessageId, sent.MessageId);
  const once = await sqs.receiveMessage({ QueueUrl: fifo, MaxNumberOfMessages: 10 });
  assert.equal(once.Messages!.length, 1);
});
