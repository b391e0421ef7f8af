import assert from "node:assert/strict";
import { test } from "node:test";
import { s3Cloud } from "./fixture.test.ts";

const { cloud, bucket } = await s3Cloud();

async function withKey() {
  const given = await bucket();
  const kms = (operation: string, input: object) =>
    cloud.call("kms", operation, input, { account: given.account, region: "us-east-1" });
  const { KeyMetadata } = (await kms("CreateKey", {})) as { KeyMetadata: { KeyId: string; Arn: string } };
  return { ...given, kms, ...KeyMetadata };
}

test("objects lie under a key of KMS, which must be able to encrypt and to decrypt", async () => {
  const { put, get, kms, KeyId, Arn } = await withKey();
  const sse = { ServerSideEncryption: "aws:kms", SSEKMSKeyId: KeyId } as const;
  const written = await put("k", "test-sse", sse);
  assert.deepEqual([written.ServerSideEncryption, written.SSEKMSKeyId], ["aws:kms", Arn]);
  assert.equal((await get("k")).text, "test-sse");

  await kms("DisableKey", { KeyId });
  const disabled = { name: "KMS.DisabledException", message: `${Arn} is disabled.` };
  await assert.rejects(get("k"), disabled);
  await assert.rejects(put("k2", "x", sse), disabled);
  await kms("EnableKey", { KeyId });
  assert.equal((await get("k")).text, "test-sse");

  await kms("ScheduleKeyDeletion", { KeyId, PendingWindowInDays: 7 });
  await assert.rejects(get("k"), {
    name: "KMS.KMSInvalidStateException",
    message: `${Arn} is pending deletion.`,
  });
});

test("without a key it is the account's own for S3, and one that is not there is refused", async () => {
  const { put, get } = await withKey();
  const { SSEKMSKeyId } = await put("k", "data", { ServerSideEncryption: "aws:kms" });
  assert.match(SSEKMSKeyId!, /^arn:aws:kms:us-east-1:\d{12}:key\/[0-9a-f-]{36}$/);
  assert.equal((await get("k")).text, "data");
  const SSEKMSKeyIdOfNone = "11111111-2222-3333-4444-555555555555";
  await assert.rejects(put("k", "x", { ServerSideEncryption: "aws:kms", SSEKMSKeyId: SSEKMSKeyIdOfNone }), {
    name: "KMS.NotFoundException",
  });
});

test("copies and uploads in parts have data keys of their own", async () => {
  const { s3, put, get, Bucket, Arn } = await withKey();
  const sse = { ServerSideEncryption: "aws:kms", SSEKMSKeyId: Arn } as const;
  await put("k", "data", sse);
  await s3.copyObject({ Bucket, Key: "copy", CopySource: `${Bucket}/k`, ...sse });
  assert.equal((await get("copy")).text, "data");
  const { UploadId } = await s3.createMultipartUpload({ Bucket, Key: "parts", ...sse });
  const { ETag } = await s3.uploadPart({ Bucket, Key: "parts", UploadId, PartNumber: 1, Body: "part" });
  await s3.completeMultipartUpload({
    Bucket,
    Key: "parts",
    UploadId,
    MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
  });
  assert.equal((await get("parts")).text, "part");
});
