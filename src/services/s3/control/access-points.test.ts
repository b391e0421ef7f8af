import assert from "node:assert/strict";
import { request } from "node:http";
import { test } from "node:test";
import { S3 } from "@aws-sdk/client-s3";
import { clientOptions, newAccount, testCloud } from "../../../../test/cloud.ts";

const cloud = await testCloud();
test.after(() => cloud.stop());

/** A bucket with an object, and an access point of it, in an account of their own. */
async function point(more: object = {}) {
  const AccountId = newAccount();
  const call = <T = Record<string, unknown>>(service: string, operation: string, input: object = {}) =>
    cloud.call<T>(service, operation, input, {
      account: AccountId,
      as: `arn:aws:iam::${AccountId}:root`,
    });
  const control = (operation: string, input: object = {}) =>
    call<Record<string, unknown>>("s3control", operation, { AccountId, ...input });
  const Bucket = `pointed-${AccountId}`;
  await call("s3", "CreateBucket", { Bucket });
  await call("s3", "PutObject", { Bucket, Key: "k", Body: "data" });
  const { AccessPointArn, Alias } = await control("CreateAccessPoint", { Name: "shop", Bucket, ...more });
  return { AccountId, Bucket, call, control, arn: String(AccessPointArn), alias: String(Alias) };
}

test("an access point is created, described, listed and deleted", async () => {
  const { AccountId, Bucket, control, arn, alias } = await point();
  assert.equal(arn, `arn:aws:s3:us-east-1:${AccountId}:accesspoint/shop`);
  assert.match(alias, /^shop-[a-z0-9]{34}-s3alias$/);
  const described = {
    Name: "shop",
    NetworkOrigin: "Internet",
    Bucket,
    AccessPointArn: arn,
    Alias: alias,
    BucketAccountId: AccountId,
  };
  const { CreationDate, ...got } = await control("GetAccessPoint", { Name: "shop" });
  assert.ok(CreationDate instanceof Date);
  assert.deepEqual(got, {
    ...described,
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    },
    Endpoints: {
      ipv4: "s3-accesspoint.us-east-1.amazonaws.com",
      fips: "s3-accesspoint-fips.us-east-1.amazonaws.com",
      fips_dualstack: "s3-accesspoint-fips.dualstack.us-east-1.amazonaws.com",
      dualstack: "s3-accesspoint.dualstack.us-east-1.amazonaws.com",
    },
  });
  assert.deepEqual(await control("ListAccessPoints", { Bucket }), { AccessPointList: [described] });
  assert.deepEqual(await control("ListAccessPoints", { Bucket: "other" }), { AccessPointList: [] });
  await control("DeleteAccessPoint", { Name: "shop" });
  for (const operation of ["GetAccessPoint", "DeleteAccessPoint"])
    await assert.rejects(control(operation, { Name: "shop" }), {
      code: "NoSuchAccessPoint",
      message: "The specified accesspoint does not exist",
      members: { AccessPointName: "shop" },
    });
});

test("names and buckets of access points are checked in AWS's words", async () => {
  const { Bucket, control } = await point();
  for (const Name of ["sa", "xn-_test-alias", "Upper", "ends-"])
    await assert.rejects(control("CreateAccessPoint", { Name, Bucket }), {
      code: "InvalidURI",
      message: "Couldn't parse the specified URI.",
      members: { URI: `accesspoint/${Name}` },
    });
  await assert.rejects(control("CreateAccessPoint", { Name: "other", Bucket: "is-not-there" }), {
    code: "InvalidRequest",
    message: "Amazon S3 AccessPoint can only be created for existing bucket",
  });
  await assert.rejects(control("CreateAccessPoint", { Name: "shop", Bucket }), {
    code: "AccessPointAlreadyOwnedByYou",
  });
});

test("objects are reached by an access point's ARN and alias, in path and host", async () => {
  const { AccountId, Bucket, call, arn, alias } = await point();
  const s3 = new S3({ ...clientOptions(cloud, AccountId), forcePathStyle: true });
  const read = async (name: string) =>
    (await s3.getObject({ Bucket: name, Key: "k" })).Body!.transformToString();
  assert.equal(await read(alias), "data");
  await s3.putObject({ Bucket: alias, Key: "new", Body: "through" });
  assert.equal((await s3.listObjectsV2({ Bucket })).KeyCount, 2);
  assert.equal((await s3.headBucket({ Bucket: alias })).AccessPointAlias, true);
  const { Key } = { Key: "k" };
  assert.equal(
    (await call<{ ContentLength: number }>("s3", "GetObject", { Bucket: arn, Key })).ContentLength,
    4,
  );
  await s3.copyObject({ Bucket, Key: "copy", CopySource: `${arn}/object/k` });
  assert.equal((await s3.listObjectsV2({ Bucket })).KeyCount, 3);
  await assert.rejects(s3.putBucketPolicy({ Bucket: alias, Policy: "{}" }), { name: "MethodNotAllowed" });
  await assert.rejects(call("s3", "GetObject", { Bucket: arn.replace("shop", "none"), Key }), {
    code: "NoSuchAccessPoint",
  });

  // The SDK makes a host of an ARN; here its lookup leads all names to this machine.
  const hosts = [
    `${alias}.s3-accesspoint.us-east-1.amazonaws.com`,
    `${alias}.s3.us-east-1.localhost.localstack.cloud`,
    `shop-${AccountId}.s3-accesspoint.us-east-1.localhost.localstack.cloud`,
    `shop-${AccountId}.localhost`,
  ];
  for (const host of hosts) {
    const { status, text } = await get(host, AccountId);
    assert.deepEqual([status, text], [200, "data"], host);
  }
  s3.destroy();
});

test("an access point's policy is kept, judged, and denies", async () => {
  const { AccountId, call, control, arn, alias } = await point();
  const policy = (more: object) =>
    JSON.stringify({
      Statement: [
        { Effect: "Deny", Principal: "*", Action: "s3:GetObject", Resource: `${arn}/object/*`, ...more },
      ],
    });
  const none = { code: "NoSuchAccessPointPolicy" };
  await assert.rejects(control("GetAccessPointPolicy", { Name: "shop" }), none);
  await assert.rejects(
    control("PutAccessPointPolicy", { Name: "shop", Policy: policy({ Resource: "arn:aws:s3:::x/*" }) }),
    { code: "MalformedPolicy" },
  );
  await assert.rejects(
    control("PutAccessPointPolicy", { Name: "shop", Policy: policy({ Effect: "Allow" }) }),
    {
      code: "AccessDenied",
    },
  );
  const Policy = policy({});
  await control("PutAccessPointPolicy", { Name: "shop", Policy });
  assert.deepEqual(await control("GetAccessPointPolicy", { Name: "shop" }), { Policy });
  assert.deepEqual(await control("GetAccessPointPolicyStatus", { Name: "shop" }), {
    PolicyStatus: { IsPublic: false },
  });
  const s3 = new S3({ ...clientOptions(cloud, AccountId), forcePathStyle: true });
  await assert.rejects(s3.getObject({ Bucket: alias, Key: "k" }), { name: "AccessDenied" });
  await control("DeleteAccessPointPolicy", { Name: "shop" });
  await s3.getObject({ Bucket: alias, Key: "k" });
  s3.destroy();
  await assert.rejects(control("GetAccessPointPolicy", { Name: "shop" }), none);
  await call("s3", "GetObject", { Bucket: arn, Key: "k" });
});

/** Reads the object at a host that leads to the cloud. */
function get(host: string, account: string): Promise<{ status: number; text: string }> {
  const authorization = `AWS4-HMAC-SHA256 Credential=${account}/20261123/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0`;
  return new Promise((resolve, reject) => {
    request(`${cloud.url}/k`, { headers: { host, authorization } }, (response) => {
      let text = "";
      response.on("data", (data) => {
        text += data;
      });
      response.on("end", () => resolve({ status: response.statusCode!, text }));
    })
      .on("error", reject)
      .end();
  });
}
