import { queueUrlOf } from "../../aws/deliver.ts";
import { parseArn, partsOf } from "../../core/arn.ts";
import { AwsError } from "../../core/aws-error.ts";
import type { Context, Handlers } from "../../core/service.ts";
import { twice } from "../../core/twice.ts";
import type * as S3 from "../../models/generated/s3.ts";
import {
  invalidArgument,
  malformedXml,
  overlappingNotifications,
  repeatedFilterRule,
  repeatedNotificationId,
  unknownDestinations,
} from "./errors.ts";
import type { NotificationConfiguration, NotificationDocument, NotificationTarget } from "./notification.ts";
import { standsFor, targetsOf } from "./notification.ts";
import type { OpenBucket, OpenBuckets } from "./open-buckets.ts";

const EVENTS = new Set(
  `ReducedRedundancyLostObject ObjectCreated:* ObjectCreated:Put ObjectCreated:Post ObjectCreated:Copy
   ObjectCreated:CompleteMultipartUpload ObjectRemoved:* ObjectRemoved:Delete ObjectRemoved:DeleteMarkerCreated
   ObjectRestore:* ObjectRestore:Post ObjectRestore:Completed ObjectRestore:Delete Replication:*
   Replication:OperationFailedReplication Replication:OperationNotTracked Replication:OperationMissedThreshold
   Replication:OperationReplicatedAfterThreshold LifecycleTransition IntelligentTiering ObjectAcl:Put
   LifecycleExpiration:* LifecycleExpiration:Delete LifecycleExpiration:DeleteMarkerCreated ObjectTagging:*
   ObjectTagging:Put ObjectTagging:Delete`
    .split(/\s+/)
    .map((name) => `s3:${name}`),
);

const forbids = (kind: string) =>
  `Permissions on the destination ${kind} do not allow S3 to publish notifications from this bucket`;

/** How each kind of destination is called in documents and errors, and how one sees whether it is there. */
const KINDS = [
  {
    list: "QueueConfigurations",
    member: "QueueArn",
    argument: "Queue",
    service: "sqs",
    name: "queue",
    fifo: "FIFO SQS queues are not supported.",
    action: "sqs:SendMessage",
    forbidden: () => forbids("queue"),
    look: (arn: string) => ["GetQueueAttributes", { QueueUrl: queueUrlOf(partsOf(arn)) }] as const,
  },
  {
    list: "TopicConfigurations",
    member: "TopicArn",
    argument: "Topic",
    service: "sns",
    name: "topic",
    fifo: "FIFO SNS topics are not supported.",
    action: "sns:Publish",
    forbidden: () => forbids("topic"),
    look: (TopicArn: string) => ["GetTopicAttributes", { TopicArn }] as const,
  },
  {
    list: "LambdaFunctionConfigurations",
    member: "LambdaFunctionArn",
    argument: "CloudFunction",
    service: "lambda",
    name: "Lambda",
    fifo: undefined,
    action: "lambda:InvokeFunction",
    forbidden: (arn: string) => `Not authorized to invoke function [${arn}]`,
    look: (FunctionName: string) => ["GetFunctionConfiguration", { FunctionName }] as const,
  },
] as const;

export const notificationSettings = (open: OpenBuckets): Handlers<S3.Operations> => ({
  async PutBucketNotificationConfiguration(input, ctx) {
    const bucket = open.of(input, ctx);
    const given = input.NotificationConfiguration as NotificationDocument | undefined;
    if (given === undefined) throw malformedXml();
    checkArns(given);
    const document = completed(given, ctx);
    checkIds(document);
    checkOverlaps(document);
    if (!input.SkipDestinationValidation) await checkDestinations(document, bucket, ctx);
    const before = new Set(
      targetsOf((bucket.record.settings["notification"] ?? {}) as NotificationDocument).map(({ arn }) => arn),
    );
    ctx.store.transaction(() => {
      bucket.set("notification", Object.keys(document).length > 0 ? document : undefined);
      for (const { arn } of targetsOf(document)) {
        const { service } = partsOf(arn);
        if (service !== "lambda" && !before.has(arn)) open.notifications.test(bucket, arn, ctx.requestId);
        before.add(arn);
      }
    });
  },

  GetBucketNotificationConfiguration(input, ctx) {
    return (open.of(input, ctx).record.settings["notification"] ?? {}) as S3.NotificationConfiguration;
  },
});

/** @throws AwsError `InvalidArgument` */
function checkArns(document: NotificationDocument): void {
  for (const { list, member, argument, service, fifo } of KINDS) {
    for (const configuration of document[list] ?? []) {
      const arn = (configuration as Readonly<Record<string, unknown>>)[member];
      if (typeof arn !== "string") throw malformedXml();
      if (parseArn(arn)?.service !== service)
        throw invalidArgument("The ARN could not be parsed", argument, arn);
      // That of topics is inferred.
      if (arn.endsWith(".fifo") && fifo !== undefined) throw invalidArgument(fifo, argument, arn);
    }
  }
}

/** With an id for each that has none, and filter rules spelled as AWS gives them back. */
function completed(document: NotificationDocument, ctx: Context): NotificationDocument {
  const complete = <C extends NotificationConfiguration>(configuration: C): C => {
    const { Events: events, Filter: filter } = configuration;
    if (!events?.length) throw malformedXml();
    const unknown = events.find((event) => !EVENTS.has(event));
    if (unknown !== undefined)
      throw invalidArgument("A specified event is not supported for notifications.", "Event", unknown);
    const rules = filter?.Key?.FilterRules?.map(({ Name: name = "", Value }) => {
      const known = ["Prefix", "Suffix"].find((one) => one.toLowerCase() === name.toLowerCase());
      if (known === undefined) {
        throw invalidArgument("filter rule name must be either prefix or suffix", "FilterRule.Name", name);
      }
      return { Name: known, Value: Value ?? "" };
    });
    const names = rules?.map(({ Name }) => Name) ?? [];
    const repeated = twice(names);
    if (repeated !== undefined) throw repeatedFilterRule(repeated.toLowerCase());
    return {
      ...configuration,
      Id: configuration.Id || ctx.random.uuid(),
      ...(rules && { Filter: { Key: { FilterRules: rules } } }),
    };
  };
  return {
    ...(document.TopicConfigurations?.length && {
      TopicConfigurations: document.TopicConfigurations.map(complete),
    }),
    ...(document.QueueConfigurations?.length && {
      QueueConfigurations: document.QueueConfigurations.map(complete),
    }),
    ...(document.LambdaFunctionConfigurations?.length && {
      LambdaFunctionConfigurations: document.LambdaFunctionConfigurations.map(complete),
    }),
    ...(document.EventBridgeConfiguration && { EventBridgeConfiguration: {} }),
  };
}

/** @throws AwsError `InvalidArgument` */
function checkIds(document: NotificationDocument): void {
  const ids = targetsOf(document).map(({ id }) => id);
  if (new Set(ids).size < ids.length) throw repeatedNotificationId();
}

/**
 * What happens to a key is told to one destination.
 * @throws AwsError `InvalidArgument`
 */
function checkOverlaps(document: NotificationDocument): void {
  const targets = targetsOf(document);
  for (const [at, one] of targets.entries())
    if (targets.slice(at + 1).some((other) => overlap(one, other))) throw overlappingNotifications();
}

function overlap(one: NotificationTarget, other: NotificationTarget): boolean {
  return (
    (one.prefix.startsWith(other.prefix) || other.prefix.startsWith(one.prefix)) &&
    (one.suffix.endsWith(other.suffix) || other.suffix.endsWith(one.suffix)) &&
    one.events.some((event) => other.events.some((its) => standsFor(event, its) || standsFor(its, event)))
  );
}

/** @throws AwsError `InvalidArgument` that names every destination that is not there or does not let the bucket in */
async function checkDestinations(
  document: NotificationDocument,
  bucket: OpenBucket,
  ctx: Context,
): Promise<void> {
  const missing: (readonly [arn: string, reason: string])[] = [];
  const sender = {
    as: "s3.amazonaws.com",
    sourceArn: bucket.arn,
    sourceAccount: bucket.record.account,
  };
  for (const { list, member, service, name, look, action, forbidden } of KINDS) {
    if (!ctx.host.serves(service)) continue;
    for (const configuration of document[list] ?? []) {
      const { [member]: arn = "" } = configuration as Readonly<Record<string, string>>;
      const { account, region } = partsOf(arn);
      const [operation, input] = look(arn);
      try {
        await ctx.call(service, operation, input, { account, region });
        if (ctx.host.refusalOfAction(action, [arn], { ...sender, account, region }))
          missing.push([arn, forbidden(arn)]);
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        missing.push([arn, `The destination ${name} does not exist`]);
      }
    }
  }
  if (missing.length > 0) throw unknownDestinations(missing);
}
