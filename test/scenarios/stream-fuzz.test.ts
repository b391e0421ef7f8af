import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import fc from "fast-check";
import type { Cloud } from "../../src/index.ts";
import { byteCloud, type Received } from "../byte-service.ts";

const SEED = 20_260_101;
const CASES = 300 * Number(process.env["SQUALL_TEST_SCALE"] ?? 1);

const CHUNKED = [
  "5;chunk-signature=ab\r\nhello\r\n",
  "3\r\nyou\r\n",
  "0;chunk-signature=ab\r\n",
  "x-amz-checksum-crc32:AAAA==\r\nx-amz-trailer-signature:ff\r\n\r\n",
].join("");

/** Framed as HTTP has it, so that what is wrong inside is ours to find. */
const framed = (body: string, isChunked: boolean) =>
  isChunked
    ? {
        header: "transfer-encoding: chunked",
        bytes: `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
      }
    : { header: `content-length: ${body.length}`, bytes: body };

/** What a connection answers to bytes that are sent in pieces and then ended. */
async function answerTo(cloud: Cloud, bytes: Buffer, cuts: readonly number[]): Promise<string> {
  const socket = connect({ port: cloud.port, host: "127.0.0.1", noDelay: true });
  let text = "";
  socket.on("data", (chunk) => {
    text += chunk.toString("latin1");
  });
  socket.on("error", () => {});
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  let from = 0;
  for (const cut of cuts.map((at) => at % bytes.length).sort((a, b) => a - b)) {
    socket.write(bytes.subarray(from, cut));
    from = cut;
    await new Promise((resolve) => setImmediate(resolve));
  }
  socket.end(bytes.subarray(from));
  await closed;
  return text;
}

const junk = fc.constantFrom(
  "",
  "0\r\n",
  "\r",
  "\n",
  "-1\r\n",
  "fffffffffffffffff\r\n",
  "7fffffff\r\n",
  ";",
  "x".repeat(9000),
);

test("whatever an upload looks like, it is taken, refused as the client's fault, or dropped with it", async () => {
  const received: Received[] = [];
  await using cloud = await byteCloud({}, received);
  const broken = fc.record({
    at: fc.nat(CHUNKED.length),
    length: fc.nat(10),
    text: junk,
    isChunked: fc.boolean(),
    /** How much of the whole request is sent at all, in percent. */
    sent: fc.oneof(fc.constant(100), fc.integer({ min: 20, max: 99 })),
    expected: fc.constantFrom("8", "7", "9", "", "-1", "x", "99999999999999"),
    cuts: fc.array(fc.nat(), { maxLength: 8 }),
  });
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(broken, async ({ at, length, text, isChunked, sent, expected, cuts }) => {
      const body = framed(CHUNKED.slice(0, at) + text + CHUNKED.slice(at + length), isChunked);
      const head = [
        "PUT /b/k HTTP/1.1",
        "host: 127.0.0.1",
        "connection: close",
        "x-amz-content-sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
        "content-encoding: aws-chunked",
        `x-amz-decoded-content-length: ${expected}`,
        body.header,
      ].join("\r\n");
      const bytes = Buffer.from(`${head}\r\n\r\n${body.bytes}`, "latin1");
      const answer = await answerTo(cloud, bytes.subarray(0, Math.floor((bytes.length * sent) / 100)), cuts);
      const status = /^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? "none";
      assert.match(status, /^(?:200|4\d\d|none)$/, answer);
      if (status === "200") taken++;
    }),
    { seed: SEED, numRuns: CASES },
  );
  assert.ok(taken > 0, "some are whole");
  assert.ok(received.every(({ bytes }) => bytes < 10_000));
  assert.equal((await fetch(`${cloud.url}/b/3`)).status, 200);
});
