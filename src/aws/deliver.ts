import { type Arn, parseArn } from "../core/arn.ts";
import { AwsError } from "../core/aws-error.ts";
import type { CallOptions, CallService } from "../core/service.ts";
import { groupNameIn } from "./log-group.ts";

/**
 * What one AWS service hands to another by ARN, in the words of whoever takes it: a queue reads the body, a topic the
 * subject too, a function the body as its event, a stream the bytes under a partition key, a bus the entry.
 */
export interface Delivery {
  /** Text, or bytes for those that take bytes (functions, streams); queues and topics take text only. */
  readonly body: string | Uint8Array;
  /** Of an SNS message. */
  readonly subject?: string;
  /** Of an SQS or SNS message, in the form of SendMessage and Publish. */
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly systemAttributes?: Readonly<Record<string, unknown>>;
  /** The group in a FIFO queue or topic (and, for fair queues, in a standard one), and what tells its messages apart. */
  readonly groupId?: string;
  readonly deduplicationId?: string;
  readonly partitionKey?: string;
  /** What an event bus adds to the body, which is its `Detail`. */
  readonly entry?: {
    readonly source: string;
    readonly detailType: string;
    readonly resources?: readonly string[];
  };
  /** The object that a bucket takes. */
  readonly key?: string;
  /** The stream of a log group that takes it, and when it was, in epoch milliseconds. */
  readonly log?: { readonly stream: string; readonly atMs: number };
  /** The name of a state machine's execution. */
  readonly executionName?: string;
}

/** A call that carries a delivery. */
interface DeliveryCall {
  readonly service: string;
  readonly operation: string;
  readonly input: Record<string, unknown>;
}

/** How each kind of receiver is called. By the ARN's service; a service that has several kinds looks at the resource. */
const RECEIVERS: Readonly<Record<string, (arn: string, parsed: Arn, delivery: Delivery) => DeliveryCall>> = {
  sqs: (_, { account, region, resource }, delivery) => ({
    service: "sqs",
    operation: "SendMessage",
    input: {
      QueueUrl: queueUrlOf({ region, account, resource }),
      MessageBody: textOf(delivery),
      ...(delivery.attributes && { MessageAttributes: delivery.attributes }),
      ...(delivery.systemAttributes && { MessageSystemAttributes: delivery.systemAttributes }),
      ...groupOf(delivery),
    },
  }),
  sns: (arn, _, delivery) => ({
    service: "sns",
    operation: "Publish",
    input: {
      TopicArn: arn,
      Message: textOf(delivery),
      ...(delivery.subject !== undefined && { Subject: delivery.subject }),
      ...(delivery.attributes && { MessageAttributes: delivery.attributes }),
      ...groupOf(delivery),
    },
  }),
  lambda: (arn, _, delivery) => ({
    service: "lambda",
    operation: "Invoke",
    input: { FunctionName: arn, InvocationType: "Event", Payload: bytesOf(delivery) },
  }),
  kinesis: (arn, _, delivery) => ({
    service: "kinesis",
    operation: "PutRecord",
    input: { StreamARN: arn, Data: bytesOf(delivery), PartitionKey: delivery.partitionKey ?? "" },
  }),
  firehose: (_, { resource }, delivery) => ({
    service: "firehose",
    operation: "PutRecord",
    input: {
      DeliveryStreamName: resource.replace(/^deliverystream\//, ""),
      Record: { Data: bytesOf(delivery) },
    },
  }),
  logs: (_, { resource }, delivery) => ({
    service: "logs",
    operation: "PutLogEvents",
    input: {
      logGroupName: groupNameIn(resource),
      logStreamName: delivery.log?.stream ?? "delivery",
      logEvents: [{ timestamp: delivery.log?.atMs ?? 0, message: textOf(delivery) }],
    },
  }),
  events: (arn, _, delivery) => ({
    service: "events",
    operation: "PutEvents",
    input: {
      Entries: [
        {
          EventBusName: arn,
          Source: delivery.entry?.source,
          DetailType: delivery.entry?.detailType,
          Detail: textOf(delivery),
          ...(delivery.entry?.resources && { Resources: [...delivery.entry.resources] }),
        },
      ],
    },
  }),
  states: (arn, _, delivery) => ({
    service: "stepfunctions",
    operation: "StartExecution",
    input: {
      stateMachineArn: arn,
      input: textOf(delivery),
      ...(delivery.executionName !== undefined && { name: delivery.executionName }),
    },
  }),
  s3: (_, { resource }, delivery) => ({
    service: "s3",
    operation: "PutObject",
    input: { Bucket: resource, Key: delivery.key, Body: bytesOf(delivery) },
  }),
};

/** A queue's URL in a form that names its region: understood whoever calls, and under whatever name Squall is reached. */
export const queueUrlOf = ({ region, account, resource }: Pick<Arn, "region" | "account" | "resource">) =>
  `http://localhost/queue/${region}/${account}/${resource}`;

/**
 * Hands something to whoever an ARN names, where that lives, as a call that meets faults and policies like any other.
 * @param options who sends (`as`), and what it comes of (`parentId`, `origin`)
 * @returns the receiver's output
 * @throws AwsError the receiver's; Error for an ARN that nothing can be delivered to
 */
export async function deliver<O = Record<string, unknown>>(
  call: CallService,
  arn: string,
  delivery: Delivery,
  options: CallOptions = {},
): Promise<O> {
  const parsed = parseArn(arn);
  if (!parsed) throw new Error(`${arn} is no ARN.`);
  const receiver = Object.hasOwn(RECEIVERS, parsed.service) ? RECEIVERS[parsed.service] : undefined;
  if (!receiver)
    throw new Error(`Nothing can be delivered to ${arn}: ${parsed.service} takes no deliveries.`);
  const { service, operation, input } = receiver(arn, parsed, delivery);
  const output = await call<O>(service, operation, input, {
    ...options,
    ...(parsed.account && { account: parsed.account }),
    ...(parsed.region && { region: parsed.region }),
  });
  refuseFailedEntries(output as Record<string, unknown>);
  return output;
}

/** PutEvents says inside a 200 that it has not taken an entry. */
function refuseFailedEntries({ FailedEntryCount, Entries }: Record<string, unknown>): void {
  if (!FailedEntryCount) return;
  const [entry] = Entries as { ErrorCode?: string; ErrorMessage?: string }[];
  throw new AwsError(entry?.ErrorCode ?? "InternalFailure", entry?.ErrorMessage ?? "", { status: 500 });
}

function textOf({ body }: Delivery): string {
  return typeof body === "string" ? body : Buffer.from(body).toString("utf8");
}

function bytesOf({ body }: Delivery): Uint8Array {
  return typeof body === "string" ? Buffer.from(body) : body;
}

function groupOf({ groupId, deduplicationId }: Delivery) {
  return {
    ...(groupId !== undefined && { MessageGroupId: groupId }),
    ...(deduplicationId !== undefined && { MessageDeduplicationId: deduplicationId }),
  };
}
