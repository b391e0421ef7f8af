import type { StreamSettings } from "../../aws/event-source/stream.ts";
import { compilePattern, PatternError } from "../../core/event-pattern/pattern.ts";
import type { Context } from "../../core/service.ts";
import type * as Api from "../../models/generated/lambda.ts";
import { invalidParameter } from "./errors.ts";
import type { EventSourceMappingRecord } from "./event-source-records.ts";
import type { Found } from "./lookup.ts";
import { tagging } from "./tags.ts";

const SMALL_BATCH = 10;

/** What a mapping reads. */
export interface Source {
  readonly arn: string;
  readonly kind: "sqs" | "dynamodb" | "kinesis";
}

/** A new mapping, with AWS's defaults. @throws InvalidParameterValueException */
export function newRecord(
  input: Api.CreateEventSourceMappingRequest,
  source: Source,
  found: Found,
  ctx: Context,
): EventSourceMappingRecord {
  const stream = source.kind === "sqs" ? undefined : newStream(input, source);
  if (source.kind === "sqs") checkQueueOnly(input);
  return {
    uuid: ctx.random.uuid(),
    eventSourceArn: source.arn,
    functionName: found.name,
    ...(found.qualifier && { qualifier: found.qualifier }),
    enabled: input.Enabled ?? true,
    batchSize: input.BatchSize ?? (source.kind === "sqs" ? 10 : 100),
    maximumBatchingWindowInSeconds: input.MaximumBatchingWindowInSeconds ?? 0,
    ...sharedMembers(input),
    ...(stream && { stream }),
    lastModifiedMs: ctx.clock.now(),
    stateTransitionReason: source.kind === "sqs" ? "USER_INITIATED" : "User action",
    ...(input.Tags && { tags: tagging.read(input.Tags) }),
  };
}

function newStream(input: Api.CreateEventSourceMappingRequest, { kind, arn }: Source): StreamSettings {
  if (!input.StartingPosition) {
    throw invalidParameter(
      "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not be null.",
    );
  }
  if (input.StartingPosition === "AT_TIMESTAMP") {
    if (kind === "dynamodb") throw invalidParameter(`Unsupported starting position for arn type: ${arn}`);
    if (!input.StartingPositionTimestamp)
      throw invalidParameter("StartingPositionTimestamp is required when StartingPosition is AT_TIMESTAMP.");
  }
  return {
    startingPosition: input.StartingPosition,
    ...(input.StartingPositionTimestamp && {
      startingPositionTimestampMs: input.StartingPositionTimestamp.getTime(),
    }),
    ...streamMembers(input, {
      parallelizationFactor: 1,
      maximumRecordAgeInSeconds: -1,
      bisectBatchOnFunctionError: false,
      maximumRetryAttempts: -1,
      tumblingWindowInSeconds: 0,
    }),
  };
}

const STREAM_ONLY = [
  "StartingPosition",
  "StartingPositionTimestamp",
  "ParallelizationFactor",
  "MaximumRecordAgeInSeconds",
  "BisectBatchOnFunctionError",
  "MaximumRetryAttempts",
  "TumblingWindowInSeconds",
  "DestinationConfig",
] as const;

/** A queue has no position, no shards and its own dead letters. @throws InvalidParameterValueException */
export function checkQueueOnly(
  input: Api.CreateEventSourceMappingRequest | Api.UpdateEventSourceMappingRequest,
): void {
  for (const name of STREAM_ONLY) {
    if (name in input && input[name as keyof typeof input] !== undefined)
      throw invalidParameter(`${name} is not valid for SQS event sources.`);
  }
}

type StreamNumbers = Omit<StreamSettings, "startingPosition" | "startingPositionTimestampMs">;

function streamMembers(
  input: Api.UpdateEventSourceMappingRequest | Api.CreateEventSourceMappingRequest,
  before: StreamNumbers,
): StreamNumbers {
  return {
    parallelizationFactor: input.ParallelizationFactor ?? before.parallelizationFactor,
    maximumRecordAgeInSeconds: input.MaximumRecordAgeInSeconds ?? before.maximumRecordAgeInSeconds,
    bisectBatchOnFunctionError: input.BisectBatchOnFunctionError ?? before.bisectBatchOnFunctionError,
    maximumRetryAttempts: input.MaximumRetryAttempts ?? before.maximumRetryAttempts,
    tumblingWindowInSeconds: input.TumblingWindowInSeconds ?? before.tumblingWindowInSeconds,
  };
}

type SharedMembers = Pick<
  EventSourceMappingRecord,
  | "filterCriteria"
  | "functionResponseTypes"
  | "scalingConfig"
  | "destinationConfig"
  | "kmsKeyArn"
  | "metricsConfig"
  | "provisionedPollerConfig"
>;

function sharedMembers(
  input: Api.UpdateEventSourceMappingRequest | Api.CreateEventSourceMappingRequest,
): SharedMembers {
  return {
    ...(input.FilterCriteria?.Filters?.length && { filterCriteria: input.FilterCriteria }),
    ...(input.FunctionResponseTypes?.length && { functionResponseTypes: input.FunctionResponseTypes }),
    ...(input.ScalingConfig?.MaximumConcurrency !== undefined && { scalingConfig: input.ScalingConfig }),
    ...(input.DestinationConfig && { destinationConfig: input.DestinationConfig }),
    ...(input.KMSKeyArn && { kmsKeyArn: input.KMSKeyArn }),
    ...(input.MetricsConfig && { metricsConfig: input.MetricsConfig }),
    ...(input.ProvisionedPollerConfig && { provisionedPollerConfig: input.ProvisionedPollerConfig }),
  };
}

/** A mapping after an update. */
export function changed(
  before: EventSourceMappingRecord,
  input: Api.UpdateEventSourceMappingRequest,
  found: Found,
  ctx: Context,
): EventSourceMappingRecord {
  const { filterCriteria, functionResponseTypes, scalingConfig, qualifier: _qualifier, ...rest } = before;
  return {
    ...rest,
    // An empty value takes the setting away.
    ...(input.FilterCriteria === undefined && filterCriteria && { filterCriteria }),
    ...(input.FunctionResponseTypes === undefined && functionResponseTypes && { functionResponseTypes }),
    ...(input.ScalingConfig === undefined && scalingConfig && { scalingConfig }),
    ...sharedMembers(input),
    functionName: found.name,
    ...(found.qualifier && { qualifier: found.qualifier }),
    enabled: input.Enabled ?? before.enabled,
    batchSize: input.BatchSize ?? before.batchSize,
    maximumBatchingWindowInSeconds:
      input.MaximumBatchingWindowInSeconds ?? before.maximumBatchingWindowInSeconds,
    ...(before.stream && { stream: { ...before.stream, ...streamMembers(input, before.stream) } }),
    lastModifiedMs: ctx.clock.now(),
  };
}

/** Settings that do not go together. @throws InvalidParameterValueException */
export function check(record: EventSourceMappingRecord, { arn, kind }: Source): void {
  const { batchSize, maximumBatchingWindowInSeconds: windowSeconds, filterCriteria } = record;
  if (kind === "sqs" && arn.endsWith(".fifo")) {
    if (windowSeconds > 0) throw invalidParameter("Batching window is not supported for FIFO queues.");
    if (batchSize > SMALL_BATCH) {
      throw invalidParameter(
        `Batch size ${batchSize} is not valid for FIFO queues: it must be at most ${SMALL_BATCH}.`,
      );
    }
  }
  if (kind === "sqs" && batchSize > SMALL_BATCH && windowSeconds === 0) {
    throw invalidParameter(
      "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10",
    );
  }
  for (const { Pattern } of filterCriteria?.Filters ?? []) {
    try {
      compilePattern(Pattern ?? "", { empty: "allowed" });
    } catch (error) {
      if (error instanceof PatternError) throw invalidParameter("Invalid filter pattern definition.");
      throw error;
    }
  }
}
