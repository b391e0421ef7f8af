import { tagList } from "../../../aws/tags.ts";
import { retag } from "../mapping/changes.ts";
import { found } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { given, list, tagsOf, text, unlessGone, writtenAttributes } from "../property.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";
import { isMap, type Values } from "../sam/value.ts";

const ATTRIBUTES = [
  "ArchivePolicy",
  "ContentBasedDeduplication",
  "DisplayName",
  "FifoThroughputScope",
  "FifoTopic",
  "KmsMasterKeyId",
  "SignatureVersion",
  "TracingConfig",
] as const;

const attributesOf = (properties: Values): Record<string, string> =>
  given(Object.fromEntries(ATTRIBUTES.map((name) => [name, text(properties, name)]))) as Record<
    string,
    string
  >;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topic.html */
export default defineType({
  type: "AWS::SNS::Topic",
  replacedBy: ["TopicName", "FifoTopic"],
  isTagged: true,

  async create(properties, at) {
    const isFifo = text(properties, "FifoTopic") === "true";
    const TopicName = text(properties, "TopicName") ?? at.name(256, { ...(isFifo && { suffix: ".fifo" }) });
    const attributes = attributesOf(properties);
    if (attributes["FifoTopic"] === "false") delete attributes["FifoTopic"];
    const { TopicArn } = await at.call<{ TopicArn: string }>("sns", "CreateTopic", {
      Name: TopicName,
      Attributes: attributes,
      Tags: tagList(tagsOf(properties, at.stackTags)),
      ...(properties["DataProtectionPolicy"] && {
        DataProtectionPolicy: text(properties, "DataProtectionPolicy"),
      }),
    });
    const topic = { id: TopicArn, attributes: { TopicArn, TopicName } };
    at.made(topic);
    await subscribe(TopicArn, subscriptionsOf(properties), at);
    return topic;
  },

  async update({ id, properties: before, attributes }, properties, at) {
    const [was, is] = [attributesOf(before), attributesOf(properties)];
    for (const name of new Set([...Object.keys(was), ...Object.keys(is)])) {
      if (name === "FifoTopic" || was[name] === is[name]) continue;
      await at.call("sns", "SetTopicAttributes", {
        TopicArn: id,
        AttributeName: name,
        AttributeValue: is[name] ?? "",
      });
    }
    const known = new Set(subscriptionsOf(before).map(({ key }) => key));
    await subscribe(
      id,
      subscriptionsOf(properties).filter(({ key }) => !known.has(key)),
      at,
    );
    await retag(before, properties, at, {
      untag: (TagKeys) => at.call("sns", "UntagResource", { ResourceArn: id, TagKeys }),
      tag: (tags) => at.call("sns", "TagResource", { ResourceArn: id, Tags: tagList(tags) }),
    });
    return { id, attributes };
  },

  delete: ({ id }, at) => unlessGone(at.call("sns", "DeleteTopic", { TopicArn: id }), "NotFound"),

  attributes: async (id) => ({ TopicArn: id, TopicName: id.split(":").at(-1) }),

  async read({ id, properties }, at) {
    const answer = await found(
      at.call<{ Attributes?: Record<string, string> }>("sns", "GetTopicAttributes", { TopicArn: id }),
    );
    if (!answer) return undefined;
    const TopicName = id.split(":").at(-1) ?? id;
    return shown(properties, { TopicName, ...writtenAttributes(answer.Attributes ?? {}, ATTRIBUTES) });
  },
});

interface Subscribed {
  readonly key: string;
  readonly Protocol: string;
  readonly Endpoint: string;
}

function subscriptionsOf(properties: Values): Subscribed[] {
  return list(properties, "Subscription")
    .filter(isMap)
    .map((one) => {
      const [Protocol, Endpoint] = [String(one["Protocol"]), String(one["Endpoint"])];
      return { key: `${Protocol} ${Endpoint}`, Protocol, Endpoint };
    });
}

async function subscribe(TopicArn: string, all: readonly Subscribed[], at: ResourceContext): Promise<void> {
  for (const { Protocol, Endpoint } of all)
    await at.call("sns", "Subscribe", { TopicArn, Protocol, Endpoint });
}
