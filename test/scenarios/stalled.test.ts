import assert from "node:assert/strict";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { clientOptions, testCloud } from "../cloud.ts";
import { until } from "../until.ts";

/* Who stops in the middle of an upload or a download is left, as AWS leaves them, and nothing stays of it. */

const MB = 1024 * 1024;
const IDLE_MS = 300;

const ACCOUNT = "100000000001";
const scope = `${ACCOUNT}/20261128/us-east-1/s3/aws4_request`;
const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`;

/** An upload that sends a part of what it announces, and no more. */
function stalled(url: string, path: string, headers: Record<string, string> = {}): ClientRequest {
  const upload = request(`${url}${path}`, {
    method: "PUT",
    headers: { "content-length": String(MB), ...headers },
  });
  upload.on("error", () => {});
  upload.write("x".repeat(100_000));
  return upload;
}

async function answerTo(
  upload: ClientRequest,
): Promise<{ status: number; text: string; connection: string | undefined }> {
  const [response] = (await once(upload, "response")) as [IncomingMessage];
  let text = "";
  for await (const chunk of response) text += chunk;
  return { status: response.statusCode!, text, connection: response.headers.connection };
}

test("an upload that stalls is a RequestTimeout, the connection is closed, and no file stays", {
  timeout: 60_000,
}, async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "squall-stalled-"));
  try {
    await using cloud = await testCloud({ idleMs: IDLE_MS, dataDir });
    const s3 = new S3Client({ ...clientOptions(cloud, ACCOUNT), forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: "bbb" }));
    await s3.send(new PutObjectCommand({ Bucket: "bbb", Key: "kept", Body: "kept" }));
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket: "bbb", Key: "parts" }));
    const files = () =>
      readdirSync(dataDir, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.parentPath.includes("blobs"))
        .map(({ name }) => name);
    const before = files();
    const chunked = {
      authorization,
      "content-encoding": "aws-chunked",
      "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
      "x-amz-decoded-content-length": String(MB),
    };
    const uploads = [
      stalled(cloud.url, "/bbb/kept", { authorization }),
      stalled(cloud.url, `/bbb/parts?partNumber=1&uploadId=${UploadId}`, { authorization }),
      stalled(cloud.url, "/bbb/chunked", chunked),
    ];
    uploads[2]!.destroy();
    // Both are answered at once: who listened to the second after the first would miss it.
    for (const { status, text, connection } of await Promise.all(uploads.slice(0, 2).map(answerTo))) {
      assert.equal(status, 400);
      assert.match(
        text,
        /<Code>RequestTimeout<\/Code><Message>Your socket connection to the server was not read from or written to within the timeout period\. Idle connections will be closed\.<\/Message>/,
      );
      assert.equal(connection, "close");
    }
    await until(
      () => Promise.resolve(files()),
      (left) => left.join() === before.join(),
    );
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: "bbb" }));
    assert.deepEqual(
      Contents?.map(({ Key, Size }) => [Key, Size]),
      [["kept", 4]],
    );
    const { Parts } = await s3.send(new ListPartsCommand({ Bucket: "bbb", Key: "parts", UploadId }));
    assert.equal(Parts, undefined);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});

test("a slow upload that goes on is none that stalls", { timeout: 60_000 }, async () => {
  await using cloud = await testCloud({ idleMs: IDLE_MS });
  const s3 = new S3Client({ ...clientOptions(cloud, ACCOUNT), forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: "slow" }));
  const upload = request(`${cloud.url}/slow/k`, {
    method: "PUT",
    headers: { authorization, "content-length": "8" },
  });
  const answered = answerTo(upload);
  for (let at = 0; at < 8; at++) {
    upload.write("x");
    await new Promise((resolve) => setTimeout(resolve, IDLE_MS / 4));
  }
  upload.end();
  assert.equal((await answered).status, 200);
});

test("a client that reads nothing of a large object is left", { timeout: 60_000 }, async () => {
  await using cloud = await testCloud({ idleMs: IDLE_MS });
  const s3 = new S3Client({ ...clientOptions(cloud, ACCOUNT), forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: "large" }));
  await s3.send(new PutObjectCommand({ Bucket: "large", Key: "k", Body: Buffer.alloc(64 * MB) }));
  const socket = connect(cloud.port, "127.0.0.1");
  socket.on("error", () => {});
  socket.pause();
  socket.write(`GET /large/k HTTP/1.1\r\nhost: localhost\r\nauthorization: ${authorization}\r\n\r\n`);
  const calls = async () => {
    const response = await fetch(`${cloud.url}/_squall/calls?service=s3&operation=GetObject`);
    return ((await response.json()) as { calls: unknown[] }).calls;
  };
  await until(calls, (found) => found.length > 0);
  await new Promise((resolve) => setTimeout(resolve, IDLE_MS * 3));
  let bytes = 0;
  socket.on("data", (chunk) => {
    bytes += chunk.length;
  });
  socket.resume();
  await once(socket, "close");
  assert.ok(bytes < 64 * MB, `${bytes} bytes came`);
});
