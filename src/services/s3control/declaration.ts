import { declareService } from "../../aws/declaration.ts";
import { maxMessageLengthExceeded } from "../../aws/request-sizes.ts";
import { defineResource } from "../../aws/resource.ts";
import { taggedByArn } from "../../aws/tags.ts";
import {
  type AccessPointRecord,
  accessPointArn,
  accessPointNames,
  accessPointRecords,
} from "../s3/access-point.ts";

/** The control plane of Amazon S3: https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_AWS_S3_Control.html */
export default declareService({
  name: "s3control",
  requests: { mostBytes: 1024 * 1024, refusal: maxMessageLengthExceeded },
  storeName: "s3",
  scope: "global",
  iam: {
    prefix: "s3",
    also: { CreateAccessPoint: [{ action: "s3:TagResource", when: "Tags" }] },
    actions: {
      GetPublicAccessBlock: "s3:GetAccountPublicAccessBlock",
      PutPublicAccessBlock: "s3:PutAccountPublicAccessBlock",
      DeletePublicAccessBlock: "s3:PutAccountPublicAccessBlock",
    },
  },
  resources: {
    accesspoint: defineResource<AccessPointRecord>({
      arn: "arn:{partition}:s3:{region}:{account}:accesspoint/{Name}",
      namedBy: { Name: true, ResourceArn: accessPointNames },
      fis: "aws:s3:accesspoint",
      cfn: "AWS::S3::AccessPoint",
      collection: accessPointRecords,
      nameOf: accessPointArn,
      tags: taggedByArn({
        of: ({ tags }) => tags,
        members: ["ResourceArn", "Tags", "TagKeys"],
        form: "list",
      }),
      policy: ({ policy }) => policy,
    }),
    /** Its tags and what else is kept of it are S3's own. */
    bucket: defineResource({
      arn: "arn:{partition}:s3:::{Bucket}",
      namedBy: { Bucket: true, ResourceArn: true },
    }),
  },
});
