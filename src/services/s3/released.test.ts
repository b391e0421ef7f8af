import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { clientOptions, newAccount, testCloud } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";

const filesBelow = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length;

test("what is released is gone with all that is in it, and its name is everybody's; others keep theirs", async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), "squall-released-"));
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
  await using cloud = await testCloud({ dataDir });
  const [first, second] = [newAccount(), newAccount()];
  const [mine, theirs] = [first, second].map((account) => new S3Client(clientOptions(cloud, account)));
  const Bucket = "orders";
  await mine!.send(new CreateBucketCommand({ Bucket }));
  await mine!.send(
    new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }),
  );
  for (const Body of ["one", "two"]) await mine!.send(new PutObjectCommand({ Bucket, Key: "1", Body }));
  const { UploadId } = await mine!.send(new CreateMultipartUploadCommand({ Bucket, Key: "2" }));
  await mine!.send(new UploadPartCommand({ Bucket, Key: "2", UploadId, PartNumber: 1, Body: "part" }));
  await theirs!.send(new CreateBucketCommand({ Bucket: "theirs" }));
  await theirs!.send(new PutObjectCommand({ Bucket: "theirs", Key: "1", Body: "stays" }));
  await assert.rejects(theirs!.send(new CreateBucketCommand({ Bucket })), { name: "BucketAlreadyExists" });

  assert.equal(filesBelow(join(dataDir, "blobs", "s3")), 4);

  const release = async (query: string) => {
    const response = await fetch(`${cloud.url}/_squall/release${query}`, { method: "POST" });
    return [response.status, await response.json()] as const;
  };
  assert.deepEqual(await release(`?account=${first}`), [200, { account: first, released: 1 }]);
  assert.deepEqual(await release(`?account=${first}`), [200, { account: first, released: 0 }]);
  assert.equal((await release(""))[0], 400);

  await assert.rejects(mine!.send(new HeadBucketCommand({ Bucket })), { name: "NotFound" });
  await theirs!.send(new CreateBucketCommand({ Bucket }));
  const { Versions = [] } = await theirs!.send(new ListObjectVersionsCommand({ Bucket }));
  assert.deepEqual(Versions, []);
  const { Body } = await theirs!.send(new GetObjectCommand({ Bucket: "theirs", Key: "1" }));
  assert.equal(await Body!.transformToString(), "stays");
  await until(() => filesBelow(join(dataDir, "blobs", "s3")) === 1);
});
