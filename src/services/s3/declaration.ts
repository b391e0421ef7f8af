import type { Names, Place } from "../../aws/arn-template.ts";
import { declareService } from "../../aws/declaration.ts";
import { lifecyclePoint } from "../../aws/lifecycle.ts";
import { literally } from "../../aws/namer.ts";
import { maxMessageLengthExceeded } from "../../aws/request-sizes.ts";
import { defineContents, defineResource } from "../../aws/resource.ts";
import { tagList, withoutTags } from "../../aws/tags.ts";
import { accessPointNames } from "./access-point.ts";
import { type BucketRecord, bucketRecords } from "./bucket.ts";
import { conditionKeys } from "./condition-keys.ts";
import {
  NOTIFY,
  notifyPoint,
  PART,
  PRESIGNED,
  partPoint,
  presignedPoint,
  REPLICATE,
  replicatePoint,
} from "./fault-points.ts";
import { restoreLifecycle } from "./lasting-states.ts";
import { currentObjects, type ObjectRecord } from "./object.ts";
import { readSource } from "./source-names.ts";

/** A bucket's tags are put all at once. */
const taggingOf = (arn: string, tags: Readonly<Record<string, string>>) => ({
  Bucket: arn.slice(arn.lastIndexOf(":") + 1),
  Tagging: { TagSet: tagList(tags) },
});

/** What is copied from: an object in its bucket. */
function ofSource(text: string): Names | undefined {
  const names = readSource(text);
  if (typeof names === "string" || names.bucket.startsWith("arn:")) return undefined;
  return { Bucket: names.bucket, Key: names.key };
}

/** What is copied from by an access point. */
function pointOfSource(text: string, place: Place): Names | undefined {
  const names = readSource(text);
  if (typeof names === "string") return undefined;
  const point = accessPointNames(names.bucket, place);
  return point && { ...point, Key: names.key };
}

/** Amazon S3: https://docs.aws.amazon.com/AmazonS3/latest/API/ */
export default declareService({
  name: "s3",
  // Documents: ten thousand parts with all checksums, a thousand keys to delete. Objects stream.
  requests: { mostBytes: 8 * 1024 * 1024, refusal: maxMessageLengthExceeded },
  scope: "global",
  faultPoints: {
    [NOTIFY]: notifyPoint,
    [REPLICATE]: replicatePoint,
    [PART]: partPoint,
    [PRESIGNED]: presignedPoint,
    ...lifecyclePoint(restoreLifecycle),
  },
  resources: {
    /** Kept by S3 Control. Before buckets: an alias looks like one. */
    accesspoint: defineResource({
      arn: "arn:{partition}:s3:{region}:{account}:accesspoint/{Name}",
      namedBy: { Bucket: accessPointNames, CopySource: pointOfSource },
    }),
    "accesspoint-object": defineResource({
      arn: "arn:{partition}:s3:{region}:{account}:accesspoint/{Name}/object/{Key+}",
      namedBy: {
        Bucket: accessPointNames,
        CopySource: pointOfSource,
        Key: literally("Key"),
        "Delete.Objects[].Key": literally("Key"),
      },
    }),
    bucket: defineResource<BucketRecord>({
      arn: "arn:{partition}:s3:::{Bucket}",
      namedBy: { Bucket: true, CopySource: ofSource },
      fis: "aws:s3:bucket",
      cfn: "AWS::S3::Bucket",
      collection: bucketRecords,
      tags: {
        of: ({ tags }) => tags,
        add: {
          operation: "PutBucketTagging",
          input: (arn, given, tags) => taggingOf(arn, { ...tags, ...given }),
        },
        remove: {
          operation: "PutBucketTagging",
          input: (arn, keys, tags) => taggingOf(arn, withoutTags(tags, keys)),
        },
      },
      contents: [
        defineContents<BucketRecord, ObjectRecord>({
          collection: currentObjects,
          within: ({ id }) => [id],
          entry: ({ size, etag, metadata, tags }, [, key]) => ({
            id: String(key),
            value: { size, etag, metadata, ...(tags && { tags }) },
          }),
        }),
      ],
      policy: ({ settings }) => settings["policy"] as string | undefined,
    }),
    object: defineResource({
      arn: "arn:{partition}:s3:::{Bucket}/{Key+}",
      namedBy: {
        Bucket: "Bucket",
        CopySource: ofSource,
        Key: literally("Key"),
        "Delete.Objects[].Key": literally("Key"),
      },
    }),
  },
  // A bucket's policy speaks of its objects, too; so does an access point's.
  iam: {
    asksItself: true,
    passesRole: {
      PutBucketReplication: "ReplicationConfiguration.Role",
      CreateBucketMetadataConfiguration: "MetadataConfiguration.AnnotationTableConfiguration.Role",
      UpdateBucketMetadataAnnotationTableConfiguration: "AnnotationTableConfiguration.Role",
    },
    rootAlways: ["s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"],
    policiesOn: (arn) => [arn.replace(/(?<=:s3:::[^/]*|:accesspoint\/[^/]+)\/.*/s, "")],
    conditionKeys,
  },
  dataPlane: { name: "s3-web", operations: ["GetPage", "PostObject"] },
  settings: {
    "allow-anonymous": {
      description:
        "Answer requests that nobody has signed as if the bucket's owner had, as LocalStack does. Otherwise, as on AWS, they need a public policy or ACL",
      type: "boolean",
      default: false,
    },
    "writes-per-prefix": {
      description:
        "How many writes a second (PUT, COPY, POST, DELETE) a prefix of a bucket takes before it answers `SlowDown`. 0: any number; AWS: 3500",
      type: "number",
      default: 0,
    },
    "reads-per-prefix": {
      description:
        "How many reads a second (GET, HEAD, lists) a prefix of a bucket takes before it answers `SlowDown`. 0: any number; AWS: 5500",
      type: "number",
      default: 0,
    },
  },
});
