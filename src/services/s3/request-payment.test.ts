import assert from "node:assert/strict";
import { test } from "node:test";
import { newAccount } from "../../../test/cloud.ts";
import { newBucketName, s3Cloud } from "./fixture.test.ts";

const { cloud, client, bucket } = await s3Cloud();

test("where requesters pay, others than the owner have to say that they do", async () => {
  const { s3, put, Bucket } = await bucket();
  await put("k", "data");
  const other = client(newAccount());
  const own = newBucketName();
  await other.createBucket({ Bucket: own });
  const copy = { Bucket: own, Key: "c", CopySource: `${Bucket}/k` };
  assert.equal((await other.getObject({ Bucket, Key: "k" })).RequestCharged, undefined);
  await s3.putBucketRequestPayment({ Bucket, RequestPaymentConfiguration: { Payer: "Requester" } });

  const denied = { name: "AccessDenied", message: "Access Denied" };
  await assert.rejects(other.getObject({ Bucket, Key: "k" }), denied);
  await assert.rejects(other.listObjectsV2({ Bucket }), denied);
  await assert.rejects(other.putObject({ Bucket, Key: "n", Body: "n" }), denied);
  await assert.rejects(other.copyObject(copy), denied);
  const pays = { RequestPayer: "requester" } as const;
  assert.equal((await other.getObject({ Bucket, Key: "k", ...pays })).RequestCharged, "requester");
  assert.equal((await other.listObjectsV2({ Bucket, ...pays })).RequestCharged, "requester");
  assert.equal((await other.copyObject({ ...copy, ...pays })).RequestCharged, "requester");
  assert.equal((await s3.getObject({ Bucket, Key: "k" })).RequestCharged, undefined);

  await s3.deletePublicAccessBlock({ Bucket });
  const Statement = {
    Effect: "Allow",
    Principal: "*",
    Action: "s3:GetObject",
    Resource: `arn:aws:s3:::${Bucket}/*`,
  };
  await s3.putBucketPolicy({ Bucket, Policy: JSON.stringify({ Version: "2012-10-17", Statement }) });
  const unsigned = await fetch(`${cloud.url}/${Bucket}/k`, {
    headers: { "x-amz-request-payer": "requester" },
  });
  assert.equal(unsigned.status, 403);
});
