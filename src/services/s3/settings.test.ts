import assert from "node:assert/strict";
import { test } from "node:test";
import { s3Cloud } from "./fixture.test.ts";

const { bucket } = await s3Cloud();

test("documents are put on a bucket, given back, and deleted", async () => {
  const { s3, Bucket } = await bucket();
  const cors = { CORSRules: [{ AllowedMethods: ["GET"], AllowedOrigins: ["*"] }] };
  await assert.rejects(s3.getBucketCors({ Bucket }), {
    name: "NoSuchCORSConfiguration",
    message: "The CORS configuration does not exist",
    BucketName: Bucket,
  });
  await s3.putBucketCors({ Bucket, CORSConfiguration: cors });
  assert.deepEqual((await s3.getBucketCors({ Bucket })).CORSRules, cors.CORSRules);
  await s3.deleteBucketCors({ Bucket });
  await assert.rejects(s3.getBucketCors({ Bucket }), { name: "NoSuchCORSConfiguration" });

  const { ServerSideEncryptionConfiguration: encryption } = await s3.getBucketEncryption({ Bucket });
  assert.deepEqual(encryption!.Rules, [
    { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" }, BucketKeyEnabled: false },
  ]);
  assert.deepEqual((await s3.getBucketOwnershipControls({ Bucket })).OwnershipControls!.Rules, [
    { ObjectOwnership: "BucketOwnerEnforced" },
  ]);
  assert.equal(
    (await s3.getPublicAccessBlock({ Bucket })).PublicAccessBlockConfiguration!.BlockPublicAcls,
    true,
  );
  assert.equal((await s3.getBucketRequestPayment({ Bucket })).Payer, "BucketOwner");
  assert.equal((await s3.getBucketVersioning({ Bucket })).Status, undefined);
  await s3.putBucketWebsite({ Bucket, WebsiteConfiguration: { IndexDocument: { Suffix: "index.html" } } });
  assert.deepEqual((await s3.getBucketWebsite({ Bucket })).IndexDocument, { Suffix: "index.html" });
});

test("what AWS refuses of documents is refused in its words", async () => {
  const { s3, Bucket } = await bucket();
  const malformed = {
    name: "MalformedXML",
    message: "The XML you provided was not well-formed or did not validate against our published schema",
  };
  await assert.rejects(
    s3.putBucketCors({
      Bucket,
      CORSConfiguration: { CORSRules: [{ AllowedMethods: ["MYMETHOD"], AllowedOrigins: ["*"] }] },
    }),
    {
      name: "InvalidRequest",
      message: "Found unsupported HTTP method in CORS config. Unsupported method is MYMETHOD",
    },
  );
  await assert.rejects(
    s3.putBucketOwnershipControls({
      Bucket,
      OwnershipControls: { Rules: [{ ObjectOwnership: "x" as never }] },
    }),
    malformed,
  );
  await assert.rejects(
    s3.putBucketEncryption({ Bucket, ServerSideEncryptionConfiguration: { Rules: [] } }),
    malformed,
  );
  await assert.rejects(s3.putBucketVersioning({ Bucket, VersioningConfiguration: {} }), malformed);
  await assert.rejects(s3.putBucketPolicy({ Bucket, Policy: "random" }), {
    name: "MalformedPolicy",
    message: "Policies must be valid JSON and the first byte must be '{'",
  });
  await assert.rejects(s3.putBucketPolicy({ Bucket, Policy: "{}" }), {
    message: "Missing required field Statement",
  });
  const denies = (Resource: string) =>
    s3.putBucketPolicy({
      Bucket,
      Policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: { Effect: "Deny", Principal: "*", Action: "s3:DeleteObject", Resource },
      }),
    });
  for (const own of [`${Bucket}/*`, `${Bucket}*`, "*", `${Bucket.slice(0, 6)}*/a`])
    await denies(`arn:aws:s3:::${own}`);
  for (const other of ["another-bucket/*", `${Bucket}-2/*`, "another-bucket"])
    await assert.rejects(denies(`arn:aws:s3:::${other}`), {
      name: "MalformedPolicy",
      message: "Policy has invalid resource",
    });
  const rule = { ID: "r", Status: "Enabled" as const, Filter: {} };
  for (const [Days, StorageClass, isTaken] of [
    [29, "STANDARD_IA", false],
    [30, "STANDARD_IA", true],
    [29, "ONEZONE_IA", false],
    [0, "GLACIER", true],
  ] as const) {
    const Rules = [{ ...rule, Transitions: [{ Days, StorageClass }] }];
    const put = s3.putBucketLifecycleConfiguration({ Bucket, LifecycleConfiguration: { Rules } });
    if (isTaken) await put;
    else
      await assert.rejects(put, {
        name: "InvalidArgument",
        message: `'Days' in Transition action must be greater than or equal to 30 for storageClass '${StorageClass}'`,
      });
  }
  await assert.rejects(
    s3.putBucketLifecycleConfiguration({
      Bucket,
      LifecycleConfiguration: {
        Rules: [{ ...rule, Expiration: { Date: new Date("2030-01-01T01:00:00Z") } }],
      },
    }),
    { name: "InvalidArgument", message: "'Date' must be at midnight GMT", ArgumentName: "Date" },
  );
  await assert.rejects(
    s3.putBucketLifecycleConfiguration({
      Bucket,
      LifecycleConfiguration: {
        Rules: [{ ...rule, Expiration: { Days: 1, ExpiredObjectDeleteMarker: true } }],
      },
    }),
    malformed,
  );
  const aborting = { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } };
  const tags = [1, 2].map((n) => ({ Key: `k${n}`, Value: "v" }));
  for (const Filter of [{ Tag: tags[0] }, { And: { Tags: tags } }, { And: { Prefix: "p", Tags: tags } }])
    await assert.rejects(
      s3.putBucketLifecycleConfiguration({
        Bucket,
        LifecycleConfiguration: { Rules: [{ ...rule, ...aborting, Filter }] },
      }),
      {
        name: "InvalidRequest",
        message: "AbortIncompleteMultipartUpload cannot be specified with Tags.",
      },
    );
  await assert.rejects(
    s3.putObjectLockConfiguration({ Bucket, ObjectLockConfiguration: { ObjectLockEnabled: "Enabled" } }),
    { name: "InvalidBucketState" },
  );
});

test("documents with ids are listed, and found by their id", async () => {
  const { s3, Bucket } = await bucket();
  const { $metadata } = await s3.putBucketMetricsConfiguration({
    Bucket,
    Id: "a",
    MetricsConfiguration: { Id: "a", Filter: { Prefix: "p" } },
  });
  assert.equal($metadata.httpStatusCode, 204);
  await assert.rejects(
    s3.putBucketMetricsConfiguration({ Bucket, Id: "b", MetricsConfiguration: { Id: "other" } }),
    { name: "IdMismatch" },
  );
  const { MetricsConfigurationList } = await s3.listBucketMetricsConfigurations({ Bucket });
  assert.deepEqual(MetricsConfigurationList, [{ Id: "a", Filter: { Prefix: "p" } }]);
  await s3.deleteBucketMetricsConfiguration({ Bucket, Id: "a" });
  await assert.rejects(s3.getBucketMetricsConfiguration({ Bucket, Id: "a" }), {
    name: "NoSuchConfiguration",
    message: "The specified configuration does not exist.",
  });
});

test("ACLs are given by name, by headers or by document", async () => {
  const { s3, Bucket, put } = await bucket({ ObjectOwnership: "ObjectWriter" });
  await s3.deletePublicAccessBlock({ Bucket });
  const { Owner, Grants } = await s3.getBucketAcl({ Bucket });
  assert.deepEqual(Grants, [
    { Grantee: { ID: Owner!.ID, Type: "CanonicalUser" }, Permission: "FULL_CONTROL" },
  ]);
  await put("k", "x");
  await s3.putObjectAcl({ Bucket, Key: "k", ACL: "public-read" });
  const everybody = { Type: "Group", URI: "http://acs.amazonaws.com/groups/global/AllUsers" };
  assert.deepEqual((await s3.getObjectAcl({ Bucket, Key: "k" })).Grants!.at(-1), {
    Grantee: everybody,
    Permission: "READ",
  });
  await assert.rejects(s3.putObjectAcl({ Bucket, Key: "k", ACL: "fake" as never }), {
    name: "InvalidArgument",
    ArgumentName: "x-amz-acl",
    ArgumentValue: "fake",
  });
  await assert.rejects(s3.putBucketAcl({ Bucket, GrantRead: 'fakekey="1"' }), {
    message: "Argument format not recognized",
    ArgumentName: "x-amz-grant-read",
  });
  await assert.rejects(s3.putBucketAcl({ Bucket }), {
    name: "MissingSecurityHeader",
    MissingHeaderName: "x-amz-acl",
  });
});

test("keys of clients are asked for on every read", async () => {
  const { put, get } = await bucket();
  const key = Buffer.alloc(32, 7);
  const { createHash } = await import("node:crypto");
  const customer = {
    SSECustomerAlgorithm: "AES256",
    SSECustomerKey: key.toString("base64"),
    SSECustomerKeyMD5: createHash("md5").update(key).digest("base64"),
  };
  const { SSECustomerKeyMD5 } = await put("k", "data", customer);
  assert.equal(SSECustomerKeyMD5, customer.SSECustomerKeyMD5);
  assert.equal((await get("k", customer)).text, "data");
  await assert.rejects(get("k"), {
    name: "InvalidRequest",
    message:
      "The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.",
  });
  await assert.rejects(put("k", "x", { ...customer, SSECustomerAlgorithm: "KMS" }), {
    name: "InvalidEncryptionAlgorithmError",
  });
});

test("a bucket that blocks keys of clients takes nothing new under them, and gives what it has", async () => {
  const { s3, Bucket, put, get, account } = await bucket();
  const { createHash } = await import("node:crypto");
  const key = Buffer.alloc(32, 7);
  const customer = {
    SSECustomerAlgorithm: "AES256",
    SSECustomerKey: key.toString("base64"),
    SSECustomerKeyMD5: createHash("md5").update(key).digest("base64"),
  };
  const block = (type: string) =>
    s3.putBucketEncryption({
      Bucket,
      ServerSideEncryptionConfiguration: {
        Rules: [
          {
            ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" },
            BlockedEncryptionTypes: { EncryptionType: [type as "NONE"] },
          },
        ],
      },
    });
  await put("k", "data", customer);
  await put("plain", "data");
  await assert.rejects(block("SSE-X"), { name: "MalformedXML" });
  await block("SSE-C");
  const refused = (action: string, name: string) => ({
    name: "AccessDenied",
    message: `User: arn:aws:iam::${account}:root is not authorized to perform: ${action} on resource: "arn:aws:s3:::${Bucket}/${name}" because this bucket has blocked upload requests that specify Server Side Encryption with Customer provided keys (SSE-C). Please specify a different server-side encryption type`,
  });
  const of = { Bucket, Key: "new", ...customer };
  await assert.rejects(put("new", "data", customer), refused("s3:PutObject", "new"));
  await assert.rejects(s3.createMultipartUpload(of), refused("s3:PutObject", "new"));
  await assert.rejects(
    s3.copyObject({ ...of, CopySource: `${Bucket}/plain` }),
    refused("s3:CopyObject", "new"),
  );
  assert.equal((await get("k", customer)).text, "data");
  await block("NONE");
  await put("new", "data", customer);
});
