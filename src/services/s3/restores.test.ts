import assert from "node:assert/strict";
import { test } from "node:test";
import { s3Cloud } from "./fixture.test.ts";

const DAY_MS = 86_400_000;

test("an object in an archive is brought back for some days", async () => {
  const { cloud, bucket } = await s3Cloud({ clockRate: 0 });
  const { s3, put, get, Bucket } = await bucket();
  await put("k", "data", { StorageClass: "GLACIER" });
  await assert.rejects(get("k"), { name: "InvalidObjectState", StorageClass: "GLACIER" });
  const { $metadata } = await s3.restoreObject({ Bucket, Key: "k", RestoreRequest: { Days: 2 } });
  assert.equal($metadata.httpStatusCode, 202);
  assert.equal((await get("k")).text, "data");
  const midnight = new Date((Math.floor(cloud.clock.now() / DAY_MS) + 3) * DAY_MS);
  const { Restore } = await s3.headObject({ Bucket, Key: "k" });
  assert.equal(Restore, `ongoing-request="false", expiry-date="${midnight.toUTCString()}"`);
  await cloud.clock.advance(midnight.getTime() - cloud.clock.now() - 1);
  assert.equal((await get("k")).text, "data");
  await cloud.clock.advance(1);
  await assert.rejects(get("k"), { name: "InvalidObjectState" });
});

test("with real timings it takes as long as AWS does", async () => {
  const { cloud, bucket } = await s3Cloud({ clockRate: 0, timings: "real" });
  const { s3, put, get, Bucket } = await bucket();
  await put("k", "data", { StorageClass: "DEEP_ARCHIVE" });
  const restore = (Tier: "Standard" | "Expedited") =>
    s3.restoreObject({ Bucket, Key: "k", RestoreRequest: { Days: 1, GlacierJobParameters: { Tier } } });
  await assert.rejects(restore("Expedited"), { name: "InvalidArgument" });
  await restore("Standard");
  assert.equal((await s3.headObject({ Bucket, Key: "k" })).Restore, 'ongoing-request="true"');
  await assert.rejects(restore("Standard"), { name: "RestoreAlreadyInProgress" });
  await cloud.clock.advance("PT11H59M");
  await assert.rejects(get("k"), { name: "InvalidObjectState" });
  await cloud.clock.advance("PT1M");
  assert.equal((await get("k")).text, "data");
});

test("what lies in no archive is not restored, and nothing is selected", async () => {
  const { bucket } = await s3Cloud();
  const { s3, put, Bucket } = await bucket();
  await put("k", "data");
  await assert.rejects(s3.restoreObject({ Bucket, Key: "k", RestoreRequest: { Days: 1 } }), {
    name: "InvalidObjectState",
    message: "Restore is not allowed for the object's current storage class",
    StorageClass: "STANDARD",
  });
  await assert.rejects(
    s3.selectObjectContent({
      Bucket,
      Key: "k",
      Expression: "SELECT * FROM S3Object",
      ExpressionType: "SQL",
      InputSerialization: { CSV: {} },
      OutputSerialization: { CSV: {} },
    }),
    { name: "MethodNotAllowed" },
  );
});
