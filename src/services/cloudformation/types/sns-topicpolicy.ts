import { shown } from "../mapping/shown.ts";
import { policyOf, policyOn, put, reset } from "../mapping/sns-policy.ts";
import { texts } from "../property.ts";
import { defineType } from "../resource-type.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topicpolicy.html */
export default defineType({
  type: "AWS::SNS::TopicPolicy",
  replacedBy: [],
  required: ["PolicyDocument", "Topics"],
  async create(properties, at) {
    await put(texts(properties, "Topics"), policyOf(properties), at);
    const id = at.name(128);
    return { id, attributes: { Id: id } };
  },
  async update({ id, properties: before, attributes }, properties, at) {
    const topics = texts(properties, "Topics");
    await reset(
      texts(before, "Topics").filter((topic) => !topics.includes(topic)),
      at,
    );
    await put(topics, policyOf(properties), at);
    return { id, attributes };
  },
  delete: ({ properties }, at) => reset(texts(properties, "Topics"), at),
  async read({ properties }, at) {
    const PolicyDocument = await policyOn(texts(properties, "Topics"), policyOf(properties), at);
    return shown(properties, PolicyDocument === undefined ? undefined : { PolicyDocument });
  },
});
