import { defineType } from "../resource-type.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-waitconditionhandle.html */
export default defineType({
  type: "AWS::CloudFormation::WaitConditionHandle",
  replacedBy: [],
  create: async (_, at) => ({
    id: at.engine.signalUrl(`${at.stackId}/${at.logicalId}/${at.name()}`),
    attributes: {},
  }),
  delete: async () => {},
});
