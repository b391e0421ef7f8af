import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { S3 } from "@aws-sdk/client-s3";
import { clientOptions, newAccount, testCloud } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";

const dataDir = mkdtempSync(join(tmpdir(), "squall-s3-test-"));
after(() => rmSync(dataDir, { recursive: true, force: true }));

const filesBelow = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length;

test("buckets, objects and parts outlive the process; bodies of nobody are swept; what is deleted leaves no file", async () => {
  const account = newAccount();
  const bodies = join(dataDir, "blobs", "s3");
  const upload = { Bucket: "kept", Key: "parts" };
  let UploadId: string | undefined;
  {
    await using cloud = await testCloud({ dataDir });
    const s3 = new S3({ ...clientOptions(cloud, account), forcePathStyle: true });
    await s3.createBucket({ Bucket: "kept" });
    await s3.putObject({ Bucket: "kept", Key: "a", Body: "data", Metadata: { k: "v" } });
    ({ UploadId } = await s3.createMultipartUpload(upload));
    await s3.uploadPart({ ...upload, UploadId, PartNumber: 1, Body: "part" });
    assert.equal(filesBelow(bodies), 2);
  }
  writeFileSync(join(bodies, readdirSync(bodies)[0]!, "left-by-a-kill"), "x");
  await using cloud = await testCloud({ dataDir });
  const s3 = new S3({ ...clientOptions(cloud, account), forcePathStyle: true });
  const { Body, Metadata } = await s3.getObject({ Bucket: "kept", Key: "a" });
  assert.deepEqual([await Body!.transformToString(), Metadata], ["data", { k: "v" }]);
  await until(() => filesBelow(bodies) === 2);
  const { Parts } = await s3.listParts({ ...upload, UploadId });
  await s3.completeMultipartUpload({
    ...upload,
    UploadId,
    MultipartUpload: { Parts: [{ PartNumber: 1, ETag: Parts![0]!.ETag }] },
  });
  await s3.putObject({ Bucket: "kept", Key: "a", Body: "other" });
  await s3.deleteObject({ Bucket: "kept", Key: "parts" });
  await until(() => filesBelow(bodies) === 1);
});
