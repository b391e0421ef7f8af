import { found } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { given, text, unlessGone, writtenAttributes } from "../property.ts";
import { defineType } from "../resource-type.ts";
import type { Values } from "../sam/value.ts";

const ATTRIBUTES = [
  "DeliveryPolicy",
  "FilterPolicy",
  "FilterPolicyScope",
  "RawMessageDelivery",
  "RedrivePolicy",
  "ReplayPolicy",
  "SubscriptionRoleArn",
] as const;

const attributesOf = (properties: Values): Record<string, string> =>
  given(Object.fromEntries(ATTRIBUTES.map((name) => [name, text(properties, name)]))) as Record<
    string,
    string
  >;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-subscription.html */
export default defineType({
  type: "AWS::SNS::Subscription",
  replacedBy: ["Endpoint", "Protocol", "TopicArn"],
  required: ["Protocol", "TopicArn"],
  async create(properties, at) {
    const { SubscriptionArn } = await at.call<{ SubscriptionArn: string }>("sns", "Subscribe", {
      TopicArn: text(properties, "TopicArn"),
      Protocol: text(properties, "Protocol"),
      ...given({ Endpoint: text(properties, "Endpoint") }),
      Attributes: attributesOf(properties),
      ReturnSubscriptionArn: true,
    });
    return { id: SubscriptionArn, attributes: { Arn: SubscriptionArn } };
  },
  async update({ id, properties: before, attributes }, properties, at) {
    const [was, is] = [attributesOf(before), attributesOf(properties)];
    for (const AttributeName of new Set([...Object.keys(was), ...Object.keys(is)])) {
      if (was[AttributeName] === is[AttributeName]) continue;
      const AttributeValue = is[AttributeName] ?? (AttributeName === "RawMessageDelivery" ? "false" : "{}");
      await at.call("sns", "SetSubscriptionAttributes", {
        SubscriptionArn: id,
        AttributeName,
        AttributeValue,
      });
    }
    return { id, attributes };
  },
  delete: ({ id }, at) => unlessGone(at.call("sns", "Unsubscribe", { SubscriptionArn: id }), "NotFound"),
  async read({ id, properties }, at) {
    const asked = at.call<{ Attributes: Record<string, string> }>("sns", "GetSubscriptionAttributes", {
      SubscriptionArn: id,
    });
    const output = await found(asked);
    return shown(
      properties,
      output && writtenAttributes(output.Attributes, [...ATTRIBUTES, "Endpoint", "Protocol", "TopicArn"]),
    );
  },
});
