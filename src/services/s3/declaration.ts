import { declareService } from "../../aws/declaration.ts";
import { defineResource } from "../../aws/resource.ts";
import { type BucketRecord, bucketRecords } from "./bucket.ts";
import { NOTIFY, notifyPoint } from "./fault-points.ts";

/** What operations are called that IAM knows by another name. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html */
const BUCKET_ACTIONS = {
  HeadBucket: "s3:ListBucket",
  ListObjects: "s3:ListBucket",
  ListObjectsV2: "s3:ListBucket",
  ListObjectVersions: "s3:ListBucketVersions",
  ListMultipartUploads: "s3:ListBucketMultipartUploads",
  GetBucketNotificationConfiguration: "s3:GetBucketNotification",
  PutBucketNotificationConfiguration: "s3:PutBucketNotification",
  GetBucketLifecycleConfiguration: "s3:GetLifecycleConfiguration",
  PutBucketLifecycleConfiguration: "s3:PutLifecycleConfiguration",
  DeleteBucketLifecycle: "s3:PutLifecycleConfiguration",
  GetBucketEncryption: "s3:GetEncryptionConfiguration",
  PutBucketEncryption: "s3:PutEncryptionConfiguration",
  DeleteBucketEncryption: "s3:PutEncryptionConfiguration",
  GetBucketReplication: "s3:GetReplicationConfiguration",
  PutBucketReplication: "s3:PutReplicationConfiguration",
  DeleteBucketReplication: "s3:PutReplicationConfiguration",
  GetBucketCors: "s3:GetBucketCORS",
  PutBucketCors: "s3:PutBucketCORS",
  DeleteBucketCors: "s3:PutBucketCORS",
  DeleteBucketTagging: "s3:PutBucketTagging",
  GetPublicAccessBlock: "s3:GetBucketPublicAccessBlock",
  PutPublicAccessBlock: "s3:PutBucketPublicAccessBlock",
  DeletePublicAccessBlock: "s3:PutBucketPublicAccessBlock",
  DeleteBucketOwnershipControls: "s3:PutBucketOwnershipControls",
  GetBucketAccelerateConfiguration: "s3:GetAccelerateConfiguration",
  PutBucketAccelerateConfiguration: "s3:PutAccelerateConfiguration",
  GetObjectLockConfiguration: "s3:GetBucketObjectLockConfiguration",
  PutObjectLockConfiguration: "s3:PutBucketObjectLockConfiguration",
} as const;

const OBJECT_ACTIONS = {
  HeadObject: "s3:GetObject",
  CopyObject: "s3:PutObject",
  DeleteObjects: "s3:DeleteObject",
  CreateMultipartUpload: "s3:PutObject",
  UploadPart: "s3:PutObject",
  UploadPartCopy: "s3:PutObject",
  CompleteMultipartUpload: "s3:PutObject",
  ListParts: "s3:ListMultipartUploadParts",
  SelectObjectContent: "s3:GetObject",
} as const;

/** Amazon S3: https://docs.aws.amazon.com/AmazonS3/latest/API/ */
export default declareService({
  name: "s3",
  scope: "global",
  faultPoints: { [NOTIFY]: notifyPoint },
  resources: {
    bucket: defineResource<BucketRecord>({
      arn: "arn:{partition}:s3:::{Bucket}",
      namedBy: { Bucket: true },
      fis: "aws:s3:bucket",
      cfn: "AWS::S3::Bucket",
      collection: bucketRecords,
      policy: ({ settings }) => settings["policy"] as string | undefined,
      actions: BUCKET_ACTIONS,
    }),
    object: defineResource({
      arn: "arn:{partition}:s3:::{Bucket}/{Key+}",
      namedBy: { Bucket: "Bucket", Key: "Key", "Delete.Objects[].Key": "Key" },
      actions: OBJECT_ACTIONS,
    }),
  },
});
