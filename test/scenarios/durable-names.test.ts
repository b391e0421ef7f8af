import assert from "node:assert/strict";
import { readdirSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { CopyObjectCommand, CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { Cloud, CloudOptions } from "../../src/index.ts";
import { clientOptions } from "../cloud.ts";
import { newFolder } from "../new-folder.ts";
import { isNameKept, watchDisk } from "../watched-disk.ts";

const isLinux = process.platform === "linux";
if (isLinux) await watchDisk();
const { createCloud } = await import("../../src/index.ts");

const LARGE = 300_000;

/** Every file below a folder. */
const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name, parentPath }) => join(parentPath, name));

/** A cloud whose data directory is to be made, three folders deep. */
async function cloudIn(root: string, options: CloudOptions = {}) {
  const dataDir = join(root, "made/for/it");
  const cloud: Cloud = await createCloud({ port: 0, dataDir, log: () => {}, ...options });
  const s3 = new S3Client({ ...clientOptions(cloud), forcePathStyle: true });
  const bodies = () => filesBelow(dataDir).filter((file) => file.includes("/blobs"));
  return { cloud, s3, dataDir, bodies };
}

const lost = (files: readonly string[], root: string) => files.filter((file) => !isNameKept(file, root));

test("with the durability full a body is found after a power cut, once its call is answered", {
  skip: !isLinux,
}, async () => {
  const root = realpathSync(newFolder());
  const { cloud, s3, dataDir, bodies } = await cloudIn(root, { durability: "full" });
  const all = () => filesBelow(dataDir).filter((file) => /\/(?:state-\d+\.log|blobs.*)$/.test(file));
  assert.deepEqual(lost(all(), root), []);
  const put = (Key: string, bytes: number) =>
    s3.send(new PutObjectCommand({ Bucket: "kept", Key, Body: Buffer.alloc(bytes) }));

  await s3.send(new CreateBucketCommand({ Bucket: "kept" }));
  for (const [Key, bytes] of [
    ["small", 10],
    ["large", LARGE],
  ] as const) {
    const before = bodies().length;
    await put(Key, bytes);
    assert.equal(bodies().length, before + 1);
    assert.deepEqual(lost(all(), root), []);
  }
  await s3.send(new CopyObjectCommand({ Bucket: "kept", Key: "copy", CopySource: "kept/large" }));
  assert.equal(bodies().length, 3);
  assert.deepEqual(lost(all(), root), []);

  // Folders of the same names are made anew: all of them are other ones.
  await cloud.reset("s3");
  await s3.send(new CreateBucketCommand({ Bucket: "kept" }));
  for (let at = 0; at < 20; at++) await put(`again-${at}`, 10);
  assert.equal(bodies().length, 20);
  assert.deepEqual(lost(all(), root), []);

  const state = await fetch(`${cloud.url}/_squall/state`);
  await cloud.load(state.body!);
  assert.equal(bodies().length, 20);
  assert.deepEqual(lost(all(), root), []);
  await cloud.stop();
});

test("with the durability process nobody waits for that", { skip: !isLinux }, async () => {
  const root = realpathSync(newFolder());
  const { cloud, s3, bodies } = await cloudIn(root);
  await s3.send(new CreateBucketCommand({ Bucket: "kept" }));
  await s3.send(new PutObjectCommand({ Bucket: "kept", Key: "small", Body: "here" }));
  assert.deepEqual(lost(bodies(), root), bodies());
  await cloud.stop();
});
