import { text } from "../property.ts";
import { defineType } from "../resource-type.ts";

/** A macro is found among the resources of stacks, by its name. https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-macro.html */
export default defineType({
  type: "AWS::CloudFormation::Macro",
  replacedBy: ["Name"],
  required: ["FunctionName", "Name"],
  create: async (properties) => ({ id: String(text(properties, "Name")), attributes: {} }),
  delete: async () => {},
  read: async ({ properties }) => properties,
});
