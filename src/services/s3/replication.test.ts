import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "../../../test/until.ts";
import { newBucketName, s3Cloud } from "./fixture.test.ts";

const { cloud, bucket } = await s3Cloud();

async function replicating(rule: object = {}) {
  const given = await bucket();
  const { s3, Bucket, enableVersioning } = given;
  await enableVersioning();
  const copy = newBucketName();
  await s3.createBucket({ Bucket: copy });
  await s3.putBucketVersioning({ Bucket: copy, VersioningConfiguration: { Status: "Enabled" } });
  await s3.putBucketReplication({
    Bucket,
    ReplicationConfiguration: {
      Role: "arn:aws:iam::000000000000:role/r",
      Rules: [
        {
          Status: "Enabled",
          Priority: 1,
          Filter: { Prefix: "in/" },
          DeleteMarkerReplication: { Status: "Enabled" },
          Destination: { Bucket: `arn:aws:s3:::${copy}`, StorageClass: "STANDARD_IA" },
          ...rule,
        },
      ],
    },
  });
  const status = async (Key: string) => (await s3.headObject({ Bucket, Key })).ReplicationStatus;
  const settled = (Key: string, wanted: string) =>
    until(
      () => status(Key),
      (found) => found === wanted,
    );
  return { ...given, copy, status, settled };
}

test("what comes is copied, with its metadata and tags, and its delete markers", async () => {
  const { put, s3, Bucket, copy, settled, status } = await replicating();
  await put("in/a", "data", { Metadata: { k: "v" }, Tagging: "t=1", ContentType: "text/x" });
  await put("out/a", "data");
  await settled("in/a", "COMPLETED");
  assert.equal(await status("out/a"), undefined);
  const replica = await s3.getObject({ Bucket: copy, Key: "in/a" });
  assert.deepEqual(
    [
      await replica.Body!.transformToString(),
      replica.Metadata,
      replica.TagCount,
      replica.StorageClass,
      replica.ReplicationStatus,
    ],
    ["data", { k: "v" }, 1, "STANDARD_IA", "REPLICA"],
  );
  await s3.deleteObject({ Bucket, Key: "in/a" });
  const gone = async () => (await s3.listObjectsV2({ Bucket: copy })).KeyCount === 0;
  await until(gone);
});

test("what is copied goes into a bucket that is there and has versions, from one that has them", async () => {
  const { s3, Bucket, enableVersioning } = await bucket();
  const put = (to: string) =>
    s3.putBucketReplication({
      Bucket,
      ReplicationConfiguration: {
        Role: "arn:aws:iam::000000000000:role/r",
        Rules: [{ Status: "Enabled", Prefix: "", Destination: { Bucket: `arn:aws:s3:::${to}` } }],
      },
    });
  const refused = (message: string) => ({ name: "InvalidRequest", message });
  const own = "Versioning must be 'Enabled' on the bucket to apply a replication configuration";
  await assert.rejects(put("nowhere"), refused(own));
  await enableVersioning();
  await assert.rejects(put("nowhere"), refused("Destination bucket must exist."));
  const other = await bucket();
  await assert.rejects(put(other.Bucket), refused("Destination bucket must have versioning enabled."));
  await other.enableVersioning();
  await put(other.Bucket);
});

test("a rule fails and loses replications; what failed is tried again by the clock", async () => {
  const { put, s3, Bucket, copy, settled, status } = await replicating();
  const resource = `arn:aws:s3:::${Bucket}`;
  const rule = { point: "s3:replicate", match: { resource }, times: 1 };
  await cloud.faults.add({ ...rule, id: "fails", effect: "error", params: { kind: "internal" } } as never);
  await put("in/late", "x");
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(await status("in/late"), "PENDING");
  await cloud.clock.advance(2000);
  await settled("in/late", "COMPLETED");
  await cloud.faults.add({ ...rule, id: "loses", effect: "lose" } as never);
  await put("in/lost", "x");
  await put("in/next", "x");
  await settled("in/next", "COMPLETED");
  assert.equal(await status("in/lost"), "PENDING");
  await assert.rejects(s3.headObject({ Bucket: copy, Key: "in/lost" }), { name: "NotFound" });
});

test("replication waits while it is paused, and is made up for afterwards", async () => {
  const { put, status, settled, Bucket } = await replicating();
  const rule = await cloud.faults.add({
    point: "s3:replicate",
    effect: "pause",
    match: { resource: `arn:aws:s3:::${Bucket}`, input: "Region == 'us-east-1' && Prefix == 'in/'" },
  });
  await put("in/p", "data");
  await cloud.clock.advance("PT1H");
  assert.equal(await status("in/p"), "PENDING");
  await cloud.faults.remove(rule.id);
  await cloud.clock.advance("PT5S");
  await settled("in/p", "COMPLETED");
});

test("a replica has its source's id and time, and what is changed of the source changes", async () => {
  const { put, s3, Bucket, copy, settled, status } = await replicating();
  const { VersionId } = await put("in/k", "data", { Tagging: "t=1" });
  await settled("in/k", "COMPLETED");
  const source = await s3.headObject({ Bucket, Key: "in/k" });
  const replica = await s3.headObject({ Bucket: copy, Key: "in/k" });
  assert.equal(replica.VersionId, VersionId);
  assert.deepEqual(replica.LastModified, source.LastModified);
  const tagsOf = async () => (await s3.getObjectTagging({ Bucket: copy, Key: "in/k" })).TagSet;
  await s3.putObjectTagging({ Bucket, Key: "in/k", Tagging: { TagSet: [{ Key: "late", Value: "2" }] } });
  await until(tagsOf, (tags) => tags?.[0]?.Key === "late");
  await s3.deleteObjectTagging({ Bucket, Key: "in/k" });
  await until(tagsOf, (tags) => tags?.length === 0);
  await settled("in/k", "COMPLETED");
  const { Versions } = await s3.listObjectVersions({ Bucket: copy });
  assert.equal(Versions?.length, 1, "it is the same version all the time");
  // What was there before there was a rule has no replica, and gets none by a tag.
  await s3.deleteBucketReplication({ Bucket });
  await put("in/old", "data");
  await s3.putObjectTagging({ Bucket, Key: "in/old", Tagging: { TagSet: [{ Key: "a", Value: "b" }] } });
  assert.equal(await status("in/old"), undefined);
});

test("what is late comes below what has overtaken it", async () => {
  const { put, s3, Bucket, copy, settled } = await replicating();
  const rule = await cloud.faults.add({
    point: "s3:replicate",
    effect: "error",
    params: { kind: "internal" },
    match: { resource: `arn:aws:s3:::${Bucket}` },
    times: 1,
  } as never);
  const first = await put("in/k", "first");
  const second = await put("in/k", "second");
  await settled("in/k", "COMPLETED");
  await cloud.faults.remove(rule.id);
  await cloud.clock.advance("PT5S");
  const versions = async () => (await s3.listObjectVersions({ Bucket: copy })).Versions ?? [];
  await until(versions, (found) => found.length === 2);
  assert.deepEqual(
    (await versions()).map(({ VersionId, IsLatest }) => [VersionId, IsLatest]),
    [
      [second.VersionId, true],
      [first.VersionId, false],
    ],
  );
  const { Body } = await s3.getObject({ Bucket: copy, Key: "in/k" });
  assert.equal(await Body!.transformToString(), "second");
  // A marker that comes behind both hides them, with the id that it has at its source.
  const { VersionId: marker } = await s3.deleteObject({ Bucket, Key: "in/k" });
  const markers = async () => (await s3.listObjectVersions({ Bucket: copy })).DeleteMarkers ?? [];
  await until(markers, (found) => found.length === 1);
  assert.deepEqual(
    (await markers()).map(({ VersionId, IsLatest }) => [VersionId, IsLatest]),
    [[marker, true]],
  );
});

test("what lies under a key of KMS is copied where the rule says so, and may be its bucket's owner's", async () => {
  const kms = { ServerSideEncryption: "aws:kms" };
  const without = await replicating();
  await without.put("in/kms", "data", kms);
  await without.put("in/plain", "data");
  await without.settled("in/plain", "COMPLETED");
  assert.equal(await without.status("in/kms"), undefined);
  const given = await replicating({
    SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: "Enabled" } },
  });
  await given.put("in/kms", "data", kms);
  await given.settled("in/kms", "COMPLETED");
  const { Body } = await given.s3.getObject({ Bucket: given.copy, Key: "in/kms" });
  assert.equal(await Body!.transformToString(), "data");
});
