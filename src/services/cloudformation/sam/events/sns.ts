import { Draft, type Target } from "../draft.ts";
import { InvalidEvent } from "../errors.ts";
import { aMap, inEvent } from "../expect.ts";
import { idIn } from "../intrinsics.ts";
import { any, flag, map, oneOf, required, text } from "../properties.ts";
import { resourcesOf } from "../translation.ts";
import { isFilled, isMap, own, type Value, type Values } from "../value.ts";
import type { EventContext, EventType, SamEvent } from "./event.ts";
import { invokePermission } from "./permission.ts";
import { sqs } from "./pulled.ts";

/** `SNS`: a topic invokes a function, or fills a queue that the function reads. */
export const sns: EventType = {
  types: {
    Topic: required(text),
    Region: text,
    FilterPolicy: any,
    FilterPolicyScope: any,
    SqsSubscription: oneOf(flag, map),
    RedrivePolicy: map,
  },
  translate: (event, context) => {
    const { target } = context;
    const { Topic, SqsSubscription } = event.properties;
    if (isFilled(SqsSubscription)) return throughQueue(event, context, SqsSubscription);
    return [
      invokePermission(target, { prefix: event.id, principal: "sns.amazonaws.com", sourceArn: Topic }),
      subscription(event, target, "lambda", target.arn),
    ];
  },
};

function throughQueue(event: SamEvent, context: EventContext, wanted: Value): Draft[] {
  const { target } = context;
  if (typeof wanted === "boolean") {
    const fifo = fifoTopic(event, context);
    const queue = new Draft(
      "AWS::SQS::Queue",
      `${event.id}Queue`,
      { FifoQueue: isFilled(fifo) ? fifo : undefined },
      target.passedOn,
    );
    return [
      ...mapping(event, context, queue.arn, 10),
      queue,
      queuePolicy(event, target, `${event.id}QueuePolicy`, queue.arn, queue.ref),
      subscription(event, target, "sqs", queue.arn),
    ];
  }
  const queue = aMap(wanted, inEvent(event.name, "SqsSubscription"));
  const arn = queue["QueueArn"];
  const url = queue["QueueUrl"];
  if (!isFilled(arn) || !isFilled(url))
    throw new InvalidEvent(event.name, "No QueueARN or QueueURL provided.");
  const policyId = queue["QueuePolicyLogicalId"];
  return [
    ...mapping(event, context, arn, isFilled(queue["BatchSize"]) ? queue["BatchSize"] : 10),
    queuePolicy(
      event,
      target,
      typeof policyId === "string" && policyId ? policyId : `${event.id}QueuePolicy`,
      arn,
      url,
    ),
    subscription(event, target, "sqs", arn),
  ];
}

/** A topic in order of the same template needs a queue in order. */
function fifoTopic(event: SamEvent, { translation }: EventContext): Value | undefined {
  const id = idIn(event.properties["Topic"]);
  const topic = id === undefined ? undefined : own(resourcesOf(translation.source), id);
  const properties = isMap(topic) ? own(topic, "Properties") : undefined;
  return isMap(properties) ? translation.resolve(own(properties, "FifoTopic")) : undefined;
}

function mapping(event: SamEvent, context: EventContext, queue: Value, batchSize: Value): Draft[] {
  const properties: Values = { Queue: queue, BatchSize: batchSize, Enabled: true };
  return sqs.translate(
    { id: `${event.id}EventSourceMapping`, name: event.name, type: "SQS", properties },
    context,
  );
}

function subscription(event: SamEvent, target: Target, protocol: string, endpoint: Value): Draft {
  const { Topic, Region, FilterPolicy, FilterPolicyScope, RedrivePolicy } = event.properties;
  return new Draft(
    "AWS::SNS::Subscription",
    event.id,
    {
      Endpoint: endpoint,
      Protocol: protocol,
      TopicArn: Topic,
      Region,
      FilterPolicy,
      FilterPolicyScope,
      RedrivePolicy,
    },
    target.passedOn,
  );
}

function queuePolicy(event: SamEvent, target: Target, id: string, arn: Value, url: Value): Draft {
  return new Draft(
    "AWS::SQS::QueuePolicy",
    id,
    {
      PolicyDocument: {
        Version: "2012-10-17",
        Statement: [
          {
            Action: "sqs:SendMessage",
            Effect: "Allow",
            Principal: "*",
            Resource: arn,
            Condition: { ArnEquals: { "aws:SourceArn": event.properties["Topic"] as Value } },
          },
        ],
      },
      Queues: [url],
    },
    target.passedOn,
  );
}
