import { queueUrlOf } from "../../aws/deliver.ts";
import { checkpoints } from "../../aws/event-source/checkpoints.ts";
import { begin, isOver, stateOf } from "../../aws/lifecycle.ts";
import { parseArn, partsOf } from "../../core/arn.ts";
import { AwsError } from "../../core/aws-error.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as Api from "../../models/generated/lambda.ts";
import { conflict, invalidParameter, mappingInUse, notFound } from "./errors.ts";
import {
  type EventSourceMappingRecord,
  eventSourceMappingArn,
  eventSourceMappings,
  isGone,
} from "./event-source-records.ts";
import { changed, check, checkQueueOnly, newRecord, type Source } from "./event-source-settings.ts";
import type { EventSources } from "./event-sources.ts";
import { functionArn, functionReference } from "./function-name.ts";
import { eventSourceLifecycle } from "./lifecycles.ts";
import { type Found, findFunction, findVersion } from "./lookup.ts";
import { readPage } from "./page.ts";

/** Event source mappings: https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html */
export const eventSourceMappingOperations = (sources: EventSources): Handlers<Api.Operations> => ({
  async CreateEventSourceMapping(input, ctx) {
    const source = sourceOf(input.EventSourceArn);
    const found = findFunction(ctx, input.FunctionName);
    findVersion(found);
    const made = newRecord(input, source, found, ctx);
    const record = { ...made, transition: beginning("Creating", made.uuid, ctx) };
    check(record, source);
    await checkSource(source, found, ctx);
    for (const other of ctx.store.collection(eventSourceMappings).values()) {
      if (
        !isGone(other, ctx.host) &&
        other.eventSourceArn === record.eventSourceArn &&
        nameOf(other) === nameOf(record)
      ) {
        throw conflict(
          `The event source arn (" ${record.eventSourceArn} ") and function (" ${record.functionName} ") provided mapping already exists. Please update or delete the existing mapping with UUID ${other.uuid}`,
        );
      }
    }
    ctx.store.collection(eventSourceMappings).put([record.uuid], record);
    await sources.start(ctx, record);
    return answer(sources, ctx, record, "Creating");
  },

  GetEventSourceMapping(input, ctx) {
    return answer(sources, ctx, existing(ctx, input.UUID));
  },

  ListEventSourceMappings(input, ctx) {
    const named = input.FunctionName === undefined ? undefined : functionReference(input.FunctionName, ctx);
    const page = readPage(ctx.store.collection(eventSourceMappings), [], input, {
      largest: 100,
      where: (record) =>
        !isGone(record, ctx.host) &&
        (input.EventSourceArn === undefined || record.eventSourceArn === input.EventSourceArn) &&
        (named === undefined || nameOf(record) === nameOf({ functionName: named.name, ...named })),
    });
    return {
      EventSourceMappings: page.values.map((record) => answer(sources, ctx, record)),
      ...(page.NextMarker && { NextMarker: page.NextMarker }),
    };
  },

  async UpdateEventSourceMapping(input, ctx) {
    const before = existing(ctx, input.UUID);
    checkSettled(before, "update", ctx);
    const source = sourceOf(before.eventSourceArn);
    const found = findFunction(
      ctx,
      input.FunctionName ?? functionArn(ctx, before.functionName, before.qualifier),
    );
    findVersion(found);
    if (source.kind === "sqs") checkQueueOnly(input);
    const after = changed(before, input, found, ctx);
    const state = before.enabled === after.enabled ? "Updating" : after.enabled ? "Enabling" : "Disabling";
    const record = { ...after, transition: beginning(state, after.uuid, ctx) };
    check(record, source);
    ctx.store.collection(eventSourceMappings).put([record.uuid], record);
    await sources.start(ctx, record);
    return answer(sources, ctx, record, state);
  },

  DeleteEventSourceMapping(input, ctx) {
    const record = existing(ctx, input.UUID);
    checkSettled(record, "delete", ctx);
    sources.stop(record.uuid);
    const transition = beginning("Deleting", record.uuid, ctx);
    if (transition) ctx.store.collection(eventSourceMappings).put([record.uuid], { ...record, transition });
    else ctx.store.collection(eventSourceMappings).delete([record.uuid]);
    ctx.store.collection(checkpoints).clear({ prefix: [record.uuid] });
    return answer(sources, ctx, record, "Deleting");
  },
});

function sourceOf(arn: string | undefined): Source {
  if (arn === undefined) {
    throw new AwsError("NotImplemented", "Squall does not read from self-managed Kafka.", { status: 501 });
  }
  const service = parseArn(arn)?.service;
  if (service === "sqs" || service === "dynamodb" || service === "kinesis") return { arn, kind: service };
  if (service === "kafka" || service === "mq" || service === "rds") {
    throw new AwsError("NotImplemented", `Squall does not read events from ${service}.`, { status: 501 });
  }
  throw invalidParameter("Unrecognized event source.");
}

function existing(ctx: Context, uuid: string): EventSourceMappingRecord {
  const record = ctx.store.collection(eventSourceMappings).get([uuid]);
  if (!record || isGone(record, ctx.host)) throw notFound("The resource you requested does not exist.");
  return record;
}

const beginning = (stage: keyof (typeof eventSourceLifecycle)["stages"], uuid: string, ctx: Context) =>
  begin(eventSourceLifecycle, stage, eventSourceMappingArn(ctx, uuid), ctx, ctx);

/** @throws ResourceInUseException while a state lasts */
function checkSettled(
  { transition }: EventSourceMappingRecord,
  what: "update" | "delete",
  { host }: Context,
): void {
  if (transition && !isOver(transition, host)) throw mappingInUse(what);
}

/** Is the source there, and does it suit the function? Asked as the function's role, as AWS does. */
async function checkSource({ arn, kind }: Source, found: Found, ctx: Context): Promise<void> {
  const { configuration } = findVersion(found).version;
  const source = partsOf(arn);
  const { account, region, resource } = source;
  const options = { account, region, as: configuration.Role };
  const service = kind === "dynamodb" ? "dynamodbstreams" : kind;
  if (!ctx.host.serves(service)) {
    throw new AwsError(
      "NotImplemented",
      `Squall does not serve ${service}, so nothing can be read from it.`,
      {
        status: 501,
      },
    );
  }
  checkPermissions(kind, arn, options, ctx);
  if (kind !== "sqs") {
    const input = kind === "dynamodb" ? { StreamArn: arn } : { StreamName: resource.split("/")[1] };
    await ctx
      .call(service, kind === "dynamodb" ? "DescribeStream" : "DescribeStreamSummary", input, options)
      .catch((error: unknown) => {
        if (error instanceof AwsError && error.code === "ResourceNotFoundException")
          throw invalidParameter(`Stream not found: ${arn}`);
        throw error;
      });
    return;
  }
  const input = { QueueUrl: queueUrlOf(source), AttributeNames: ["VisibilityTimeout"] };
  const { Attributes } = await ctx
    .call<{ Attributes?: Record<string, string> }>("sqs", "GetQueueAttributes", input, options)
    .catch((error: unknown) => {
      if (!(error instanceof AwsError) || !/NonExistentQueue|QueueDoesNotExist/.test(error.code)) throw error;
      throw invalidParameter(
        `Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not exist.`,
      );
    });
  const visibilitySeconds = Number(Attributes?.["VisibilityTimeout"] ?? 30);
  if (visibilitySeconds < configuration.Timeout) {
    throw invalidParameter(
      `Queue visibility timeout: ${visibilitySeconds} seconds is less than Function timeout: ${configuration.Timeout} seconds`,
    );
  }
}

const ON_STREAMS = {
  kinesis: ["GetRecords", "GetShardIterator", "DescribeStream", "ListShards", "ListStreams"],
  dynamodb: ["GetRecords", "GetShardIterator", "DescribeStream", "ListStreams"],
} as const;

/** @throws InvalidParameterValueException for a role that may not read from the source, where policies decide */
function checkPermissions(
  kind: "sqs" | keyof typeof ON_STREAMS,
  arn: string,
  {
    as,
    account,
    region,
  }: { readonly as: string | undefined; readonly account: string; readonly region: string },
  ctx: Context,
): void {
  if (as === undefined) return;
  const isRefused = (action: string, on: string) =>
    ctx.host.refusalOfAction(`${kind}:${action}`, [on], { as, account, region }) !== undefined;
  if (kind === "sqs") {
    const lacking = ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"].find((action) =>
      isRefused(action, arn),
    );
    if (lacking === undefined) return;
    throw invalidParameter(`The provided execution role does not have permissions to call ${lacking} on SQS`);
  }
  const actions = ON_STREAMS[kind];
  // Streams are listed, not one of them.
  if (!actions.some((action) => isRefused(action, action === "ListStreams" ? "*" : arn))) return;
  throw invalidParameter(
    `Cannot access stream ${arn}. Please ensure the role can perform the ${actions.slice(0, -1).join(", ")}, and ${actions.at(-1)} Actions on your stream in IAM.`,
  );
}

const nameOf = ({ functionName, qualifier }: { functionName: string; qualifier?: string }): string =>
  qualifier === undefined ? functionName : `${functionName}:${qualifier}`;

function answer(
  sources: EventSources,
  ctx: Context,
  record: EventSourceMappingRecord,
  state?: string,
): Api.EventSourceMappingConfiguration {
  const { stream } = record;
  const settled = record.enabled ? "Enabled" : "Disabled";
  return {
    UUID: record.uuid,
    BatchSize: record.batchSize,
    MaximumBatchingWindowInSeconds: record.maximumBatchingWindowInSeconds,
    EventSourceArn: record.eventSourceArn,
    FunctionArn: functionArn(ctx, record.functionName, record.qualifier),
    LastModified: new Date(record.lastModifiedMs),
    State: state ?? stateOf(eventSourceLifecycle, record.transition, settled, ctx.host),
    StateTransitionReason: record.stateTransitionReason,
    EventSourceMappingArn: eventSourceMappingArn(ctx, record.uuid),
    FunctionResponseTypes: [...(record.functionResponseTypes ?? [])],
    ...(record.filterCriteria && { FilterCriteria: record.filterCriteria }),
    ...(record.scalingConfig && { ScalingConfig: record.scalingConfig }),
    ...(record.kmsKeyArn && { KMSKeyArn: record.kmsKeyArn }),
    ...(record.metricsConfig && { MetricsConfig: record.metricsConfig }),
    ...(record.provisionedPollerConfig && { ProvisionedPollerConfig: record.provisionedPollerConfig }),
    ...(stream && {
      LastProcessingResult: sources.lastResult(record.uuid),
      StartingPosition: stream.startingPosition,
      ...(stream.startingPositionTimestampMs !== undefined && {
        StartingPositionTimestamp: new Date(stream.startingPositionTimestampMs),
      }),
      ParallelizationFactor: stream.parallelizationFactor,
      MaximumRecordAgeInSeconds: stream.maximumRecordAgeInSeconds,
      BisectBatchOnFunctionError: stream.bisectBatchOnFunctionError,
      MaximumRetryAttempts: stream.maximumRetryAttempts,
      TumblingWindowInSeconds: stream.tumblingWindowInSeconds,
      DestinationConfig: record.destinationConfig ?? { OnFailure: {} },
    }),
  };
}
