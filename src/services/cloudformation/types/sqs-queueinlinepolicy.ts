import { shown } from "../mapping/shown.ts";
import { policyOn } from "../mapping/sqs-policy.ts";
import { document, text, unlessGone } from "../property.ts";
import { defineType } from "../resource-type.ts";
import type { Values } from "../sam/value.ts";

const QUEUE_IS_GONE = ["QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"] as const;

const input = (properties: Values, Policy = document(properties, "PolicyDocument") ?? "") => ({
  QueueUrl: text(properties, "Queue"),
  Attributes: { Policy },
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queueinlinepolicy.html */
export default defineType({
  type: "AWS::SQS::QueueInlinePolicy",
  replacedBy: ["Queue"],
  required: ["PolicyDocument", "Queue"],
  async create(properties, at) {
    await at.call("sqs", "SetQueueAttributes", input(properties));
    return { id: text(properties, "Queue") ?? "", attributes: {} };
  },
  async update({ id, attributes }, properties, at) {
    await at.call("sqs", "SetQueueAttributes", input(properties));
    return { id, attributes };
  },
  delete: ({ properties }, at) =>
    unlessGone(at.call("sqs", "SetQueueAttributes", input(properties, "")), ...QUEUE_IS_GONE),
  async read({ id, properties }, at) {
    const PolicyDocument = await policyOn([id], document(properties, "PolicyDocument") ?? "", at);
    return shown(properties, PolicyDocument === undefined ? undefined : { Queue: id, PolicyDocument });
  },
});
