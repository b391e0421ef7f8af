import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

/** The nightly run does it many times more. */
const ROUNDS = 8 * Number(process.env["SQUALL_TEST_SCALE"] ?? 1);
const WRITERS = 16;
const server = fileURLToPath(new URL("../server-process.ts", import.meta.url));

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
}

async function start(dataDir: string): Promise<Running> {
  const child = spawn(process.execPath, [server, JSON.stringify({ dataDir })], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(child.stdout!, "data")) as [Buffer];
  return { child, url: line.toString().trim() };
}

async function sqs(url: string, operation: string, input: object): Promise<Record<string, unknown>> {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": `AmazonSQS.${operation}`,
      authorization:
        "AWS4-HMAC-SHA256 Credential=000000000000/20261123/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0",
    },
    body: JSON.stringify(input),
  });
  const text = await response.text();
  assert.equal(response.status, 200, text);
  return JSON.parse(text) as Record<string, unknown>;
}

/** Sends until the server is gone; what was acknowledged goes into `acknowledged`. */
async function write(
  url: string,
  queueUrl: string,
  writer: string,
  acknowledged: Set<string>,
): Promise<void> {
  for (let n = 0; ; n++) {
    const body = `${writer}-${n}`;
    try {
      await sqs(url, "SendMessage", { QueueUrl: queueUrl, MessageBody: body });
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
      return;
    }
    acknowledged.add(body);
  }
}

async function readAll(url: string, queueUrl: string): Promise<Set<string>> {
  const bodies = new Set<string>();
  for (;;) {
    const { Messages = [] } = (await sqs(url, "ReceiveMessage", {
      QueueUrl: queueUrl,
      MaxNumberOfMessages: 10,
    })) as {
      Messages?: { Body: string; ReceiptHandle: string }[];
    };
    if (Messages.length === 0) return bodies;
    for (const message of Messages) bodies.add(message.Body);
    const Entries = Messages.map(({ ReceiptHandle }, i) => ({ Id: String(i), ReceiptHandle }));
    await sqs(url, "DeleteMessageBatch", { QueueUrl: queueUrl, Entries });
  }
}

test(`no acknowledged message is lost when the process is killed under load, ${ROUNDS} times over`, async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "squall-crash-"));
  const acknowledged = new Set<string>();
  try {
    let running = await start(dataDir);
    const { QueueUrl } = (await sqs(running.url, "CreateQueue", { QueueName: "crash" })) as {
      QueueUrl: string;
    };
    for (let round = 0; round < ROUNDS; round++) {
      const before = acknowledged.size;
      const { child, url } = running;
      const writers = Array.from({ length: WRITERS }, (_, i) =>
        write(url, QueueUrl, `${round}-${i}`, acknowledged),
      );
      // Killed at another point of the load each time, while replies are on their way.
      while (acknowledged.size < before + 50 + (round % 8) * 37)
        await new Promise((resolve) => setImmediate(resolve));
      child.kill("SIGKILL");
      await Promise.all([once(child, "exit"), ...writers]);
      running = await start(dataDir);
    }
    const kept = await readAll(running.url, QueueUrl);
    const lost = [...acknowledged].filter((body) => !kept.has(body));
    assert.deepEqual(lost, []);
    assert.ok(acknowledged.size >= ROUNDS * 50);
    running.child.kill();
    await once(running.child, "exit");
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
});
