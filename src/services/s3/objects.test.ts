import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { testCloud } from "../../../test/cloud.ts";
import { s3Cloud } from "./fixture.test.ts";

const { cloud, bucket } = await s3Cloud();

test("an object is what was put", async () => {
  const { put, get, s3, Bucket } = await bucket();
  const { ETag, ChecksumCRC32, ChecksumType } = await put("a/b c+ü", "hello", {
    ContentType: "text/plain",
    CacheControl: "no-cache",
    Metadata: { Colour: "blue" },
  });
  assert.equal(ETag, '"5d41402abc4b2a76b9719d911017c592"');
  assert.equal(ChecksumCRC32, "NhCmhg==");
  assert.equal(ChecksumType, "FULL_OBJECT");
  const got = await get("a/b c+ü");
  assert.equal(got.text, "hello");
  assert.equal(got.ContentType, "text/plain");
  assert.equal(got.CacheControl, "no-cache");
  assert.deepEqual(got.Metadata, { colour: "blue" });
  assert.equal(got.ServerSideEncryption, "AES256");
  assert.equal(got.AcceptRanges, "bytes");
  const head = await s3.headObject({ Bucket, Key: "a/b c+ü" });
  assert.equal(head.ContentLength, 5);
  assert.equal(head.ContentType, "text/plain");
});

test("metadata beyond ASCII is answered as a word of RFC 2047, quoted where more of it is plain", async () => {
  const { put, get } = await bucket();
  const words = [
    ["=?UTF-8?B?YWJj?=", "abc"],
    ["=?utf-8?q?plain=5Ftext?=", "plain_text"],
    ["=?UTF-8?B?Z3LDvG5fPw==?=", "=?UTF-8?Q?gr=C3=BCn=5F=3F?="],
    ["=?UTF-8?Q?a_=C3=BC?=", "=?UTF-8?Q?a_=C3=BC?="],
    ["=?UTF-8?Q?a=C3=BC?=", "=?UTF-8?B?YcO8?="],
    ["=?UTF-8?B?gGGA?=", "=?UTF-8?B?77+9Ye+/vQ==?="],
    ["=?UTF-8?B?AAECAw==?=", "=?UTF-8?B?AAECAw==?="],
  ] as const;
  for (const [word, answered] of words) {
    await put("k", "", { Metadata: { word } });
    assert.deepEqual((await get("k")).Metadata, { word: answered }, word);
  }
});

test("large bodies come back whole", async () => {
  const { put, get } = await bucket();
  const body = Buffer.alloc(3_000_000, "0123456789abcdef!");
  await put("large", body);
  assert.equal((await get("large")).text, body.toString());
});

test("ranges are single, suffix, open, cut, and refused outside", async () => {
  const { put, get } = await bucket();
  await put("r", "0123456789");
  const ranges: [string, string, string][] = [
    ["bytes=0-0", "0", "bytes 0-0/10"],
    ["bytes=2-4", "234", "bytes 2-4/10"],
    ["bytes=7-", "789", "bytes 7-9/10"],
    ["bytes=-3", "789", "bytes 7-9/10"],
    ["bytes=-30", "0123456789", "bytes 0-9/10"],
    ["bytes=5-500", "56789", "bytes 5-9/10"],
  ];
  for (const [Range, text, ContentRange] of ranges) {
    const got = await get("r", { Range });
    assert.deepEqual([got.text, got.ContentRange, got.$metadata.httpStatusCode], [text, ContentRange, 206]);
  }
  for (const Range of ["bytes=4-2", "bytes=0-1,3-4", "lines=1-2"]) {
    const got = await get("r", { Range });
    assert.deepEqual([got.text, got.$metadata.httpStatusCode], ["0123456789", 200]);
  }
  for (const Range of ["bytes=10-", "bytes=10-20", "bytes=-0"])
    await assert.rejects(get("r", { Range }), {
      name: "InvalidRange",
      message: "The requested range is not satisfiable",
    });
});

test("what is not there is NoSuchKey, and a missing bucket NoSuchBucket", async () => {
  const { get, s3, Bucket } = await bucket();
  await assert.rejects(get("none"), {
    name: "NoSuchKey",
    message: "The specified key does not exist.",
    Key: "none",
  });
  await assert.rejects(s3.headObject({ Bucket, Key: "none" }), { name: "NotFound" });
  await assert.rejects(s3.getObject({ Bucket: `${Bucket}-not`, Key: "k" }), {
    name: "NoSuchBucket",
    BucketName: `${Bucket}-not`,
  });
});

test("reads under conditions", async () => {
  const { put, get } = await bucket();
  const { ETag } = await put("c", "data");
  const past = new Date(Date.now() - 86_400_000);
  const future = new Date(Date.now() + 86_400_000);
  assert.equal((await get("c", { IfMatch: ETag })).text, "data");
  assert.equal((await get("c", { IfNoneMatch: '"other"' })).text, "data");
  assert.equal((await get("c", { IfModifiedSince: past })).text, "data");
  assert.equal((await get("c", { IfModifiedSince: future })).text, "data");
  assert.equal((await get("c", { IfMatch: ETag, IfUnmodifiedSince: past })).text, "data");
  const failed = {
    name: "PreconditionFailed",
    message: "At least one of the pre-conditions you specified did not hold",
  };
  await assert.rejects(get("c", { IfMatch: '"other"' }), { ...failed, Condition: "If-Match" });
  await assert.rejects(get("c", { IfUnmodifiedSince: past }), {
    ...failed,
    Condition: "If-Unmodified-Since",
  });
  for (const condition of [
    { IfNoneMatch: ETag },
    { IfNoneMatch: ETag!.replaceAll('"', "") },
    { IfNoneMatch: "*" },
  ])
    await assert.rejects(
      get("c", condition),
      (e: { $metadata: { httpStatusCode: number } }) => e.$metadata.httpStatusCode === 304,
    );
});

test("writes under conditions", async () => {
  const { put } = await bucket();
  const { ETag } = await put("w", "1", { IfNoneMatch: "*" });
  await assert.rejects(put("w", "2", { IfNoneMatch: "*" }), {
    name: "PreconditionFailed",
    Condition: "If-None-Match",
  });
  await put("w", "3", { IfMatch: ETag });
  await assert.rejects(put("w", "4", { IfMatch: ETag }), {
    name: "PreconditionFailed",
    Condition: "If-Match",
  });
  await assert.rejects(put("not", "4", { IfMatch: ETag }), { name: "NoSuchKey" });
  await assert.rejects(put("w", "5", { IfNoneMatch: '"x"' }), {
    name: "NotImplemented",
    Header: "If-None-Match",
  });
});

test("of many writers under If-None-Match one wins", async () => {
  const { put } = await bucket();
  const done = await Promise.allSettled(
    Array.from({ length: 10 }, (_, n) => put("one", Buffer.alloc(100_000, n), { IfNoneMatch: "*" })),
  );
  assert.equal(done.filter(({ status }) => status === "fulfilled").length, 1);
});

test("a wrong MD5 or checksum is refused, and leaves no object", async () => {
  const { put, get } = await bucket();
  for (const ContentMD5 of ["not base64", "MTIz", "000"])
    await assert.rejects(put("m", "x", { ContentMD5 }), { name: "InvalidDigest", "Content-MD5": ContentMD5 });
  await assert.rejects(put("m", "x", { ContentMD5: "CYketZBSTjX8czcs3cXVlg==" }), {
    name: "BadDigest",
    message: "The Content-MD5 you specified did not match what we received.",
    ExpectedDigest: "09891eb590524e35fc73372cddc5d596",
  });
  await assert.rejects(put("m", "x", { ChecksumCRC32C: "AAAAAA==" }), {
    name: "BadDigest",
    message: "The CRC32C you specified did not match the calculated checksum.",
  });
  await assert.rejects(put("m", "x", { ChecksumSHA1: "AAAA" }), {
    name: "InvalidRequest",
    message: "Value for x-amz-checksum-sha1 header is invalid.",
  });
  await assert.rejects(get("m"), { name: "NoSuchKey" });
});

test("every checksum algorithm is taken and given back", async () => {
  const { put, get } = await bucket();
  for (const ChecksumAlgorithm of ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"] as const) {
    const name = `Checksum${ChecksumAlgorithm}` as const;
    const done = await put(ChecksumAlgorithm, "test data..", { ChecksumAlgorithm });
    assert.ok(done[name], ChecksumAlgorithm);
    const got = await get(ChecksumAlgorithm, { ChecksumMode: "ENABLED" });
    assert.equal(got[name], done[name]);
    assert.equal(got.ChecksumType, "FULL_OBJECT");
  }
  assert.equal((await get("CRC64NVME", { ChecksumMode: "ENABLED" })).ChecksumCRC64NVME, "qUVrWYOrIAM=");
});

test("response headers are what the reader wants", async () => {
  const { put, get } = await bucket();
  await put("o", "x", { ContentType: "text/plain" });
  const got = await get("o", {
    ResponseContentType: "image/jpeg",
    ResponseContentDisposition: 'attachment; filename="foo.jpg"',
    ResponseCacheControl: "max-age=74",
  });
  assert.equal(got.ContentType, "image/jpeg");
  assert.equal(got.ContentDisposition, 'attachment; filename="foo.jpg"');
  assert.equal(got.CacheControl, "max-age=74");
});

test("objects are deleted, one and many, whether they are there or not", async () => {
  const { put, s3, Bucket } = await bucket();
  await put("a");
  await put("b");
  await s3.deleteObject({ Bucket, Key: "a" });
  await s3.deleteObject({ Bucket, Key: "a" });
  const { Deleted, Errors } = await s3.deleteObjects({
    Bucket,
    Delete: { Objects: [{ Key: "b" }, { Key: "none" }] },
  });
  assert.deepEqual(Deleted, [{ Key: "b" }, { Key: "none" }]);
  assert.equal(Errors, undefined);
  assert.equal((await s3.listObjectsV2({ Bucket })).KeyCount, 0);
  await assert.rejects(s3.deleteObject({ Bucket, Key: "a", VersionId: "HPniJFCxqTsMuIH9KX8K8wEjNUgmABCD" }), {
    name: "InvalidArgument",
    message: "Invalid version id specified",
  });
});

test("keys have 1,024 bytes at the most", async () => {
  const { put } = await bucket();
  await put("k".repeat(1024));
  await assert.rejects(put("k".repeat(1025)), { name: "KeyTooLongError", MaxSizeAllowed: "1024" });
  await assert.rejects(put("ü".repeat(513)), { name: "KeyTooLongError" });
});

test("a body that is streamed is checked by the trailer behind it", async () => {
  const { Bucket, s3, account, get } = await bucket();
  const host = new URL(cloud.url).host;
  const put = (trailer: string, announced: string | undefined = "x-amz-checksum-crc32", query = "") =>
    fetch(`${cloud.url}/${Bucket}/trailed${query}`, {
      method: "PUT",
      headers: {
        host,
        authorization: `AWS4-HMAC-SHA256 Credential=${account}/20261128/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0`,
        "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        ...(announced !== "" && { "x-amz-trailer": announced }),
        "content-encoding": "aws-chunked",
        "x-amz-decoded-content-length": "5",
      },
      body: `5\r\nhello\r\n0\r\n${trailer}\r\n`,
    });
  const wrong = await put("x-amz-checksum-crc32:AAAAAA==\r\n");
  assert.equal(wrong.status, 400);
  assert.match(await wrong.text(), /<Code>BadDigest<\/Code><Message>The CRC32 you specified did not match/);
  await assert.rejects(get("trailed"), { name: "NoSuchKey" });
  assert.equal((await put("x-amz-checksum-crc32:NhCmhg==\r\n")).status, 200);
  const { ContentEncoding, ChecksumCRC32 } = await s3.headObject({
    Bucket,
    Key: "trailed",
    ChecksumMode: "ENABLED",
  });
  assert.deepEqual([ContentEncoding, ChecksumCRC32], [undefined, "NhCmhg=="]);
  const { UploadId } = await s3.createMultipartUpload({ Bucket, Key: "trailed" });
  const malformed =
    "MalformedTrailerError: The request contained trailing data that was not well-formed or did not conform to our published schema.";
  for (const query of ["", `?partNumber=1&uploadId=${UploadId}`])
    for (const [trailer, announced, said] of [
      ["", "x-amz-checksum-crc32", malformed],
      ["nonsense\r\n", "x-amz-checksum-crc32", malformed],
      ["x-amz-checksum-sha1:NhCmhg==\r\n", "x-amz-checksum-crc32", malformed],
      ["x-amz-checksum-crc32:NhCmhg==\r\n", "", malformed],
      [
        "x-amz-checksum-sha10:NhCmhg==\r\n",
        "x-amz-checksum-sha10",
        "InvalidRequest: The value specified in the x-amz-trailer header is not supported",
      ],
    ] as const) {
      const response = await put(trailer, announced, query);
      const text = await response.text();
      const [, code, message] = /<Code>(.*?)<\/Code><Message>(.*?)<\/Message>/.exec(text) ?? [];
      assert.deepEqual([response.status, `${code}: ${message}`], [400, said], `${trailer} for ${announced}`);
    }
});

test("a call from within may bring its body as a text", async () => {
  await using own = await testCloud({ listen: false });
  const object = { Bucket: "texts", Key: "k" };
  await own.call("s3", "CreateBucket", { Bucket: object.Bucket });
  const { ETag } = await own.call<{ ETag: string }>("s3", "PutObject", { ...object, Body: "grüße" });
  assert.equal(ETag, `"${createHash("md5").update("grüße").digest("hex")}"`);
  const { ContentLength } = await own.call<{ ContentLength: number }>("s3", "HeadObject", object);
  assert.equal(ContentLength, Buffer.byteLength("grüße"));
});
