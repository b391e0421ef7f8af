import assert from "node:assert/strict";
import { test } from "node:test";
import { newAccount } from "../../../test/cloud.ts";
import { newBucketName, s3Cloud } from "./fixture.test.ts";

const { cloud, client, bucket } = await s3Cloud();

test("a bucket is made, found, listed, and deleted", async () => {
  const s3 = client();
  const Bucket = newBucketName();
  const { Location, BucketArn } = await s3.createBucket({ Bucket });
  assert.equal(Location, `/${Bucket}`);
  assert.equal(BucketArn, `arn:aws:s3:::${Bucket}`);
  assert.equal((await s3.headBucket({ Bucket })).BucketRegion, "us-east-1");
  assert.equal((await s3.getBucketLocation({ Bucket })).LocationConstraint, undefined);
  const { Buckets, Owner } = await s3.listBuckets({});
  assert.deepEqual(
    Buckets!.map(({ Name, BucketRegion }) => [Name, BucketRegion]),
    [[Bucket, "us-east-1"]],
  );
  assert.match(Owner!.ID!, /^[0-9a-f]{64}$/);
  await s3.deleteBucket({ Bucket });
  await assert.rejects(s3.headBucket({ Bucket }), { name: "NotFound" });
});

test("a HEAD of a bucket says what its document would be", async () => {
  const { account, Bucket } = await bucket();
  const authorization = `AWS4-HMAC-SHA256 Credential=${account}/20261129/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0`;
  const { status, headers } = await fetch(`${cloud.url}/${Bucket}`, {
    method: "HEAD",
    headers: { authorization },
  });
  assert.deepEqual([status, headers.get("content-type")], [200, "application/xml"]);
});

test("a region other than us-east-1 must be named as it is", async () => {
  const s3 = client(newAccount(), { region: "eu-west-1" });
  const Bucket = newBucketName();
  const illegal = { name: "IllegalLocationConstraintException" };
  await assert.rejects(
    s3.createBucket({ Bucket, CreateBucketConfiguration: { LocationConstraint: "bar" as never } }),
    {
      ...illegal,
      message:
        "The bar location constraint is incompatible for the region specific endpoint this request was sent to.",
    },
  );
  await s3.createBucket({ Bucket, CreateBucketConfiguration: { LocationConstraint: "EU" } });
  assert.equal((await s3.getBucketLocation({ Bucket })).LocationConstraint, "EU");
  assert.equal((await s3.headBucket({ Bucket })).BucketRegion, "eu-west-1");
  const home = client();
  for (const LocationConstraint of ["foo", "us-east-1"]) {
    await assert.rejects(
      home.createBucket({
        Bucket: newBucketName(),
        CreateBucketConfiguration: { LocationConstraint: LocationConstraint as never },
      }),
      { name: "InvalidLocationConstraint", LocationConstraint },
    );
  }
});

test("names are one namespace; to make one's own bucket again is no error in us-east-1", async () => {
  const { s3, Bucket } = await bucket();
  await s3.createBucket({ Bucket });
  await assert.rejects(client().createBucket({ Bucket }), {
    name: "BucketAlreadyExists",
    BucketName: Bucket,
  });
  const irish = client(newAccount(), { region: "eu-west-1" });
  const input = {
    Bucket: newBucketName(),
    CreateBucketConfiguration: { LocationConstraint: "eu-west-1" as const },
  };
  await irish.createBucket(input);
  await assert.rejects(irish.createBucket(input), { name: "BucketAlreadyOwnedByYou" });
});

test("bucket names follow AWS's rules", async () => {
  const s3 = client();
  for (const Bucket of [
    "ab",
    "a".repeat(64),
    "Upper",
    "under_score",
    "a..b",
    "-a",
    "a-",
    "192.168.5.4",
    "xn--a",
    "a-s3alias",
  ])
    await assert.rejects(s3.createBucket({ Bucket }), { name: "InvalidBucketName", BucketName: Bucket });
});

test("a new bucket is closed to the public, and has no ACL where its owner owns all", async () => {
  const s3 = client();
  const enforced = {
    name: "InvalidBucketAclWithObjectOwnership",
    message: "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
  };
  await assert.rejects(s3.createBucket({ Bucket: newBucketName(), ACL: "public-read" }), enforced);
  await assert.rejects(s3.createBucket({ Bucket: newBucketName(), ACL: "authenticated-read" }), enforced);
  await s3.createBucket({ Bucket: newBucketName(), ACL: "private" });
  const ObjectOwnership = "ObjectWriter" as const;
  await assert.rejects(s3.createBucket({ Bucket: newBucketName(), ObjectOwnership, ACL: "public-read" }), {
    name: "InvalidBucketAclWithBlockPublicAccessError",
    message: "Bucket cannot have public ACLs set with BlockPublicAccess enabled",
  });
  const Bucket = newBucketName();
  await s3.createBucket({ Bucket, ObjectOwnership, ACL: "log-delivery-write" as never });
  assert.equal((await s3.getBucketAcl({ Bucket })).Grants!.length, 3);
});

test("a bucket with anything in it is not deleted", async () => {
  const { s3, Bucket, put, enableVersioning } = await bucket();
  await put("k");
  const message = "The bucket you tried to delete is not empty";
  await assert.rejects(s3.deleteBucket({ Bucket }), { name: "BucketNotEmpty", message });
  await enableVersioning();
  await s3.deleteObject({ Bucket, Key: "k" });
  await assert.rejects(s3.deleteBucket({ Bucket }), {
    name: "BucketNotEmpty",
    message: `${message}. You must delete all versions in the bucket.`,
  });
});

test("a bucket's owner can be expected", async () => {
  const { s3, Bucket, account } = await bucket();
  await s3.headBucket({ Bucket, ExpectedBucketOwner: account });
  await assert.rejects(s3.listObjectsV2({ Bucket, ExpectedBucketOwner: "000000000020" }), {
    name: "AccessDenied",
  });
  await assert.rejects(s3.listObjectsV2({ Bucket, ExpectedBucketOwner: "abcd" }), {
    name: "InvalidBucketOwnerAWSAccountID",
    message: "The value of the expected bucket owner parameter must be an AWS Account ID... [abcd]",
  });
});

test("buckets are tagged", async () => {
  const { s3, Bucket } = await bucket();
  await assert.rejects(s3.getBucketTagging({ Bucket }), {
    name: "NoSuchTagSet",
    message: "The TagSet does not exist",
  });
  await s3.putBucketTagging({ Bucket, Tagging: { TagSet: [{ Key: "a", Value: "b" }] } });
  assert.deepEqual((await s3.getBucketTagging({ Bucket })).TagSet, [{ Key: "a", Value: "b" }]);
  await s3.deleteBucketTagging({ Bucket });
  await assert.rejects(s3.getBucketTagging({ Bucket }), { name: "NoSuchTagSet" });
});
