import assert from "node:assert/strict";
import { test } from "node:test";
import { s3Cloud } from "./fixture.test.ts";

const { bucket } = await s3Cloud();

test("a copy has its source's body, metadata and tags, unless others are given", async () => {
  const { put, get, s3, Bucket } = await bucket();
  await put("a b+c/ü", "data", { ContentType: "text/x", Metadata: { k: "v" }, Tagging: "t=1" });
  const CopySource = `${Bucket}/${encodeURIComponent("a b+c/ü")}`;
  const { CopyObjectResult } = await s3.copyObject({ Bucket, Key: "copy", CopySource });
  assert.equal(CopyObjectResult!.ETag, '"8d777f385d3dfec8815d20f7496026dc"');
  const copy = await get("copy");
  assert.deepEqual(
    [copy.text, copy.ContentType, copy.Metadata, copy.TagCount],
    ["data", "text/x", { k: "v" }, 1],
  );
  await s3.copyObject({
    Bucket,
    Key: "other",
    CopySource,
    MetadataDirective: "REPLACE",
    ContentType: "text/y",
    TaggingDirective: "REPLACE",
    Tagging: "a=1&b=2",
  });
  const other = await get("other");
  assert.deepEqual([other.ContentType, other.Metadata, other.TagCount], ["text/y", {}, 2]);
  await s3.deleteObject({ Bucket, Key: "a b+c/ü" });
  assert.equal((await get("copy")).text, "data", "a copy outlives its source");
});

test("an object is not copied to itself without a change", async () => {
  const { put, get, s3, Bucket } = await bucket();
  await put("k", "data");
  const copy = { Bucket, Key: "k", CopySource: `${Bucket}/k` };
  await assert.rejects(s3.copyObject(copy), { name: "InvalidRequest" });
  await s3.copyObject({ ...copy, StorageClass: "STANDARD_IA" });
  assert.deepEqual([(await get("k")).text, (await get("k")).StorageClass], ["data", "STANDARD_IA"]);
});

test("what is kept with a key of KMS's is copied to itself without a word, and is kept without it", async () => {
  const { put, get, s3, Bucket } = await bucket();
  await put("k", "data", { ServerSideEncryption: "aws:kms" });
  const copy = { Bucket, Key: "k", CopySource: `${Bucket}/k` };
  assert.equal((await s3.copyObject(copy)).ServerSideEncryption, "AES256");
  assert.deepEqual([(await get("k")).text, (await get("k")).ServerSideEncryption], ["data", "AES256"]);
  await assert.rejects(s3.copyObject(copy), { name: "InvalidRequest" });
});

test("a copy of an upload in parts is one piece", async () => {
  const { get, s3, Bucket } = await bucket();
  const { UploadId } = await s3.createMultipartUpload({ Bucket, Key: "parts" });
  const { ETag } = await s3.uploadPart({
    Bucket,
    Key: "parts",
    UploadId,
    PartNumber: 1,
    Body: "test content 123",
  });
  await s3.completeMultipartUpload({
    Bucket,
    Key: "parts",
    UploadId,
    MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
  });
  const { CopyObjectResult } = await s3.copyObject({ Bucket, Key: "copy", CopySource: `${Bucket}/parts` });
  assert.equal(CopyObjectResult!.ETag, '"eee506dd7ada7ded524c77e359a0e7c6"');
  assert.equal(CopyObjectResult!.ChecksumCRC64NVME, "BsLNlKumA5I=");
  assert.equal((await get("copy")).text, "test content 123");
});

test("the source's conditions, and what is wrong with it", async () => {
  const { put, s3, Bucket } = await bucket();
  const { ETag } = await put("k", "data");
  const copy = (more: object, source = `${Bucket}/k`) =>
    s3.copyObject({ Bucket, Key: "c", CopySource: source, ...more });
  await copy({ CopySourceIfMatch: ETag });
  await assert.rejects(copy({ CopySourceIfNoneMatch: ETag }), {
    name: "PreconditionFailed",
    Condition: "x-amz-copy-source-If-None-Match",
  });
  await assert.rejects(copy({}, `${Bucket}/none`), { name: "NoSuchKey", Key: "none" });
  await assert.rejects(copy({}, Bucket), { name: "InvalidArgument", ArgumentName: "x-amz-copy-source" });
  await assert.rejects(copy({ IfNoneMatch: "*" }), {
    name: "PreconditionFailed",
    Condition: "If-None-Match",
  });
});
