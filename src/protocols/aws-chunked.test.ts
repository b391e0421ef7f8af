import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeAwsChunked, isAwsChunked } from "./aws-chunked.ts";

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
