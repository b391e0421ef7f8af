import { document, texts, unlessGone } from "../property.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";
import type { Values } from "../sam/value.ts";

const put = (topics: readonly string[], AttributeValue: string, at: ResourceContext) =>
  Promise.all(
    topics.map((TopicArn) =>
      at.call("sns", "SetTopicAttributes", { TopicArn, AttributeName: "Policy", AttributeValue }),
    ),
  );

const policyOf = (properties: Values): string => document(properties, "PolicyDocument") ?? "";

/** The policy that a topic has when nobody gives it another. */
const ownersOnly = (topic: string, account: string): string =>
  JSON.stringify({
    Version: "2008-10-17",
    Id: "__default_policy_ID",
    Statement: [
      {
        Sid: "__default_statement_ID",
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: [
          "SNS:GetTopicAttributes",
          "SNS:SetTopicAttributes",
          "SNS:AddPermission",
          "SNS:RemovePermission",
          "SNS:DeleteTopic",
          "SNS:Subscribe",
          "SNS:ListSubscriptionsByTopic",
          "SNS:Publish",
        ],
        Resource: topic,
        Condition: { StringEquals: { "AWS:SourceOwner": account } },
      },
    ],
  });

const reset = async (topics: readonly string[], at: ResourceContext): Promise<void> => {
  for (const topic of topics) await unlessGone(put([topic], ownersOnly(topic, at.account), at), "NotFound");
};

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
});
