import assert from "node:assert/strict";
import { request } from "node:http";
import { test } from "node:test";
import { newAccount, testCloud } from "../../../../test/cloud.ts";

const cloud = await testCloud();
test.after(() => cloud.stop());

const OPEN = (Bucket: string) =>
  JSON.stringify({
    Statement: {
      Effect: "Allow",
      Principal: "*",
      Action: "s3:GetObject",
      Resource: `arn:aws:s3:::${Bucket}/*`,
    },
  });
const scope = (account: string) =>
  `AWS4-HMAC-SHA256 Credential=${account}/20261123/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0`;

/** Calls in an account of its own, by name. */
function caller() {
  const account = newAccount();
  const call = <T = Record<string, unknown>>(service: string, operation: string, input: object = {}) =>
    cloud.call<T>(service, operation, input, { account, as: `arn:aws:iam::${account}:root` });
  return { account, call };
}

test("an account's public access block is put, read and deleted", async () => {
  const { account: AccountId, call } = caller();
  const none = {
    code: "NoSuchPublicAccessBlockConfiguration",
    message: "The public access block configuration was not found",
  };
  await assert.rejects(call("s3control", "GetPublicAccessBlock", { AccountId }), none);
  await call("s3control", "PutPublicAccessBlock", {
    AccountId,
    PublicAccessBlockConfiguration: { BlockPublicPolicy: true },
  });
  assert.deepEqual(await call("s3control", "GetPublicAccessBlock", { AccountId }), {
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: false,
      IgnorePublicAcls: false,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: false,
    },
  });
  await assert.rejects(call("s3control", "GetPublicAccessBlock", { AccountId: newAccount() }), {
    code: "AccessDenied",
  });
  await call("s3control", "DeletePublicAccessBlock", { AccountId });
  await assert.rejects(call("s3control", "GetPublicAccessBlock", { AccountId }), none);
});

test("what an account blocks is blocked in its buckets, whatever they say themselves", async () => {
  const { account: AccountId, call } = caller();
  const Bucket = `open-${AccountId}`;
  await call("s3", "CreateBucket", { Bucket });
  await call("s3", "DeletePublicAccessBlock", { Bucket });
  await call("s3", "PutObject", { Bucket, Key: "k", Body: "data" });
  const block = (PublicAccessBlockConfiguration: object) =>
    call("s3control", "PutPublicAccessBlock", { AccountId, PublicAccessBlockConfiguration });
  const status = async () => (await fetch(`${cloud.url}/${Bucket}/k`)).status;
  const open = () => call("s3", "PutBucketPolicy", { Bucket, Policy: OPEN(Bucket) });

  await block({ BlockPublicPolicy: true });
  await assert.rejects(open(), { code: "AccessDenied", message: /BlockPublicPolicy/ });
  await call("s3control", "DeletePublicAccessBlock", { AccountId });
  await open();
  assert.equal(await status(), 200);
  await block({ RestrictPublicBuckets: true });
  assert.equal(await status(), 403);
  await call("s3", "PutBucketOwnershipControls", {
    Bucket,
    OwnershipControls: { Rules: [{ ObjectOwnership: "ObjectWriter" }] },
  });
  await block({ BlockPublicAcls: true });
  await assert.rejects(call("s3", "PutBucketAcl", { Bucket, ACL: "public-read" }), {
    code: "AccessDenied",
    message: /BlockPublicAcls/,
  });
});

test("requests are S3 Control's by host or by path, and errors are in its form", async () => {
  const { account } = caller();
  const path = "/v20180820/configuration/publicAccessBlock";
  const ask = async (headers: Record<string, string>) => {
    return new Promise<{ status: number; text: string }>((resolve, reject) => {
      request(
        `${cloud.url}${path}`,
        { headers: { authorization: scope(account), ...headers } },
        (response) => {
          let text = "";
          response.on("data", (data) => {
            text += data;
          });
          response.on("end", () => resolve({ status: response.statusCode!, text }));
        },
      )
        .on("error", reject)
        .end();
    });
  };
  const ways: Record<string, string>[] = [
    { "x-amz-account-id": account },
    { host: `${account}.s3-control.us-east-1.amazonaws.com` },
    { host: `${account}.s3-control.us-east-1.localhost.localstack.cloud:4566` },
    { host: `${account}.localhost:4566` },
  ];
  for (const headers of ways) {
    const { status, text } = await ask(headers);
    assert.equal(status, 404, JSON.stringify(headers));
    assert.match(
      text,
      /<ErrorResponse><Error><Code>NoSuchPublicAccessBlockConfiguration<\/Code><Message>The public access block configuration was not found<\/Message><AccountId>\d{12}<\/AccountId><\/Error><RequestId>[^<]+<\/RequestId><HostId>[^<]+<\/HostId><\/ErrorResponse>$/,
    );
  }
});

test("a bucket's tags are added, removed and listed by its ARN", async () => {
  const { account: AccountId, call } = caller();
  const Bucket = `tagged-${AccountId}`;
  const ResourceArn = `arn:aws:s3:::${Bucket}`;
  await call("s3", "CreateBucket", { Bucket });
  const list = () => call("s3control", "ListTagsForResource", { AccountId, ResourceArn });
  const tag = (...Tags: object[]) => call("s3control", "TagResource", { AccountId, ResourceArn, Tags });
  assert.deepEqual(await list(), { Tags: [] });
  await tag({ Key: "team", Value: "a" }, { Key: "stage", Value: "test" });
  await tag({ Key: "team", Value: "b" });
  await call("s3control", "UntagResource", { AccountId, ResourceArn, TagKeys: ["stage"] });
  assert.deepEqual(await list(), { Tags: [{ Key: "team", Value: "b" }] });
  assert.deepEqual(await call("s3", "GetBucketTagging", { Bucket }), {
    TagSet: [{ Key: "team", Value: "b" }],
  });
  const wrong: [object[], string, RegExp][] = [
    [
      [
        { Key: "a", Value: "" },
        { Key: "a", Value: "" },
      ],
      "InvalidTag",
      /^There are duplicate tag keys/,
    ],
    [[{ Key: "aws:a", Value: "" }], "InvalidTag", /can't start with "aws:"/],
    [[{ Key: "a,b", Value: "" }], "InvalidTag", /isn't valid\. Valid characters/],
    [[{ Key: "a", Value: "?" }], "InvalidTag", /isn't valid\. Valid characters/],
    [[{ Value: "" }], "MalformedXML", /not well-formed/],
  ];
  for (const [tags, code, message] of wrong) await assert.rejects(tag(...tags), { code, message });
  await assert.rejects(
    call("s3control", "ListTagsForResource", { AccountId, ResourceArn: "arn:aws:s3:::is-not-there" }),
    { code: "NoSuchBucket" },
  );
});

test("what is not served of it says so by name", async () => {
  const { account: AccountId, call } = caller();
  await assert.rejects(call("s3control", "ListJobs", { AccountId }), {
    code: "NotImplemented",
    message: /ListJobs/,
  });
});
