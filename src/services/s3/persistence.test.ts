import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { S3 } from "@aws-sdk/client-s3";
import { clientOptions, newAccount, testCloud } from "../../../test/cloud.ts";
import { newFolder } from "../../../test/new-folder.ts";
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

test("a start says how many bodies are not there, and which first", async () => {
  const dataDir = newFolder();
  const account = newAccount();
  const bodies = join(dataDir, "blobs", "s3");
  const lines = (messages: readonly string[]) => messages.filter((message) => message.startsWith("s3: "));
  {
    await using cloud = await testCloud({ dataDir });
    const s3 = new S3({ ...clientOptions(cloud, account), forcePathStyle: true });
    await s3.createBucket({ Bucket: "kept" });
    await s3.putBucketVersioning({ Bucket: "kept", VersioningConfiguration: { Status: "Enabled" } });
    for (const Body of ["old", "new"]) await s3.putObject({ Bucket: "kept", Key: "twice", Body });
    await s3.putObject({ Bucket: "kept", Key: "whole", Body: "whole" });
    const { UploadId } = await s3.createMultipartUpload({ Bucket: "kept", Key: "parts" });
    await s3.uploadPart({ Bucket: "kept", Key: "parts", UploadId, PartNumber: 1, Body: "part" });
    assert.equal(filesBelow(bodies), 4);
  }
  const restarted = async () => {
    const said: string[] = [];
    const cloud = await testCloud({ dataDir, log: ({ message }) => void said.push(message) });
    return { cloud, said, s3: new S3({ ...clientOptions(cloud, account), forcePathStyle: true }) };
  };
  // What is written while it is looked is none of it.
  const { cloud, said, s3 } = await restarted();
  for (let at = 0; at < 20; at++) await s3.putObject({ Bucket: "kept", Key: "twice", Body: `${at}` });
  await cloud.stop();
  assert.deepEqual(lines(said), []);

  const body = readdirSync(bodies, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .find((file) => readFileSync(file, "utf8") === "whole");
  rmSync(body!);
  const one = await restarted();
  await until(() => lines(one.said).length > 0);
  assert.match(
    lines(one.said).join(),
    /^s3: 1 body is not in \S+\/blobs\/s3, the first that of s3:\/\/kept\/whole: who reads it gets an error\./,
  );
  await one.cloud.stop();

  rmSync(bodies, { recursive: true });
  const all = await restarted();
  await until(() => lines(all.said).length > 0);
  assert.match(
    lines(all.said).join(),
    /^s3: 24 bodies are not in \S+, the first that of s3:\/\/kept\/twice: /,
  );
  await all.cloud.stop();
});
