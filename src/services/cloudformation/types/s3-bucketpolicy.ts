import { found } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { document, text, unlessGone } from "../property.ts";
import { defineType } from "../resource-type.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucketpolicy.html */
export default defineType({
  type: "AWS::S3::BucketPolicy",
  replacedBy: ["Bucket"],
  required: ["Bucket", "PolicyDocument"],
  async create(properties, at) {
    const id = String(text(properties, "Bucket"));
    await at.call("s3", "PutBucketPolicy", { Bucket: id, Policy: document(properties, "PolicyDocument") });
    return { id, attributes: {} };
  },
  async update(existing, properties, at) {
    await at.call("s3", "PutBucketPolicy", {
      Bucket: existing.id,
      Policy: document(properties, "PolicyDocument"),
    });
    return existing;
  },
  delete: ({ id }, at) => unlessGone(at.call("s3", "DeleteBucketPolicy", { Bucket: id }), "NoSuchBucket"),
  async read({ id, properties }, at) {
    const output = await found(at.call<{ Policy: string }>("s3", "GetBucketPolicy", { Bucket: id }));
    return shown(properties, output && { Bucket: id, PolicyDocument: output.Policy });
  },
});
