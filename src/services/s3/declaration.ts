import { declareService } from "../../aws/declaration.ts";
import { defineResource } from "../../aws/resource.ts";
import { BUCKET_ACTIONS, OBJECT_ACTIONS } from "./actions.ts";
import { type BucketRecord, bucketRecords } from "./bucket.ts";
import { NOTIFY, notifyPoint, REPLICATE, replicatePoint } from "./fault-points.ts";

/** Amazon S3: https://docs.aws.amazon.com/AmazonS3/latest/API/ */
export default declareService({
  name: "s3",
  scope: "global",
  faultPoints: { [NOTIFY]: notifyPoint, [REPLICATE]: replicatePoint },
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
      insteadOf: "bucket",
    }),
  },
  // A bucket's policy speaks of its objects, too.
  iam: { policiesOn: (arn) => [arn.split("/", 1)[0]!] },
  dataPlane: { name: "s3-web", operations: ["GetPage", "PostObject"] },
  settings: {
    "allow-anonymous": {
      description:
        "Answer requests that nobody has signed as if the bucket's owner had, as LocalStack does. Otherwise, as on AWS, they need a public policy or ACL",
      type: "boolean",
      default: false,
    },
  },
});
