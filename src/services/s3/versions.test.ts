import assert from "node:assert/strict";
import { test } from "node:test";
import { s3Cloud } from "./fixture.test.ts";

const { bucket } = await s3Cloud();

test("a versioned bucket keeps what is overwritten and deleted", async () => {
  const { put, get, s3, Bucket, enableVersioning } = await bucket();
  await enableVersioning();
  const { VersionId: first } = await put("k", "one");
  const { VersionId: second } = await put("k", "two");
  assert.notEqual(first, second);
  assert.equal((await get("k")).text, "two");
  assert.equal((await get("k", { VersionId: first })).text, "one");

  const { DeleteMarker, VersionId: marker } = await s3.deleteObject({ Bucket, Key: "k" });
  assert.equal(DeleteMarker, true);
  await assert.rejects(get("k"), { name: "NoSuchKey" });
  await assert.rejects(get("k", { VersionId: marker }), {
    name: "MethodNotAllowed",
    Method: "GET",
    ResourceType: "DeleteMarker",
  });
  assert.equal((await s3.listObjectsV2({ Bucket })).KeyCount, 0);
  const { Versions, DeleteMarkers } = await s3.listObjectVersions({ Bucket });
  assert.deepEqual(
    Versions!.map(({ VersionId, IsLatest }) => [VersionId, IsLatest]),
    [
      [second, false],
      [first, false],
    ],
  );
  assert.deepEqual(
    DeleteMarkers!.map(({ VersionId, IsLatest }) => [VersionId, IsLatest]),
    [[marker, true]],
  );

  await s3.deleteObject({ Bucket, Key: "k", VersionId: marker });
  assert.equal((await get("k")).text, "two");
  await s3.deleteObject({ Bucket, Key: "k", VersionId: second });
  assert.equal((await get("k")).text, "one");
  await assert.rejects(get("k", { VersionId: second }), {
    name: "NoSuchVersion",
    message: "The specified version does not exist.",
    VersionId: second,
  });
});

test("a suspended bucket has one null version", async () => {
  const { put, get, s3, Bucket, enableVersioning } = await bucket();
  await put("k", "before");
  await enableVersioning();
  const { VersionId: kept } = await put("k", "kept");
  await enableVersioning("Suspended");
  const { VersionId } = await put("k", "suspended");
  assert.equal(VersionId, undefined);
  await put("k", "suspended again");
  const { Versions } = await s3.listObjectVersions({ Bucket });
  assert.deepEqual(
    Versions!.map((version) => version.VersionId),
    ["null", kept],
  );
  assert.equal((await get("k")).text, "suspended again");
  assert.equal((await get("k")).VersionId, "null");
  await s3.deleteObject({ Bucket, Key: "k" });
  const after = await s3.listObjectVersions({ Bucket });
  assert.deepEqual(
    [
      after.Versions?.map((version) => version.VersionId),
      after.DeleteMarkers?.map(({ VersionId: id }) => id),
    ],
    [[kept], ["null"]],
  );
});

test("versions are listed page by page, by key and newest first", async () => {
  const { put, s3, Bucket, enableVersioning } = await bucket();
  await enableVersioning();
  for (const key of ["a", "b", "c"]) for (let n = 0; n < 3; n++) await put(key, String(n));
  await s3.deleteObject({ Bucket, Key: "b" });
  const { Versions: all = [], DeleteMarkers: markers = [] } = await s3.listObjectVersions({ Bucket });
  const expected = all.length + markers.length;
  assert.equal(expected, 10);
  const seen: string[] = [];
  let markersOf: object = {};
  for (let page = 0; page < 20; page++) {
    const output = await s3.listObjectVersions({ Bucket, MaxKeys: 2, ...markersOf });
    seen.push(
      ...[...(output.Versions ?? []), ...(output.DeleteMarkers ?? [])].map(({ VersionId }) => VersionId!),
    );
    if (!output.IsTruncated) break;
    markersOf = { KeyMarker: output.NextKeyMarker, VersionIdMarker: output.NextVersionIdMarker };
  }
  assert.equal(seen.length, expected);
  assert.equal(new Set(seen).size, expected);
  await assert.rejects(s3.listObjectVersions({ Bucket, VersionIdMarker: all[0]!.VersionId }), {
    name: "InvalidArgument",
    message: "A version-id marker cannot be specified without a key marker.",
  });
});

test("many are deleted at once, versions and markers too", async () => {
  const { put, s3, Bucket, enableVersioning } = await bucket();
  await enableVersioning();
  const { VersionId } = await put("k", "x");
  const first = await s3.deleteObjects({ Bucket, Delete: { Objects: [{ Key: "k" }] } });
  const marker = first.Deleted![0]!.DeleteMarkerVersionId;
  assert.deepEqual(first.Deleted, [{ Key: "k", DeleteMarker: true, DeleteMarkerVersionId: marker }]);
  const { Deleted } = await s3.deleteObjects({
    Bucket,
    Delete: {
      Objects: [
        { Key: "k", VersionId },
        { Key: "k", VersionId: marker },
      ],
    },
  });
  assert.deepEqual(Deleted, [
    { Key: "k", VersionId },
    { Key: "k", VersionId: marker, DeleteMarker: true, DeleteMarkerVersionId: marker },
  ]);
});

test("retention and legal holds keep versions from being deleted", async () => {
  const { put, s3, Bucket } = await bucket({ ObjectLockEnabledForBucket: true });
  const { VersionId } = await put("k", "x");
  await s3.putObjectLegalHold({ Bucket, Key: "k", LegalHold: { Status: "ON" } });
  assert.equal((await s3.getObjectLegalHold({ Bucket, Key: "k" })).LegalHold!.Status, "ON");
  const locked = { name: "AccessDenied", message: "Access Denied because object protected by object lock." };
  await assert.rejects(s3.deleteObject({ Bucket, Key: "k", VersionId }), locked);
  await s3.putObjectLegalHold({ Bucket, Key: "k", LegalHold: { Status: "OFF" } });
  const RetainUntilDate = new Date(Date.now() + 86_400_000);
  await s3.putObjectRetention({ Bucket, Key: "k", Retention: { Mode: "GOVERNANCE", RetainUntilDate } });
  await assert.rejects(s3.deleteObject({ Bucket, Key: "k", VersionId }), locked);
  await s3.deleteObject({ Bucket, Key: "k", VersionId, BypassGovernanceRetention: true });
});
