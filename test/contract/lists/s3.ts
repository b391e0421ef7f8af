import type { Call, ListCase } from "../lists.ts";

/** Buckets share one namespace: names hold their account. */
const bucketOf = (account: string) => `lists-${account}`;
const makeBucket = (call: Call) => call("CreateBucket", { Bucket: bucketOf(call.account) });

const keyOf = ({ Key }: { Key: string }) => Key;

/** The one upload that is under way. */
async function upload(call: Call): Promise<{ Key: string; UploadId: string }> {
  const { Uploads } = (await call("ListMultipartUploads", { Bucket: bucketOf(call.account) })) as {
    Uploads: { Key: string; UploadId: string }[];
  };
  const { Key, UploadId } = Uploads[0]!;
  return { Key, UploadId };
}
/** Parts begin with 1. */
const partOf = (name: string) => Number(name.slice(1)) + 1;
const partName = ({ PartNumber }: { PartNumber: number }) => `q${String(PartNumber - 1).padStart(3, "0")}`;

/** What a bucket's numbered settings say besides their id. */
const CONFIGURED: Readonly<Record<string, object>> = {
  Analytics: { StorageClassAnalysis: {} },
  IntelligentTiering: { Status: "Enabled", Tierings: [{ Days: 90, AccessTier: "ARCHIVE_ACCESS" }] },
  Inventory: {
    Destination: { S3BucketDestination: { Bucket: "arn:aws:s3:::inventories", Format: "CSV" } },
    IsEnabled: true,
    IncludedObjectVersions: "All",
    Schedule: { Frequency: "Daily" },
  },
};

export const lists: readonly ListCase[] = [
  {
    service: "s3",
    operation: "ListBuckets",
    size: "MaxBuckets",
    token: "ContinuationToken",
    items: "Buckets",
    next: "ContinuationToken",
    add: (call, name) => call("CreateBucket", { Bucket: `${name}-${call.account}` }),
    remove: (call, name) => call("DeleteBucket", { Bucket: `${name}-${call.account}` }),
    nameOf: ({ Name }: { Name: string }) => Name.split("-")[0],
  },
  {
    service: "s3",
    operation: "ListObjectsV2",
    // A token hides the key that was given last: a place in the bucket, whatever is asked from there on.
    free: [
      "Delimiter",
      "EncodingType",
      "FetchOwner",
      "Prefix",
      "StartAfter",
      "RequestPayer",
      "ExpectedBucketOwner",
    ],
    input: (account) => ({ Bucket: bucketOf(account) }),
    size: "MaxKeys",
    token: "ContinuationToken",
    items: "Contents",
    next: "NextContinuationToken",
    prepare: makeBucket,
    add: (call, Key) => call("PutObject", { Bucket: bucketOf(call.account), Key }),
    remove: (call, Key) => call("DeleteObject", { Bucket: bucketOf(call.account), Key }),
    nameOf: keyOf,
  },
  {
    service: "s3",
    operation: "ListObjects",
    // Without a delimiter the last key is the marker, and AWS does not say it twice.
    input: (account) => ({ Bucket: bucketOf(account), Delimiter: "/" }),
    size: "MaxKeys",
    token: "Marker",
    items: "Contents",
    next: "NextMarker",
    keyIsToken: true,
    prepare: makeBucket,
    add: (call, Key) => call("PutObject", { Bucket: bucketOf(call.account), Key }),
    remove: (call, Key) => call("DeleteObject", { Bucket: bucketOf(call.account), Key }),
    nameOf: keyOf,
  },
  {
    service: "s3",
    operation: "ListObjectVersions",
    input: (account) => ({ Bucket: bucketOf(account) }),
    size: "MaxKeys",
    token: "KeyMarker",
    items: "Versions",
    next: "NextKeyMarker",
    keyIsToken: true,
    prepare: makeBucket,
    add: (call, Key) => call("PutObject", { Bucket: bucketOf(call.account), Key }),
    remove: (call, Key) => call("DeleteObject", { Bucket: bucketOf(call.account), Key }),
    nameOf: keyOf,
  },
  {
    service: "s3",
    operation: "ListMultipartUploads",
    input: (account) => ({ Bucket: bucketOf(account) }),
    size: "MaxUploads",
    token: "KeyMarker",
    items: "Uploads",
    next: "NextKeyMarker",
    keyIsToken: true,
    prepare: makeBucket,
    add: (call, Key) => call("CreateMultipartUpload", { Bucket: bucketOf(call.account), Key }),
    async remove(call, Key) {
      const Bucket = bucketOf(call.account);
      const { Uploads } = (await call("ListMultipartUploads", { Bucket, Prefix: Key })) as {
        Uploads: { UploadId: string }[];
      };
      await call("AbortMultipartUpload", { Bucket, Key, UploadId: Uploads[0]!.UploadId });
    },
    nameOf: keyOf,
  },
  {
    service: "s3",
    operation: "ListParts",
    input: async (account, call) => ({ Bucket: bucketOf(account), ...(await upload(call)) }),
    size: "MaxParts",
    token: "PartNumberMarker",
    items: "Parts",
    next: ({ IsTruncated, NextPartNumberMarker }: { IsTruncated: boolean; NextPartNumberMarker: string }) =>
      IsTruncated && NextPartNumberMarker,
    keyIsToken: true,
    async prepare(call) {
      await makeBucket(call);
      await call("CreateMultipartUpload", { Bucket: bucketOf(call.account), Key: "k" });
    },
    add: async (call, name) =>
      call("UploadPart", {
        Bucket: bucketOf(call.account),
        ...(await upload(call)),
        PartNumber: partOf(name),
        Body: "part",
      }),
    nameOf: partName,
  },
  {
    service: "s3",
    operation: "GetObjectAttributes",
    input: (account) => ({ Bucket: bucketOf(account), Key: "k", ObjectAttributes: ["ObjectParts"] }),
    size: "MaxParts",
    token: "PartNumberMarker",
    items: "ObjectParts.Parts",
    next: ({ ObjectParts }: { ObjectParts: { IsTruncated: boolean; NextPartNumberMarker: string } }) =>
      ObjectParts.IsTruncated && ObjectParts.NextPartNumberMarker,
    keyIsToken: true,
    async prepare(call) {
      await makeBucket(call);
      const object = { Bucket: bucketOf(call.account), Key: "k" };
      const { UploadId } = await call("CreateMultipartUpload", { ...object, ChecksumAlgorithm: "SHA256" });
      const Parts: object[] = [];
      for (const PartNumber of [1, 2, 3, 4]) {
        const Body = Buffer.alloc(PartNumber < 4 ? 5 * 1024 * 1024 : 1);
        const part = { ...object, UploadId, PartNumber, Body, ChecksumAlgorithm: "SHA256" };
        const { ETag, ChecksumSHA256 } = await call("UploadPart", part);
        Parts.push({ PartNumber, ETag, ChecksumSHA256 });
      }
      await call("CompleteMultipartUpload", { ...object, UploadId, MultipartUpload: { Parts } });
    },
    nameOf: partName,
  },
  ...["Metrics", "Analytics", "IntelligentTiering", "Inventory"].map(
    (kind): ListCase => ({
      service: "s3",
      operation: `ListBucket${kind}Configurations`,
      input: (account) => ({ Bucket: bucketOf(account) }),
      fixedSize: 100,
      token: "ContinuationToken",
      items: `${kind}ConfigurationList`,
      next: "NextContinuationToken",
      prepare: makeBucket,
      add: (call, Id) =>
        call(`PutBucket${kind}Configuration`, {
          Bucket: bucketOf(call.account),
          Id,
          [`${kind}Configuration`]: { Id, ...CONFIGURED[kind] },
        }),
      remove: (call, Id) => call(`DeleteBucket${kind}Configuration`, { Bucket: bucketOf(call.account), Id }),
      nameOf: ({ Id }: { Id: string }) => Id,
    }),
  ),
];
