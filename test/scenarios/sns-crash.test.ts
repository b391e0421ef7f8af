import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";

const ROUNDS = 5;
const WRITERS = 8;
const account = "000000000000";
const server = fileURLToPath(new URL("../server-process.ts", import.meta.url));

interface Running {
  readonly child: ChildProcess;
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
}

async function start(dataDir: string): Promise<Running> {
  const child = spawn(process.execPath, [server, JSON.stringify({ dataDir, services: ["sns", "sqs"] })], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(child.stdout!, "data")) as [Buffer];
  const options = {
    endpoint: line.toString().trim(),
    region: "us-east-1",
    credentials: { accessKeyId: account, secretAccessKey: "test" },
    maxAttempts: 1,
  };
  return { child, sns: new SNSClient(options), sqs: new SQSClient(options) };
}

async function kill(child: ChildProcess): Promise<void> {
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
}

/** Publishes until the server is gone; what was acknowledged goes into `acknowledged`. */
async function write(
  sns: SNSClient,
  TopicArn: string,
  writer: string,
  acknowledged: Set<string>,
): Promise<void> {
  for (let n = 0; ; n++) {
    const Message = `${writer}-${n}`;
    try {
      await sns.send(new PublishCommand({ TopicArn, Message }));
    } catch {
      return;
    }
    acknowledged.add(Message);
  }
}

test(`no acknowledged message fails to reach its queue when the process is killed while it delivers, ${ROUNDS} times over`, async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "squall-sns-crash-"));
  const acknowledged = new Set<string>();
  let running = await start(dataDir);
  const { QueueUrl } = await running.sqs.send(new CreateQueueCommand({ QueueName: "q" }));
  const { TopicArn } = await running.sns.send(new CreateTopicCommand({ Name: "t" }));
  await running.sns.send(
    new SubscribeCommand({
      TopicArn,
      Protocol: "sqs",
      Endpoint: `arn:aws:sqs:us-east-1:${account}:q`,
      Attributes: { RawMessageDelivery: "true" },
    }),
  );
  for (let round = 0; round < ROUNDS; round++) {
    const { sns, child } = running;
    const enough = acknowledged.size + 100;
    const writers = Array.from({ length: WRITERS }, (_, i) =>
      write(sns, TopicArn!, `${round}-${i}`, acknowledged),
    );
    while (acknowledged.size < enough) await new Promise((resolve) => setImmediate(resolve));
    await kill(child);
    await Promise.all(writers);
    running = await start(dataDir);
  }

  const missing = new Set(acknowledged);
  while (missing.size > 0) {
    const { Messages } = await running.sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 5 }),
    );
    assert.ok(Messages?.length, `${missing.size} of ${acknowledged.size} messages are lost`);
    for (const { Body } of Messages) missing.delete(Body!);
    const Entries = Messages.map(({ ReceiptHandle }, i) => ({ Id: String(i), ReceiptHandle }));
    await running.sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  }
  await kill(running.child);
  rmSync(dataDir, { recursive: true });
});
