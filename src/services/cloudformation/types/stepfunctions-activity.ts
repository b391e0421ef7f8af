import { mapped } from "../mapping/mapped.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-activity.html */
export default mapped({
  type: "AWS::StepFunctions::Activity",
  service: "stepfunctions",
  replacedBy: ["EncryptionConfiguration", "Name"],
  named: ["Name", 80],
  idOf: (output) => output["activityArn"],
  keyOf: (id) => ({ activityArn: id }),
  attributesOf: (_output, properties, id) => ({ Arn: id, Name: properties["Name"] }),
  tags: ["TagResource", "UntagResource", (id) => ({ resourceArn: id })],
  create: "CreateActivity",
  delete: "DeleteActivity",
  read: "DescribeActivity",
});
