import type { Call, ListCase } from "../lists.ts";

/** Buckets share one namespace: names hold their account. */
const bucketOf = (account: string) => `lists-${account}`;
const makeBucket = (call: Call) => call("CreateBucket", { Bucket: bucketOf(call.account) });

const keyOf = ({ Key }: { Key: string }) => Key;

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
    operation: "ListBucketMetricsConfigurations",
    input: (account) => ({ Bucket: bucketOf(account) }),
    fixedSize: 100,
    token: "ContinuationToken",
    items: "MetricsConfigurationList",
    next: "NextContinuationToken",
    prepare: makeBucket,
    add: (call, name) =>
      call("PutBucketMetricsConfiguration", {
        Bucket: bucketOf(call.account),
        Id: name,
        MetricsConfiguration: { Id: name },
      }),
    remove: (call, Id) => call("DeleteBucketMetricsConfiguration", { Bucket: bucketOf(call.account), Id }),
    nameOf: ({ Id }: { Id: string }) => Id,
  },
];
