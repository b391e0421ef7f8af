import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { AwsError } from "../core/aws-error.ts";
import { AwsChunkedStream, decodeAwsChunked, isAwsChunked } from "./aws-chunked.ts";

const decode = (text: string, headers: Record<string, string> = {}) => {
  const { body, trailers } = decodeAwsChunked(Buffer.from(text), headers);
  return { body: Buffer.from(body).toString(), trailers };
};

test("chunks are known by either header", () => {
  assert.equal(isAwsChunked({ "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" }), true);
  assert.equal(isAwsChunked({ "content-encoding": "gzip,aws-chunked" }), true);
  assert.equal(
    isAwsChunked({ "x-amz-content-sha256": "UNSIGNED-PAYLOAD", "content-encoding": "gzip" }),
    false,
  );
});

test("chunks are joined, with or without signatures", () => {
  assert.deepEqual(decode("3\r\nabc\r\n0\r\n\r\n"), { body: "abc", trailers: {} });
  assert.deepEqual(
    decode("a;chunk-signature=ff\r\n0123456789\r\n1;chunk-signature=ff\r\nx\r\n0;chunk-signature=ff\r\n\r\n"),
    {
      body: "0123456789x",
      trailers: {},
    },
  );
  assert.deepEqual(decode("0\r\n\r\n").body, "");
});

test("trailers follow the last chunk", () => {
  assert.deepEqual(
    decode("0\r\nX-Amz-Checksum-CRC32: AAAA==\r\nx-amz-trailer-signature:ff\r\n\r\n").trailers,
    {
      "x-amz-checksum-crc32": "AAAA==",
      "x-amz-trailer-signature": "ff",
    },
  );
});

test("chunks that do not add up are refused", () => {
  const incomplete = { code: "IncompleteBody", status: 400 };
  for (const text of ["", "3\r\nab", "3\r\nabcd\r\n0\r\n\r\n", "zz\r\n", "ffffffffff\r\n", "3\r\nabc\r\n"]) {
    assert.throws(() => decode(text), incomplete, JSON.stringify(text));
  }
  assert.throws(() => decode("3\r\nabc\r\n0\r\n\r\n", { "x-amz-decoded-content-length": "4" }), incomplete);
});

const SEED = 20_260_101;

/** Bytes in pieces that end at these places. */
async function* pieces(bytes: Buffer, cuts: readonly number[]): AsyncGenerator<Buffer> {
  let from = 0;
  for (const cut of [...cuts, bytes.length].map((at) => at % (bytes.length + 1)).sort((a, b) => a - b)) {
    yield bytes.subarray(from, cut);
    from = cut;
  }
  yield bytes.subarray(from);
}

async function streamed(bytes: Buffer, cuts: readonly number[], headers: Record<string, string> = {}) {
  const stream = new AwsChunkedStream(pieces(bytes, cuts), headers);
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return { body: Buffer.concat(chunks).toString("latin1"), trailers: stream.trailers };
}

test("a stream of chunks is the same wherever its pieces end", async () => {
  const chunk = fc.tuple(fc.string({ minLength: 1, maxLength: 40, unit: "binary-ascii" }), fc.boolean());
  const body = fc.array(chunk, { maxLength: 6 });
  const cuts = fc.array(fc.nat(), { maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(body, cuts, async (chunks, at) => {
      const signature = (isSigned: boolean) => (isSigned ? `;chunk-signature=${"f".repeat(64)}` : "");
      const text = chunks.map(
        ([content, isSigned]) => `${content.length.toString(16)}${signature(isSigned)}\r\n${content}\r\n`,
      );
      const bytes = Buffer.from(`${text.join("")}0\r\nx-amz-checksum-crc32:AAAA==\r\n\r\n`, "latin1");
      const content = chunks.map(([content]) => content).join("");
      assert.deepEqual(
        await streamed(bytes, at, { "x-amz-decoded-content-length": String(content.length) }),
        {
          body: content,
          trailers: { "x-amz-checksum-crc32": "AAAA==" },
        },
      );
    }),
    { seed: SEED, numRuns: 500 },
  );
});

test("a broken stream of chunks ends as the whole body does: well, or with IncompleteBody", async () => {
  const whole = "5;chunk-signature=ab\r\nhello\r\n3\r\nyou\r\n0\r\nx-amz-checksum-crc32:AAAA==\r\n\r\n";
  const junk = fc.constantFrom(
    "",
    "0\r\n",
    "\r",
    "\n",
    "-1\r\n",
    "fffffffffffffffff\r\n",
    "7fffffffffff\r\n",
    " ",
    ";",
    "x",
  );
  const broken = fc.tuple(fc.nat(whole.length), fc.nat(8), junk);
  const ending = async (decode: () => unknown) => {
    try {
      return await decode();
    } catch (error) {
      assert.ok(error instanceof AwsError && error.status === 400, String(error));
      return error.code;
    }
  };
  await fc.assert(
    fc.asyncProperty(broken, fc.array(fc.nat(), { maxLength: 10 }), async ([at, length, text], cuts) => {
      const bytes = Buffer.from(whole.slice(0, at) + text + whole.slice(at + length));
      const expected = await ending(() => decode(bytes.toString()));
      assert.deepEqual(await ending(() => streamed(bytes, cuts)), expected);
    }),
    { seed: SEED, numRuns: 2000 },
  );
});

test("a line or trailers without end are refused, not kept", async () => {
  async function* endless(start: string): AsyncGenerator<Buffer> {
    yield Buffer.from(start);
    for (let i = 0; i < 1000; i++) yield Buffer.alloc(1024, "x");
    assert.fail("a megabyte was taken");
  }
  for (const start of ["", "5;chunk-signature=", "0\r\nx-trailer: "]) {
    const read = async () => {
      for await (const _ of new AwsChunkedStream(endless(start), {}));
    };
    await assert.rejects(read(), { code: "IncompleteBody" });
  }
});
