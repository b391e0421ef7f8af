import assert from "node:assert/strict";
import { test } from "node:test";
import type { S3 } from "@aws-sdk/client-s3";
import { loadModel } from "../../models/model.ts";
import { newBucketName, s3Cloud } from "./fixture.test.ts";

/*
 * Every operation of S3 is either answered with success to the JavaScript SDK, or refused in words that name it: what a test of
 * this file has called is counted, and the last one compares it with the model.
 */

const { cloud, bucket, client } = await s3Cloud();

const succeeded = new Set<string>();

/** A client whose successful calls are counted. */
function counting(s3: S3): S3 {
  s3.middlewareStack.add(
    (next, { commandName = "" }) =>
      async (args) => {
        const output = await next(args);
        succeeded.add(commandName.replace(/Command$/, ""));
        return output;
      },
    { step: "initialize" },
  );
  return s3;
}

async function counted(input: object = {}) {
  const given = await bucket(input);
  return { ...given, s3: counting(given.s3) };
}

/** A client whose documents are not what it says of them. */
function lying(account: string): S3 {
  const s3 = client(account);
  s3.middlewareStack.add(
    (next) => (args) => {
      const { headers } = args.request as { headers: Record<string, string> };
      headers["content-md5"] = "1B2M2Y8AsgTpgAmY7PhCfg==";
      return next(args);
    },
    { step: "build" },
  );
  return s3;
}
const badDigest = {
  name: "BadDigest",
  message: "The Content-MD5 you specified did not match what we received.",
};

type Call = (input: object) => Promise<Record<string, unknown>>;

/** Calls by the operation's name. */
const call = (s3: S3, operation: string, input: object): Promise<Record<string, unknown>> => {
  const method = `${operation[0]?.toLowerCase()}${operation.slice(1)}`;
  return (s3 as unknown as Record<string, Call>)[method]!.call(s3, input);
};

const without = ({ $metadata: _, ...output }: Record<string, unknown>) => output;

const POLICY = (Bucket: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Deny",
        Principal: "*",
        Action: "s3:GetObject",
        Resource: `arn:aws:s3:::${Bucket}/secret/*`,
      },
    ],
  });

interface Document {
  /** PutBucketCors, GetBucketCors and, where there is one, DeleteBucketCors. */
  readonly of: string;
  readonly put: (Bucket: string) => object;
  /** What a Get answers then. */
  readonly got: (Bucket: string) => object;
  /** What it answers when it has been deleted: an error's code, or a document. */
  readonly gone?: string | object;
  /** Deleted by another name than it is put by. */
  readonly deletedBy?: string;
}

const lifecycleRules = [
  { ID: "old", Status: "Enabled" as const, Filter: { Prefix: "p/" }, Expiration: { Days: 3 } },
];
const tags = [{ Key: "a", Value: "b" }];

/** Documents of a bucket. */
const DOCUMENTS: readonly Document[] = [
  {
    of: "BucketCors",
    put: () => ({ CORSConfiguration: { CORSRules: [{ AllowedMethods: ["GET"], AllowedOrigins: ["*"] }] } }),
    got: () => ({ CORSRules: [{ AllowedMethods: ["GET"], AllowedOrigins: ["*"] }] }),
    gone: "NoSuchCORSConfiguration",
  },
  {
    of: "BucketWebsite",
    put: () => ({ WebsiteConfiguration: { IndexDocument: { Suffix: "i.html" } } }),
    got: () => ({ IndexDocument: { Suffix: "i.html" } }),
    gone: "NoSuchWebsiteConfiguration",
  },
  {
    of: "BucketEncryption",
    put: () => ({
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" }, BucketKeyEnabled: true }],
      },
    }),
    got: () => ({
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" }, BucketKeyEnabled: true }],
      },
    }),
    gone: {
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" }, BucketKeyEnabled: false }],
      },
    },
  },
  {
    of: "BucketOwnershipControls",
    put: () => ({ OwnershipControls: { Rules: [{ ObjectOwnership: "ObjectWriter" }] } }),
    got: () => ({ OwnershipControls: { Rules: [{ ObjectOwnership: "ObjectWriter" }] } }),
    gone: "OwnershipControlsNotFoundError",
  },
  {
    of: "PublicAccessBlock",
    put: () => ({ PublicAccessBlockConfiguration: { BlockPublicAcls: true } }),
    got: () => ({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        IgnorePublicAcls: false,
        BlockPublicPolicy: false,
        RestrictPublicBuckets: false,
      },
    }),
    gone: "NoSuchPublicAccessBlockConfiguration",
  },
  {
    of: "BucketTagging",
    put: () => ({ Tagging: { TagSet: tags } }),
    got: () => ({ TagSet: tags }),
    gone: "NoSuchTagSet",
  },
  {
    of: "BucketPolicy",
    put: (Bucket) => ({ Policy: POLICY(Bucket) }),
    got: (Bucket) => ({ Policy: POLICY(Bucket) }),
    gone: "NoSuchBucketPolicy",
  },
  {
    of: "BucketLifecycleConfiguration",
    deletedBy: "BucketLifecycle",
    put: () => ({ LifecycleConfiguration: { Rules: lifecycleRules } }),
    got: () => ({ Rules: lifecycleRules, TransitionDefaultMinimumObjectSize: "all_storage_classes_128K" }),
    gone: "NoSuchLifecycleConfiguration",
  },
  {
    of: "BucketVersioning",
    put: () => ({ VersioningConfiguration: { Status: "Enabled" } }),
    got: () => ({ Status: "Enabled" }),
  },
  {
    of: "BucketLogging",
    put: (Bucket) => ({
      BucketLoggingStatus: { LoggingEnabled: { TargetBucket: Bucket, TargetPrefix: "logs/" } },
    }),
    got: (Bucket) => ({ LoggingEnabled: { TargetBucket: Bucket, TargetPrefix: "logs/" } }),
  },
  {
    of: "BucketRequestPayment",
    put: () => ({ RequestPaymentConfiguration: { Payer: "Requester" } }),
    got: () => ({ Payer: "Requester" }),
  },
  {
    of: "BucketAccelerateConfiguration",
    put: () => ({ AccelerateConfiguration: { Status: "Enabled" } }),
    got: () => ({ Status: "Enabled" }),
  },
  {
    of: "BucketAbac",
    put: () => ({ AbacStatus: { Status: "Enabled" } }),
    got: () => ({ AbacStatus: { Status: "Enabled" } }),
  },
  {
    of: "BucketNotificationConfiguration",
    put: () => ({ NotificationConfiguration: { EventBridgeConfiguration: {} } }),
    got: () => ({ EventBridgeConfiguration: {} }),
  },
];

for (const { of, put, got, gone, deletedBy = of } of DOCUMENTS) {
  test(`${of} is put, given back${gone ? ", and deleted" : ""}`, async () => {
    const { s3, Bucket, account } = await counted();
    await assert.rejects(call(lying(account), `Put${of}`, { Bucket, ...put(Bucket) }), badDigest);
    await call(s3, `Put${of}`, { Bucket, ...put(Bucket) });
    assert.deepEqual(without(await call(s3, `Get${of}`, { Bucket })), got(Bucket));
    if (gone === undefined) return;
    const { $metadata } = await call(s3, `Delete${deletedBy}`, { Bucket });
    assert.equal(($metadata as { httpStatusCode: number }).httpStatusCode, 204);
    const after = call(s3, `Get${of}`, { Bucket });
    if (typeof gone === "object") assert.deepEqual(without(await after), gone);
    else await assert.rejects(after, { name: gone, $fault: "client" });
  });
}

const NUMBERED: Readonly<Record<string, object>> = {
  Analytics: { StorageClassAnalysis: {} },
  IntelligentTiering: { Status: "Enabled", Tierings: [{ Days: 90, AccessTier: "ARCHIVE_ACCESS" }] },
  Metrics: { Filter: { Prefix: "p" } },
  Inventory: {
    IsEnabled: true,
    IncludedObjectVersions: "Current",
    Schedule: { Frequency: "Daily" },
    Destination: { S3BucketDestination: { Bucket: "arn:aws:s3:::reports", Format: "CSV" } },
  },
};

for (const [name, rest] of Object.entries(NUMBERED)) {
  test(`${name} configurations of a bucket are put, given back, listed and deleted by their id`, async () => {
    const { s3, Bucket } = await counted();
    const member = `${name}Configuration`;
    const document = (Id: string) => ({ Id, ...rest });
    for (const Id of ["b", "a"]) await call(s3, `PutBucket${member}`, { Bucket, Id, [member]: document(Id) });
    assert.deepEqual(without(await call(s3, `GetBucket${member}`, { Bucket, Id: "a" })), {
      [member]: document("a"),
    });
    const list = async () => without(await call(s3, `ListBucket${member}s`, { Bucket }));
    assert.deepEqual(await list(), { IsTruncated: false, [`${member}List`]: [document("a"), document("b")] });
    await call(s3, `DeleteBucket${member}`, { Bucket, Id: "a" });
    assert.deepEqual(await list(), { IsTruncated: false, [`${member}List`]: [document("b")] });
    await assert.rejects(call(s3, `GetBucket${member}`, { Bucket, Id: "a" }), {
      name: "NoSuchConfiguration",
    });
  });
}

test("a replication configuration is put, given back and deleted", async () => {
  const { s3, Bucket, account, enableVersioning } = await counted();
  await enableVersioning();
  const copy = newBucketName();
  await s3.createBucket({ Bucket: copy });
  await s3.putBucketVersioning({ Bucket: copy, VersioningConfiguration: { Status: "Enabled" } });
  const ReplicationConfiguration = {
    Role: `arn:aws:iam::${account}:role/replicates`,
    Rules: [
      {
        ID: "all",
        Priority: 1,
        Status: "Enabled" as const,
        Filter: { Prefix: "" },
        DeleteMarkerReplication: { Status: "Disabled" as const },
        Destination: { Bucket: `arn:aws:s3:::${copy}` },
      },
    ],
  };
  await s3.putBucketReplication({ Bucket, ReplicationConfiguration });
  assert.deepEqual(
    (await s3.getBucketReplication({ Bucket })).ReplicationConfiguration,
    ReplicationConfiguration,
  );
  await s3.deleteBucketReplication({ Bucket });
  await assert.rejects(s3.getBucketReplication({ Bucket }), {
    name: "ReplicationConfigurationNotFoundError",
  });
});

test("whether a bucket's policy is public is told", async () => {
  const { s3, Bucket } = await counted();
  await assert.rejects(s3.getBucketPolicyStatus({ Bucket }), { name: "NoSuchBucketPolicy" });
  await s3.deletePublicAccessBlock({ Bucket });
  const isPublic = async (Effect: string) => {
    const Policy = POLICY(Bucket).replace("Deny", Effect);
    await s3.putBucketPolicy({ Bucket, Policy });
    return (await s3.getBucketPolicyStatus({ Bucket })).PolicyStatus;
  };
  assert.deepEqual(await isPublic("Deny"), { IsPublic: false });
  assert.deepEqual(await isPublic("Allow"), { IsPublic: true });
});

test("tables of a bucket's metadata are configured, changed and ended; those of before are refused", async () => {
  const { s3, Bucket, account } = await counted();
  const notFound = {
    name: "MetadataConfigurationNotFound",
    message: "The metadata configuration was not found",
    BucketName: Bucket,
  };
  const configuration = async () =>
    (await s3.getBucketMetadataConfiguration({ Bucket })).GetBucketMetadataConfigurationResult!
      .MetadataConfigurationResult!;
  await assert.rejects(configuration(), notFound);
  await assert.rejects(s3.deleteBucketMetadataConfiguration({ Bucket }), notFound);
  const journal = (RecordExpiration: object) => ({ RecordExpiration: RecordExpiration as never });
  const create = (RecordExpiration: object, more: object = {}) =>
    s3.createBucketMetadataConfiguration({
      Bucket,
      MetadataConfiguration: { JournalTableConfiguration: journal(RecordExpiration), ...more },
    });
  for (const wrong of [{ Expiration: "ENABLED" }, { Expiration: "ENABLED", Days: 6 }, { Expiration: "x" }])
    await assert.rejects(create(wrong), { name: "MalformedXML" });
  await create(
    { Expiration: "ENABLED", Days: 7 },
    { InventoryTableConfiguration: { ConfigurationState: "DISABLED" } },
  );
  await assert.rejects(create({ Expiration: "DISABLED" }), { name: "MetadataConfigurationAlreadyExists" });
  const tables = `arn:aws:s3tables:us-east-1:${account}:bucket/aws-s3`;
  const first = await configuration();
  assert.deepEqual(first.DestinationResult, {
    TableBucketType: "aws",
    TableBucketArn: tables,
    TableNamespace: `b_${Bucket}`,
  });
  assert.deepEqual(first.InventoryTableConfigurationResult, { ConfigurationState: "DISABLED" });
  const { TableArn, ...table } = first.JournalTableConfigurationResult!;
  assert.ok(TableArn!.startsWith(`${tables}/table/`), TableArn);
  assert.deepEqual(table, {
    TableStatus: "ACTIVE",
    TableName: "journal",
    RecordExpiration: { Expiration: "ENABLED", Days: 7 },
  });

  await s3.updateBucketMetadataJournalTableConfiguration({
    Bucket,
    JournalTableConfiguration: journal({ Expiration: "DISABLED" }),
  });
  await s3.updateBucketMetadataInventoryTableConfiguration({
    Bucket,
    InventoryTableConfiguration: { ConfigurationState: "ENABLED" },
  });
  await s3.updateBucketMetadataAnnotationTableConfiguration({
    Bucket,
    AnnotationTableConfiguration: { ConfigurationState: "DISABLED" },
  });
  const changed = await configuration();
  assert.deepEqual(changed.JournalTableConfigurationResult, {
    TableStatus: "ACTIVE",
    TableName: "journal",
    TableArn,
    RecordExpiration: { Expiration: "DISABLED" },
  });
  assert.equal(changed.InventoryTableConfigurationResult?.TableName, "inventory");
  assert.deepEqual(changed.AnnotationTableConfigurationResult, { ConfigurationState: "DISABLED" });
  await s3.deleteBucketMetadataConfiguration({ Bucket });
  await assert.rejects(configuration(), notFound);
});

test("a bucket is made, met, located, listed and deleted", async () => {
  const s3 = counting(client());
  const Bucket = newBucketName();
  assert.equal((await s3.createBucket({ Bucket })).Location, `/${Bucket}`);
  assert.equal((await s3.headBucket({ Bucket })).BucketRegion, "us-east-1");
  assert.equal((await s3.getBucketLocation({ Bucket })).LocationConstraint, undefined, "us-east-1 has none");
  assert.deepEqual(
    (await s3.listBuckets({})).Buckets!.map(({ Name }) => Name),
    [Bucket],
  );
  await s3.deleteBucket({ Bucket });
  assert.deepEqual((await s3.listBuckets({})).Buckets, []);
});

test("an object is put, read, described, listed, copied, tagged and deleted", async () => {
  const { s3, Bucket, account, enableVersioning } = await counted({ ObjectOwnership: "ObjectWriter" });
  await enableVersioning();
  const of = { Bucket, Key: "k" };
  const { ETag, VersionId } = await s3.putObject({ ...of, Body: "data", StorageClass: "GLACIER" });
  assert.equal((await s3.headObject(of)).ContentLength, 4);
  await s3.restoreObject({ ...of, RestoreRequest: { Days: 1 } });
  assert.equal(await (await s3.getObject(of)).Body!.transformToString(), "data");
  const { ObjectSize, StorageClass } = await s3.getObjectAttributes({
    ...of,
    ObjectAttributes: ["ObjectSize", "StorageClass"],
  });
  assert.deepEqual([ObjectSize, StorageClass], [4, "GLACIER"]);
  const copied = await s3.copyObject({ Bucket, Key: "copy", CopySource: `${Bucket}/k` });
  assert.equal(copied.CopyObjectResult!.ETag, ETag);
  const keys = (output: { Contents?: { Key?: string }[] }) => output.Contents!.map(({ Key }) => Key);
  assert.deepEqual(keys(await s3.listObjects({ Bucket })), ["copy", "k"]);
  assert.deepEqual(keys(await s3.listObjectsV2({ Bucket })), ["copy", "k"]);
  assert.equal((await s3.listObjectVersions({ Bucket, Prefix: "k" })).Versions![0]!.VersionId, VersionId);

  await s3.putObjectTagging({ ...of, Tagging: { TagSet: tags } });
  assert.deepEqual((await s3.getObjectTagging(of)).TagSet, tags);
  await s3.deleteObjectTagging(of);
  assert.deepEqual((await s3.getObjectTagging(of)).TagSet, []);

  await s3.deletePublicAccessBlock({ Bucket });
  await s3.putBucketAcl({ Bucket, ACL: "authenticated-read" });
  assert.equal((await s3.getBucketAcl({ Bucket })).Grants!.length, 2);
  await s3.putObjectAcl({ ...of, ACL: "authenticated-read" });
  assert.equal((await s3.getObjectAcl(of)).Grants!.length, 2);

  assert.equal((await s3.deleteObject(of)).DeleteMarker, true);
  const Objects = [{ Key: "copy" }, { Key: "k", VersionId: VersionId! }];
  await assert.rejects(lying(account).deleteObjects({ Bucket, Delete: { Objects } }), badDigest);
  assert.equal((await s3.deleteObjects({ Bucket, Delete: { Objects } })).Deleted!.length, 2);
});

test("an object's encryption is changed where it lies", async () => {
  const { s3, Bucket, account } = await counted();
  const of = { Bucket, Key: "k" };
  const { KeyMetadata } = await cloud.call<{ KeyMetadata: { Arn: string } }>(
    "kms",
    "CreateKey",
    {},
    { account, region: "us-east-1" },
  );
  const KMSKeyArn = KeyMetadata.Arn;
  const change = (arn: string, more: object = {}) =>
    s3.updateObjectEncryption({ ...of, ObjectEncryption: { SSEKMS: { KMSKeyArn: arn, ...more } } });
  await assert.rejects(change(KMSKeyArn), { name: "NoSuchKey", Key: `${Bucket}/k` });
  const { ETag } = await s3.putObject({ ...of, Body: "data", StorageClass: "GLACIER" });
  const { LastModified } = await s3.headObject(of);
  const needs = "Requests modifying object encryption configuration to SSE-KMS require a";
  const format =
    "Invalid KMS Key ARN format. You must provide the full KMS Key ARN to make an UpdateObjectEncryption request";
  for (const [arn, message] of [
    ["garbage", `${needs} valid target kms key arn: Malformed ARN - doesn't start with 'arn:'`],
    ["arn:", `${needs} valid target kms key arn: Malformed ARN - no AWS partition specified`],
    ["arn:aws:kms", `${needs} valid target kms key arn: Malformed ARN - no service specified`],
    ["arn:aws:kms:", `${needs} valid target kms key arn: Malformed ARN - no AWS region partition specified`],
    ["arn:aws:kms:us-east-1:", `${needs} valid target kms key arn: Malformed ARN - no AWS account specified`],
    [
      "arn:aws:kms:us-east-1:111:",
      `${needs} valid target kms key arn: Malformed ARN - no resource specified`,
    ],
    [
      "arn:aws:kms:us-east-1:111111111111:key/",
      `${needs} valid target kms key arn: resource cannot be empty`,
    ],
    ["arn:aws:kms:us-east-1:111111111111:alias/x", format],
    ["arn:aws:s3:::x", format],
  ] as const)
    await assert.rejects(change(arn), { name: "InvalidRequest", message }, arn);
  await assert.rejects(s3.updateObjectEncryption({ ...of, ObjectEncryption: {} as never }), {
    name: "MalformedXML",
  });
  await change(KMSKeyArn, { BucketKeyEnabled: true });
  const head = await s3.headObject(of);
  assert.deepEqual(
    [head.ETag, head.LastModified, head.ServerSideEncryption, head.SSEKMSKeyId, head.BucketKeyEnabled],
    [ETag, LastModified, "aws:kms", KMSKeyArn, true],
  );
  await cloud.call("kms", "DisableKey", { KeyId: KMSKeyArn }, { account, region: "us-east-1" });
  await assert.rejects(change(KMSKeyArn), { name: "KMS.DisabledException" });
});

test("an object is locked for a time, and held", async () => {
  const { s3, Bucket } = await counted({ ObjectLockEnabledForBucket: true });
  const of = { Bucket, Key: "k" };
  const ObjectLockConfiguration = {
    ObjectLockEnabled: "Enabled" as const,
    Rule: { DefaultRetention: { Mode: "GOVERNANCE" as const, Days: 1 } },
  };
  await s3.putObjectLockConfiguration({ Bucket, ObjectLockConfiguration });
  assert.deepEqual(
    (await s3.getObjectLockConfiguration({ Bucket })).ObjectLockConfiguration,
    ObjectLockConfiguration,
  );
  const { VersionId } = await s3.putObject({ ...of, Body: "x" });
  const Retention = { Mode: "COMPLIANCE" as const, RetainUntilDate: new Date("2100-01-01T00:00:00Z") };
  await s3.putObjectRetention({ ...of, Retention });
  assert.deepEqual((await s3.getObjectRetention(of)).Retention, Retention);
  await s3.putObjectLegalHold({ ...of, LegalHold: { Status: "ON" } });
  assert.deepEqual((await s3.getObjectLegalHold(of)).LegalHold, { Status: "ON" });
  await assert.rejects(s3.deleteObject({ ...of, VersionId: VersionId!, BypassGovernanceRetention: true }), {
    name: "AccessDenied",
  });
});

test("an upload in parts is begun, listed, completed, and given up", async () => {
  const { s3, Bucket } = await counted();
  const of = { Bucket, Key: "large" };
  await s3.putObject({ Bucket, Key: "source", Body: "copied" });
  const { UploadId } = await s3.createMultipartUpload(of);
  const { ETag } = await s3.uploadPart({ ...of, UploadId, PartNumber: 1, Body: Buffer.alloc(5 << 20) });
  const { CopyPartResult } = await s3.uploadPartCopy({
    ...of,
    UploadId,
    PartNumber: 2,
    CopySource: `${Bucket}/source`,
  });
  assert.deepEqual(
    (await s3.listMultipartUploads({ Bucket })).Uploads!.map(({ Key }) => Key),
    ["large"],
  );
  assert.deepEqual(
    (await s3.listParts({ ...of, UploadId })).Parts!.map(({ Size }) => Size),
    [5 << 20, 6],
  );
  const Parts = [
    { PartNumber: 1, ETag: ETag! },
    { PartNumber: 2, ETag: CopyPartResult!.ETag! },
  ];
  await s3.completeMultipartUpload({ ...of, UploadId, MultipartUpload: { Parts } });
  assert.equal((await s3.headObject(of)).ContentLength, (5 << 20) + 6);
  const other = await s3.createMultipartUpload(of);
  await s3.abortMultipartUpload({ ...of, UploadId: other.UploadId! });
  assert.equal((await s3.listMultipartUploads({ Bucket })).Uploads, undefined);
});

/** What AWS itself refuses to everybody, or to whoever begins today. */
const REFUSED_BY_AWS: Readonly<Record<string, readonly [code: string, input: object]>> = {
  GetObjectTorrent: ["NoSuchKey", { Key: "k" }],
  SelectObjectContent: [
    "MethodNotAllowed",
    {
      Key: "k",
      Expression: "SELECT * FROM s3object",
      ExpressionType: "SQL",
      InputSerialization: { CSV: {} },
      OutputSerialization: { CSV: {} },
    },
  ],
  CreateBucketMetadataTableConfiguration: [
    "V1APIsNotAllowed",
    {
      MetadataTableConfiguration: {
        S3TablesDestination: {
          TableBucketArn: "arn:aws:s3tables:us-east-1:111122223333:bucket/t",
          TableName: "n",
        },
      },
    },
  ],
  GetBucketMetadataTableConfiguration: ["V1APIsNotAllowed", {}],
  DeleteBucketMetadataTableConfiguration: ["V1APIsNotAllowed", {}],
};

/** What Squall does not do: sessions and renames of directory buckets, annotations, Object Lambda. */
const NOT_SERVED: Readonly<Record<string, object>> = {
  CreateSession: {},
  ListDirectoryBuckets: {},
  RenameObject: { Key: "k", RenameSource: "old" },
  PutObjectAnnotation: { Key: "k", AnnotationName: "a", AnnotationPayload: "x" },
  GetObjectAnnotation: { Key: "k", AnnotationName: "a" },
  ListObjectAnnotations: { Key: "k" },
  DeleteObjectAnnotation: { Key: "k", AnnotationName: "a" },
};

/** Their requests say what others' say, or go to a host of their own. */
const OF_OTHERS: Readonly<Record<string, string>> = {
  GetBucketLifecycle: "GetBucketLifecycleConfiguration's",
  PutBucketLifecycle: "PutBucketLifecycleConfiguration's",
  GetBucketNotification: "GetBucketNotificationConfiguration's",
  PutBucketNotification: "PutBucketNotificationConfiguration's",
  WriteGetObjectResponse: "a function's, at a host of its own",
};

test("what AWS refuses is refused in its words, and what Squall does not do by its name", async () => {
  const { s3, Bucket, put } = await counted();
  await put("k", "x");
  for (const [operation, [name, input]] of Object.entries(REFUSED_BY_AWS))
    await assert.rejects(call(s3, operation, { Bucket, ...input }), { name }, operation);
  const plain = counting(client(undefined, { disableS3ExpressSessionAuth: true }));
  for (const [operation, input] of Object.entries(NOT_SERVED))
    await assert.rejects(
      call(plain, operation, { Bucket, ...input }),
      { name: "NotImplemented", message: new RegExp(`\\bs3\\.${operation}\\b`) },
      operation,
    );
  assert.equal(await (await s3.getObject({ Bucket, Key: "k" })).Body!.transformToString(), "x");
});

test("no operation of S3 is left", () => {
  const others = [REFUSED_BY_AWS, NOT_SERVED, OF_OTHERS].flatMap((list) => Object.keys(list));
  assert.deepEqual(
    others.filter((operation) => succeeded.has(operation)),
    [],
  );
  assert.deepEqual([...succeeded, ...others].sort(), Object.keys(loadModel("s3")!.operations).sort());
});
