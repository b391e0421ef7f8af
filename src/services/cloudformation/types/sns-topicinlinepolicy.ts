import { shown } from "../mapping/shown.ts";
import { policyOf, policyOn, put, reset } from "../mapping/sns-policy.ts";
import { defineType } from "../resource-type.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topicinlinepolicy.html */
export default defineType({
  type: "AWS::SNS::TopicInlinePolicy",
  replacedBy: ["TopicArn"],
  required: ["PolicyDocument", "TopicArn"],
  async create(properties, at) {
    const id = String(properties["TopicArn"]);
    await put([id], policyOf(properties), at);
    return { id };
  },
  async update({ id }, properties, at) {
    await put([id], policyOf(properties), at);
    return { id };
  },
  delete: ({ id }, at) => reset([id], at),
  async read({ id, properties }, at) {
    const PolicyDocument = await policyOn([id], policyOf(properties), at);
    return shown(properties, PolicyDocument === undefined ? undefined : { TopicArn: id, PolicyDocument });
  },
});
