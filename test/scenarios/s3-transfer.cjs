/* The JavaScript SDK's transfer manager: uploads of streams in parts, at once, with progress, and one that is given up. */
const assert = require("node:assert/strict");
const { randomBytes } = require("node:crypto");
const { Readable } = require("node:stream");
const { S3 } = require("@aws-sdk/client-s3");
const { Upload } = require("@aws-sdk/lib-storage");

const MIB = 1024 * 1024;
const Bucket = "transfer";
const client = new S3({ forcePathStyle: true });

async function main() {
  await client.createBucket({ Bucket });
  const bytes = randomBytes(18 * MIB);
  const pieces = Array.from({ length: 18 }, (_, n) => bytes.subarray(n * MIB, (n + 1) * MIB));

  let loaded = 0;
  const params = { Bucket, Key: "large", Body: Readable.from(pieces), ContentType: "application/x" };
  const upload = new Upload({
    client,
    params,
    partSize: 5 * MIB,
    queueSize: 3,
    tags: [{ Key: "a", Value: "b" }],
  });
  upload.on("httpUploadProgress", (progress) => {
    loaded = Math.max(loaded, progress.loaded);
  });
  const { ETag } = await upload.done();
  assert.match(ETag, /-4"$/);
  assert.equal(loaded, bytes.length);
  const back = await client.getObject({ Bucket, Key: "large" });
  assert.equal(back.ContentType, "application/x");
  assert.ok(Buffer.from(await back.Body.transformToByteArray()).equals(bytes));
  assert.deepEqual((await client.getObjectTagging({ Bucket, Key: "large" })).TagSet, [
    { Key: "a", Value: "b" },
  ]);

  // Less than a part goes in one request.
  const small = new Upload({ client, params: { Bucket, Key: "small", Body: "hello" } });
  assert.ok(!(await small.done()).ETag.includes("-"));

  async function* endless() {
    for (;;) yield randomBytes(MIB);
  }
  const given = new Upload({ client, params: { Bucket, Key: "endless", Body: Readable.from(endless()) } });
  given.on("httpUploadProgress", () => void given.abort());
  await assert.rejects(given.done(), { name: "AbortError" });
  await assert.rejects(client.headObject({ Bucket, Key: "endless" }), { name: "NotFound" });
  // The SDK leaves the parts behind when it is told to stop; they are listed until somebody ends the upload.
  const { Uploads = [] } = await client.listMultipartUploads({ Bucket });
  for (const { Key, UploadId } of Uploads) await client.abortMultipartUpload({ Bucket, Key, UploadId });
  assert.equal((await client.listMultipartUploads({ Bucket })).Uploads, undefined);
  console.log("fine");
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
