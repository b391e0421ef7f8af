import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { crc32 } from "node:zlib";
import { s3Cloud } from "./fixture.test.ts";

/* What DeleteObjects says of its document, in requests that no SDK sends. As AWS answered in us-east-1 in September 2026. */

const { cloud, bucket } = await s3Cloud();

const md5 = (text: string) => createHash("md5").update(text).digest("base64");
const zeros = (bytes: number) => Buffer.alloc(bytes).toString("base64");
function crc(text: string): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(text));
  return bytes.toString("base64");
}

const GOOD = "<Delete><Object><Key>k</Key></Object></Delete>";
const NAMELESS = "<Delete><Object><Key></Key></Object></Delete>";
const MISSING = "InvalidRequest: Missing required header for this request: Content-MD5 OR x-amz-checksum-*";
const NO_BODY = "MissingRequestBodyError: Request Body is empty";
const NO_VALUE = "InvalidRequest: Value for x-amz-checksum-crc32 header is invalid.";
const NO_DIGEST = "InvalidDigest: The Content-MD5 you specified was invalid.";
const BAD_MD5 = "BadDigest: The Content-MD5 you specified did not match what we received.";

type Row = readonly [headers: Readonly<Record<string, string>>, body: string, said: string];

const REFUSED: readonly Row[] = [
  [{}, "", MISSING],
  [{}, GOOD, MISSING],
  [{ "x-amz-checksum-type": "FULL_OBJECT" }, GOOD, MISSING],
  [{ "x-amz-checksum-algorithm": "CRC32" }, GOOD, MISSING],
  [
    { "x-amz-sdk-checksum-algorithm": "CRC32" },
    GOOD,
    "InvalidRequest: x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.",
  ],
  [{ "content-md5": md5("") }, "", NO_BODY],
  [{ "x-amz-checksum-crc32": "AAAAAA==" }, "", NO_BODY],
  [{ "content-md5": "garbage" }, "", NO_DIGEST],
  [{ "content-md5": zeros(15) }, GOOD, NO_DIGEST],
  [{ "content-md5": md5("other") }, GOOD, BAD_MD5],
  [{ "content-md5": md5("other"), "x-amz-checksum-crc32": crc(GOOD) }, GOOD, BAD_MD5],
  [{ "x-amz-checksum-crc32": "garbage" }, GOOD, NO_VALUE],
  [{ "x-amz-checksum-crc32": zeros(3) }, GOOD, NO_VALUE],
  [{ "x-amz-checksum-crc32": "garbage", "content-md5": "garbage" }, GOOD, NO_VALUE],
  [
    { "x-amz-checksum-foo": "abc" },
    "",
    "InvalidRequest: The algorithm type you specified in x-amz-checksum- header is invalid.",
  ],
  [
    { "x-amz-checksum-crc32": crc(GOOD), "x-amz-checksum-sha256": zeros(32) },
    GOOD,
    "InvalidRequest: Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
  ],
  [{ "content-md5": md5(NAMELESS) }, NAMELESS, "UserKeyMustBeSpecified: User key must be specified."],
  ...Object.entries({
    crc32: 4,
    crc32c: 4,
    crc64nvme: 8,
    sha1: 20,
    sha256: 32,
    sha512: 64,
    md5: 16,
    xxhash64: 8,
    xxhash3: 8,
    xxhash128: 16,
  }).map(
    ([name, bytes]): Row => [
      { [`x-amz-checksum-${name}`]: zeros(bytes) },
      GOOD,
      `BadDigest: The ${name.toUpperCase()} you specified did not match the calculated checksum.`,
    ],
  ),
];

test("a document is refused that has no checksum where AWS wants one, or another than it says", async () => {
  const { account, Bucket, put, get } = await bucket();
  await put("k", "data");
  const authorization = `AWS4-HMAC-SHA256 Credential=${account}/20261129/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0`;
  const ask = async (path: string, headers: object, body: string) => {
    const answer = await fetch(`${cloud.url}/${path}?delete`, {
      method: "POST",
      headers: { authorization, ...headers },
      body,
    });
    const [, code, message] = /<Code>(.*)<\/Code><Message>(.*?)<\/Message>/.exec(await answer.text()) ?? [];
    return code === undefined ? answer.status : `${code}: ${message}`;
  };
  for (const [headers, body, said] of REFUSED)
    assert.equal(await ask(Bucket, headers, body), said, JSON.stringify(headers));
  assert.equal(
    await ask("none", { "content-md5": "garbage" }, GOOD),
    "NoSuchBucket: The specified bucket does not exist",
  );
  assert.equal((await get("k")).text, "data");
  // Whatever key is named, it is the bucket's.
  assert.equal(await ask(`${Bucket}/other`, { "x-amz-checksum-crc32": crc(GOOD) }, GOOD), 200);
  await assert.rejects(get("k"), { name: "NoSuchKey" });
});
