import assert from "node:assert/strict";
import { test } from "node:test";
import { s3Cloud } from "./fixture.test.ts";

const { cloud, bucket } = await s3Cloud();
const days = (count: number) => cloud.clock.advance(count * 86_400_000);

test("objects expire at the midnight after their days, and no others", async () => {
  const { put, s3, Bucket } = await bucket();
  await s3.putBucketLifecycleConfiguration({
    Bucket,
    LifecycleConfiguration: {
      Rules: [
        { ID: "old logs", Status: "Enabled", Filter: { Prefix: "logs/" }, Expiration: { Days: 7 } },
        {
          ID: "cold",
          Status: "Enabled",
          Filter: { Prefix: "data/" },
          Transitions: [{ Days: 30, StorageClass: "GLACIER" }],
        },
      ],
    },
  });
  const { Expiration } = await put("logs/a");
  assert.match(Expiration!, /^expiry-date="\w{3}, \d\d \w{3} \d{4} 00:00:00 GMT", rule-id="old%20logs"$/);
  await put("data/a");
  const { UploadId } = await s3.createMultipartUpload({ Bucket, Key: "data/upload" });
  await days(6);
  assert.equal((await s3.listObjectsV2({ Bucket })).KeyCount, 2);
  await days(2);
  const { Contents } = await s3.listObjectsV2({ Bucket });
  assert.deepEqual(
    Contents!.map(({ Key }) => Key),
    ["data/a"],
  );
  await days(30);
  assert.equal((await s3.headObject({ Bucket, Key: "data/a" })).StorageClass, "GLACIER");
  await assert.rejects(s3.getObject({ Bucket, Key: "data/a" }), {
    name: "InvalidObjectState",
    StorageClass: "GLACIER",
  });
  assert.ok(UploadId);
});

test("noncurrent versions, lone markers and incomplete uploads go", async () => {
  const { put, s3, Bucket, enableVersioning } = await bucket();
  await enableVersioning();
  await put("k", "1");
  await put("k", "2");
  await s3.deleteObject({ Bucket, Key: "k" });
  await s3.createMultipartUpload({ Bucket, Key: "upload" });
  await s3.putBucketLifecycleConfiguration({
    Bucket,
    LifecycleConfiguration: {
      Rules: [
        {
          Status: "Enabled",
          Filter: { Prefix: "" },
          Expiration: { ExpiredObjectDeleteMarker: true },
          NoncurrentVersionExpiration: { NoncurrentDays: 3 },
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 2 },
        },
      ],
    },
  });
  await days(3);
  assert.equal((await s3.listMultipartUploads({ Bucket })).Uploads, undefined);
  await days(3);
  const { Versions, DeleteMarkers } = await s3.listObjectVersions({ Bucket });
  assert.deepEqual([Versions, DeleteMarkers], [undefined, undefined]);
});
