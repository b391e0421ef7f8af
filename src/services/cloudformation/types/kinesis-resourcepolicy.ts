import { mapped } from "../mapping/mapped.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kinesis-resourcepolicy.html */
export default mapped({
  type: "AWS::Kinesis::ResourcePolicy",
  service: "kinesis",
  replacedBy: ["ResourceArn"],
  required: ["ResourceArn", "ResourcePolicy"],
  idOf: (_output, { ResourceArn }) => ResourceArn,
  input: (properties) => ({ ...properties, Policy: properties["ResourcePolicy"] }),
  create: "PutResourcePolicy",
  update: "PutResourcePolicy",
  delete: "DeleteResourcePolicy",
  read: "GetResourcePolicy",
});
