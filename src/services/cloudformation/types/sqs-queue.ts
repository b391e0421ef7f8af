import { retag } from "../mapping/changes.ts";
import { found } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { given, tagsOf, text, unlessGone, writtenAttributes } from "../property.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";
import type { Values } from "../sam/value.ts";

const ATTRIBUTES = [
  "ContentBasedDeduplication",
  "DeduplicationScope",
  "DelaySeconds",
  "FifoQueue",
  "FifoThroughputLimit",
  "KmsDataKeyReusePeriodSeconds",
  "KmsMasterKeyId",
  "MaximumMessageSize",
  "MessageRetentionPeriod",
  "ReceiveMessageWaitTimeSeconds",
  "RedriveAllowPolicy",
  "RedrivePolicy",
  "SqsManagedSseEnabled",
  "VisibilityTimeout",
] as const;

/** What an attribute is when a template no longer says it. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
const DEFAULTS: Readonly<Record<string, string>> = {
  ContentBasedDeduplication: "false",
  DelaySeconds: "0",
  KmsDataKeyReusePeriodSeconds: "300",
  KmsMasterKeyId: "",
  // Not what a new queue has: recorded.
  MaximumMessageSize: "262144",
  MessageRetentionPeriod: "345600",
  ReceiveMessageWaitTimeSeconds: "0",
  RedriveAllowPolicy: "",
  RedrivePolicy: "",
  VisibilityTimeout: "30",
};

const attributesOf = (properties: Values): Record<string, string> =>
  given(Object.fromEntries(ATTRIBUTES.map((name) => [name, text(properties, name)]))) as Record<
    string,
    string
  >;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html */
export default defineType({
  type: "AWS::SQS::Queue",
  replacedBy: ["QueueName", "FifoQueue"],
  isTagged: true,

  async create(properties, at) {
    const isFifo = text(properties, "FifoQueue") === "true";
    const QueueName = text(properties, "QueueName") ?? at.name(80, { ...(isFifo && { suffix: ".fifo" }) });
    const attributes = attributesOf(properties);
    if (attributes["FifoQueue"] === "false") delete attributes["FifoQueue"];
    const { QueueUrl } = await at.call<{ QueueUrl: string }>("sqs", "CreateQueue", {
      QueueName,
      Attributes: attributes,
      tags: tagsOf(properties, at.stackTags),
    });
    return { id: QueueUrl, attributes: attributesGiven(QueueUrl, QueueName, at) };
  },

  async update({ id, properties: before, attributes }, properties, at) {
    const is = attributesOf(properties);
    for (const name of Object.keys(attributesOf(before))) {
      // What has no default here stays as it was.
      const otherwise = DEFAULTS[name];
      if (otherwise !== undefined) is[name] ??= otherwise;
    }
    delete is["FifoQueue"];
    if (Object.keys(is).length > 0)
      await at.call("sqs", "SetQueueAttributes", { QueueUrl: id, Attributes: is });
    await retag(before, properties, at, {
      untag: (TagKeys) => at.call("sqs", "UntagQueue", { QueueUrl: id, TagKeys }),
      tag: (tags) => at.call("sqs", "TagQueue", { QueueUrl: id, Tags: tags }),
    });
    return { id, attributes };
  },

  delete: ({ id }, at) =>
    unlessGone(
      at.call("sqs", "DeleteQueue", { QueueUrl: id }),
      "AWS.SimpleQueueService.NonExistentQueue",
      "QueueDoesNotExist",
    ),

  attributes: async (id, _properties, at) => attributesGiven(id, nameIn(id), at),

  async read({ id, properties }, at) {
    const answer = await found(
      at.call<{ Attributes?: Record<string, string> }>("sqs", "GetQueueAttributes", {
        QueueUrl: id,
        AttributeNames: ["All"],
      }),
    );
    if (!answer) return undefined;
    return shown(properties, {
      QueueName: nameIn(id),
      ...writtenAttributes(answer.Attributes ?? {}, ATTRIBUTES),
    });
  },
});

const nameIn = (url: string): string => url.slice(url.lastIndexOf("/") + 1);

const attributesGiven = (url: string, name: string, { partition, region, account }: ResourceContext) => ({
  Arn: `arn:${partition}:sqs:${region}:${account}:${name}`,
  QueueName: name,
  QueueUrl: url,
});
