import { placeholdersOf } from "../../aws/input-template.ts";
import { type Arn, parseArn } from "../../core/arn.ts";
import { compilePattern, PatternError } from "../../core/event-pattern/pattern.ts";
import type { Context } from "../../core/service.ts";
import type * as Pipes from "../../models/generated/pipes.ts";
import {
  batchTooLarge,
  enrichmentInvalid,
  isCrossRegion,
  logDestinationMissing,
  logFormatUnsupported,
  notServed,
  parameterMissing,
  placeholderInvalid,
  sourceParameterInvalid,
  targetParameterInvalid,
  topicIsFifo,
  validation,
} from "./errors.ts";
import { isHttp } from "./http-call.ts";
import type { PipeRecord } from "./pipe.ts";
import { unwritten } from "./pipe-log.ts";

const SOURCES = new Set(["sqs", "kinesis", "dynamodb"]);
const ENRICHMENTS: Readonly<Record<string, string>> = {
  lambda: "lambda",
  states: "stepfunctions",
  "execute-api": "apigateway",
  events: "events",
};
const TARGETS: Readonly<Record<string, string>> = {
  lambda: "lambda",
  sqs: "sqs",
  sns: "sns",
  kinesis: "kinesis",
  events: "events",
  states: "stepfunctions",
  logs: "logs",
  "execute-api": "apigateway",
  ecs: "ecs",
};

/** Whose source each kind of parameters is for. */
const SOURCE_PARAMETERS = {
  SqsQueueParameters: "sqs",
  KinesisStreamParameters: "kinesis",
  DynamoDBStreamParameters: "dynamodb",
  ActiveMQBrokerParameters: "mq",
  RabbitMQBrokerParameters: "mq",
  ManagedStreamingKafkaParameters: "kafka",
  SelfManagedKafkaParameters: "smk",
} as const satisfies Partial<Record<keyof Pipes.PipeSourceParameters, string>>;

/** Whose target each kind of parameters is for, as measured on AWS. */
const TARGET_PARAMETERS = {
  BatchJobParameters: ["batch"],
  CloudWatchLogsParameters: ["logs"],
  EcsTaskParameters: ["ecs"],
  EventBridgeEventBusParameters: ["events"],
  HttpParameters: ["events", "execute-api"],
  KinesisStreamParameters: ["kinesis"],
  LambdaFunctionParameters: ["lambda"],
  RedshiftDataParameters: ["redshift", "redshift-serverless"],
  SageMakerPipelineParameters: ["sagemaker"],
  SqsQueueParameters: ["sqs"],
  StepFunctionStateMachineParameters: ["states"],
  TimestreamParameters: ["timestream"],
} as const satisfies Partial<Record<keyof Pipes.PipeTargetParameters, readonly string[]>>;

/** What cannot do without parameters of its kind. */
const SOURCES_THAT_NEED = {
  kinesis: "KinesisStreamParameters",
  dynamodb: "DynamoDBStreamParameters",
} as const;
const TARGETS_THAT_NEED = { kinesis: "KinesisStreamParameters", ecs: "EcsTaskParameters" } as const;

/** How many records each kind of target takes at once; functions and state machines take them as a list. */
const LARGEST_BATCHES: Readonly<Record<string, number>> = {
  sqs: 10,
  sns: 10,
  events: 10,
  kinesis: 500,
  ecs: 1,
};

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-input-transformation.html */
const PREDEFINED: ReadonlySet<string> = new Set([
  "aws.pipes.pipe-arn",
  "aws.pipes.pipe-name",
  "aws.pipes.source-arn",
  "aws.pipes.enrichment-arn",
  "aws.pipes.target-arn",
  "aws.pipes.event.ingestion-time",
  "aws.pipes.event",
  "aws.pipes.event.json",
]);

type Checked = Pick<
  PipeRecord,
  | "source"
  | "sourceParameters"
  | "enrichment"
  | "enrichmentParameters"
  | "target"
  | "targetParameters"
  | "logConfiguration"
>;

/** @throws ValidationException; NotImplemented for what nothing here could read or write */
export function checkPipe(pipe: Checked, ctx: Context): void {
  const source = parseArn(pipe.source);
  const target = parseArn(pipe.target);
  for (const end of [source, target])
    if (end && end.region !== "" && end.region !== ctx.region) throw isCrossRegion();
  checkSource(pipe, source);
  checkEnrichment(pipe, ctx);
  checkTarget(pipe, target, ctx);
  checkBatchSize(pipe);
  for (const { InputTemplate } of [pipe.targetParameters, pipe.enrichmentParameters ?? {}])
    checkTemplate(InputTemplate);
  checkLog(pipe.logConfiguration);
}

function checkSource({ source, sourceParameters: given }: Checked, arn: Arn | undefined): void {
  const kind = arn?.service ?? "";
  if (!SOURCES.has(kind)) throw notServed("source", source);
  for (const [name, of] of entriesOf(SOURCE_PARAMETERS))
    if (given[name] !== undefined && of !== kind) throw sourceParameterInvalid();
  const needed = neededOf(SOURCES_THAT_NEED, kind);
  if (needed !== undefined && !given[needed]) throw parameterMissing(`SourceParameters.${needed}`);
  for (const { Pattern = "" } of given.FilterCriteria?.Filters ?? []) {
    try {
      compilePattern(Pattern);
    } catch (error) {
      if (!(error instanceof PatternError)) throw error;
      throw validation(`Invalid Event Pattern. Reason: ${error.message}`);
    }
  }
}

function checkEnrichment({ enrichment }: Checked, ctx: Context): void {
  if (!enrichment) return;
  const { service = "", resource = "" } = parseArn(enrichment) ?? {};
  if (!Object.hasOwn(ENRICHMENTS, service) || resource.startsWith("event-bus/")) throw enrichmentInvalid();
  if (!isServed(service, ENRICHMENTS, ctx)) throw notServed("enrichment", enrichment);
}

function checkTarget({ target, targetParameters: given }: Checked, arn: Arn | undefined, ctx: Context): void {
  const { service: kind = "", resource = "" } = arn ?? {};
  if (!isServed(kind, TARGETS, ctx)) throw notServed("target", target);
  if (kind === "sns" && resource.endsWith(".fifo")) throw topicIsFifo();
  for (const [name, of] of entriesOf(TARGET_PARAMETERS))
    if (given[name] !== undefined && !(of as readonly string[]).includes(kind))
      throw targetParameterInvalid();
  const needed = neededOf(TARGETS_THAT_NEED, kind);
  if (needed !== undefined && !given[needed]) throw parameterMissing(`TargetParameters.${needed}`);
}

/** Where batches are not taken there are none: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-batching-concurrency.html */
function checkBatchSize({ sourceParameters: given, target, enrichment }: Checked): void {
  const { SqsQueueParameters, KinesisStreamParameters, DynamoDBStreamParameters } = given;
  const { BatchSize = 1 } = SqsQueueParameters ?? KinesisStreamParameters ?? DynamoDBStreamParameters ?? {};
  const isOneByOne = isHttp(target) || (enrichment !== undefined && isHttp(enrichment));
  const most = isOneByOne ? 1 : (LARGEST_BATCHES[parseArn(target)?.service ?? ""] ?? BatchSize);
  if (BatchSize > most) throw batchTooLarge(BatchSize, most);
}

function checkTemplate(template = ""): void {
  for (const name of placeholdersOf(template))
    if (name.startsWith("aws.") && !PREDEFINED.has(name)) throw placeholderInvalid();
}

function checkLog(logging: Pipes.PipeLogConfigurationParameters | undefined): void {
  if (!logging) return;
  const { Level, CloudwatchLogsLogDestination, FirehoseLogDestination, S3LogDestination } = logging;
  if (Level !== "OFF" && !CloudwatchLogsLogDestination && !FirehoseLogDestination && !S3LogDestination)
    throw logDestinationMissing();
  if ((S3LogDestination?.OutputFormat ?? "json") !== "json") throw logFormatUnsupported();
  const unknown = unwritten(logging);
  if (unknown !== undefined) throw notServed("log destination", unknown);
}

function isServed(service: string, kinds: Readonly<Record<string, string>>, { host }: Context): boolean {
  const serving = Object.hasOwn(kinds, service) ? kinds[service] : undefined;
  return serving !== undefined && host.serves(serving);
}

const entriesOf = <N extends string, V>(table: Readonly<Record<N, V>>) => Object.entries(table) as [N, V][];

const neededOf = <V>(table: Readonly<Record<string, V>>, kind: string): V | undefined =>
  Object.hasOwn(table, kind) ? table[kind] : undefined;
