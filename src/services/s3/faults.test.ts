import assert from "node:assert/strict";
import { test } from "node:test";
import { S3 } from "@aws-sdk/client-s3";
import { clientOptions } from "../../../test/cloud.ts";
import { s3Cloud } from "./fixture.test.ts";

/** Each fault that S3 is known for, as a client meets it. */

const { cloud, bucket, presign } = await s3Cloud();

/** A client that tries once, and one that tries as SDKs do. */
const clientsOf = (account: string) =>
  [1, 3].map(
    (maxAttempts) => new S3({ ...clientOptions(cloud, account), forcePathStyle: true, maxAttempts }),
  ) as [S3, S3];

const objectArn = (Bucket: string, key: string) => `arn:aws:s3:::${Bucket}/${key}`;

test("a prefix takes so many requests a second, and no more", async () => {
  const settings = { s3: { "writes-per-prefix": 3, "reads-per-prefix": 5 } };
  const limited = await s3Cloud({ settings, clockRate: 0 });
  const { account, Bucket } = await limited.bucket();
  const once = limited.client(account, { maxAttempts: 1 });
  const many = async (count: number, run: (n: number) => Promise<unknown>) => {
    const ends = [];
    for (let n = 0; n < count; n++)
      ends.push(
        await run(n).then(
          () => "ok",
          ({ name }) => name,
        ),
      );
    return ends;
  };
  const put = (prefix: string) => (n: number) => once.putObject({ Bucket, Key: `${prefix}/${n}`, Body: "x" });
  assert.deepEqual(await many(5, put("a")), ["ok", "ok", "ok", "SlowDown", "SlowDown"]);
  assert.deepEqual(await many(3, put("b")), ["ok", "ok", "ok"]);
  const get = () => once.getObject({ Bucket, Key: "a/0" });
  assert.deepEqual(await many(6, get), ["ok", "ok", "ok", "ok", "ok", "SlowDown"]);
  await assert.rejects(get(), { name: "SlowDown", message: "Please reduce your request rate." });
  await limited.cloud.clock.advance(1000);
  assert.deepEqual(await many(1, get), ["ok"]);
});

test("a copy that fails inside its 200 is an error for the client, and for one that tries again none", async () => {
  const { put, Bucket, account } = await bucket();
  await put("from", "data");
  const [once, thrice] = clientsOf(account);
  const copy = (s3: S3) => s3.copyObject({ Bucket, Key: "to", CopySource: `${Bucket}/from` });
  const { id } = await cloud.faults.add({
    effect: "error-in-200",
    params: { kind: "internal" },
    match: { service: "s3", operation: "CopyObject", resource: objectArn(Bucket, "to") },
    times: 1,
  });
  await assert.rejects(copy(once), { name: "InternalError" });
  await cloud.faults.remove(id);
  await cloud.faults.add({
    effect: "error-in-200",
    params: { kind: "throttle" },
    match: { service: "s3", operation: "CopyObject", resource: objectArn(Bucket, "to") },
    times: 1,
  });
  assert.ok((await copy(thrice)).CopyObjectResult?.ETag);
});

test("a completion that fails inside its 200 can be tried again", async () => {
  const { Bucket, account } = await bucket();
  const [, s3] = clientsOf(account);
  const { UploadId } = await s3.createMultipartUpload({ Bucket, Key: "k" });
  const { ETag } = await s3.uploadPart({ Bucket, Key: "k", UploadId, PartNumber: 1, Body: "data" });
  await cloud.faults.add({
    effect: "error-in-200",
    params: { kind: "internal" },
    match: { operation: "CompleteMultipartUpload", resource: objectArn(Bucket, "k") },
    times: 1,
  });
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
  assert.ok((await s3.completeMultipartUpload({ Bucket, Key: "k", UploadId, MultipartUpload })).ETag);
});

test("a GET breaks off in its middle; what is missing can be read by its range", async () => {
  const { s3, put, Bucket } = await bucket();
  const data = Buffer.alloc(1_000_000, "0123456789");
  await put("k", data);
  await cloud.faults.add({
    effect: "truncate",
    params: { atByte: 400_000 },
    match: { operation: "GetObject", resource: objectArn(Bucket, "k") },
    times: 1,
  });
  const { Body } = await s3.getObject({ Bucket, Key: "k" });
  const chunks: Buffer[] = [];
  await assert.rejects(async () => {
    for await (const chunk of Body as AsyncIterable<Buffer>) chunks.push(chunk);
  });
  const got = Buffer.concat(chunks);
  assert.ok(got.length <= 400_000);
  const rest = await s3.getObject({ Bucket, Key: "k", Range: `bytes=${got.length}-` });
  assert.ok(Buffer.concat([got, await rest.Body!.transformToByteArray()]).equals(data));
});

test("a body that is changed on its way does not pass its checksum", async () => {
  const { s3, put, Bucket } = await bucket();
  await put("k", "some data that is long enough");
  await cloud.faults.add({
    effect: "corrupt",
    match: { operation: "GetObject", resource: objectArn(Bucket, "k") },
    times: 1,
  });
  const { Body } = await s3.getObject({ Bucket, Key: "k", ChecksumMode: "ENABLED" });
  await assert.rejects(Body!.transformToString(), /[Cc]hecksum mismatch/);
  const again = await s3.getObject({ Bucket, Key: "k", ChecksumMode: "ENABLED" });
  assert.equal(await again.Body!.transformToString(), "some data that is long enough");
});

test("a part that was acknowledged is lost", async () => {
  const { s3, Bucket } = await bucket();
  const { UploadId } = await s3.createMultipartUpload({ Bucket, Key: "k" });
  const upload = (PartNumber: number) =>
    s3.uploadPart({ Bucket, Key: "k", UploadId, PartNumber, Body: Buffer.alloc(5 << 20, PartNumber) });
  const first = await upload(1);
  await cloud.faults.add({
    point: "s3:part",
    effect: "lose",
    match: { resource: objectArn(Bucket, "k"), input: "PartNumber == `2`" },
    times: 1,
  });
  const second = await upload(2);
  const complete = () =>
    s3.completeMultipartUpload({
      Bucket,
      Key: "k",
      UploadId,
      MultipartUpload: {
        Parts: [
          { PartNumber: 1, ETag: first.ETag },
          { PartNumber: 2, ETag: second.ETag },
        ],
      },
    });
  assert.equal((await s3.listParts({ Bucket, Key: "k", UploadId })).Parts?.length, 1);
  await assert.rejects(complete(), { name: "InvalidPart", PartNumber: "2" });
  await upload(2);
  assert.ok((await complete()).ETag);
});

test("a listing fails from its second page on, page by page", async () => {
  const { account, put, Bucket } = await bucket();
  for (let n = 0; n < 6; n++) await put(`k${n}`);
  await cloud.faults.add({
    effect: "error",
    params: { kind: "throttle" },
    match: { operation: "ListObjectsV2", resource: `arn:aws:s3:::${Bucket}`, input: "ContinuationToken" },
    every: 2,
    id: `pages-of-${Bucket}`,
  });
  const [once] = clientsOf(account);
  const page = (ContinuationToken?: string) =>
    once.listObjectsV2({ Bucket, MaxKeys: 2, ...(ContinuationToken && { ContinuationToken }) });
  const first = await page();
  const second = await page(first.NextContinuationToken);
  await assert.rejects(page(second.NextContinuationToken), { name: "SlowDown" });
  assert.equal((await page(second.NextContinuationToken)).Contents?.length, 2);
});

test("a presigned URL ends before its time", async () => {
  const { put, Bucket, account } = await bucket();
  await put("k", "data");
  const url = await presign("GET", `/${Bucket}/k`, { account });
  await cloud.faults.add({
    point: "s3:presigned",
    effect: "expire",
    match: { resource: objectArn(Bucket, "k") },
    times: 1,
  });
  const refused = await fetch(url);
  assert.equal(refused.status, 403);
  assert.match(await refused.text(), /<Code>AccessDenied<\/Code><Message>Request has expired<\/Message>/);
  assert.equal(await (await fetch(url)).text(), "data");
});

test("one version may not be read", async () => {
  const { get, put, Bucket, enableVersioning } = await bucket();
  await enableVersioning();
  const { VersionId: first } = await put("k", "first");
  const { VersionId: second } = await put("k", "second");
  await cloud.faults.add({
    effect: "error",
    params: { code: "AccessDenied" },
    match: { operation: "GetObject", resource: objectArn(Bucket, "k"), input: `VersionId == '${first}'` },
  });
  await assert.rejects(get("k", { VersionId: first }), { name: "AccessDenied" });
  assert.equal((await get("k", { VersionId: second })).text, "second");
});
