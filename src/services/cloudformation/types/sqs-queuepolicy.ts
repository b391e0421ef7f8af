import { shown } from "../mapping/shown.ts";
import { policyOn } from "../mapping/sqs-policy.ts";
import { document, texts, unlessGone } from "../property.ts";
import { defineType } from "../resource-type.ts";
import type { Values } from "../sam/value.ts";

const setOn = (urls: readonly string[], Policy: string, call: (input: object) => Promise<unknown>) =>
  Promise.all(urls.map((QueueUrl) => call({ QueueUrl, Attributes: { Policy } })));

const policyOf = (properties: Values): string => document(properties, "PolicyDocument") ?? "";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queuepolicy.html */
export default defineType({
  type: "AWS::SQS::QueuePolicy",
  replacedBy: [],
  required: ["PolicyDocument", "Queues"],
  async create(properties, at) {
    await setOn(texts(properties, "Queues"), policyOf(properties), (input) =>
      at.call("sqs", "SetQueueAttributes", input),
    );
    const id = at.name(128);
    return { id, attributes: { Id: id } };
  },
  async update({ id, properties: before, attributes }, properties, at) {
    const call = (input: object) => at.call("sqs", "SetQueueAttributes", input);
    const queues = texts(properties, "Queues");
    const left = texts(before, "Queues").filter((url) => !queues.includes(url));
    await unlessGone(setOn(left, "", call), "QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue");
    await setOn(queues, policyOf(properties), call);
    return { id, attributes };
  },
  delete: ({ properties }, at) =>
    unlessGone(
      setOn(texts(properties, "Queues"), "", (input) => at.call("sqs", "SetQueueAttributes", input)),
      "QueueDoesNotExist",
      "AWS.SimpleQueueService.NonExistentQueue",
    ),
  async read({ properties }, at) {
    const PolicyDocument = await policyOn(texts(properties, "Queues"), policyOf(properties), at);
    return shown(properties, PolicyDocument === undefined ? undefined : { PolicyDocument });
  },
});
