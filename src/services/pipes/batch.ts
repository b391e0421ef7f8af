import { type Delivery, deliver } from "../../aws/deliver.ts";
import { runTasks } from "../../aws/ecs-target.ts";
import { type BatchOutcome, batchItemFailures } from "../../aws/event-source/event-source.ts";
import { fillTemplate, valueAt } from "../../aws/input-template.ts";
import { parseArn, partsOf } from "../../core/arn.ts";
import { AwsError } from "../../core/aws-error.ts";
import { readJson } from "../../core/read-json.ts";
import type { CallOptions, ServiceHost } from "../../core/service.ts";
import type * as Pipes from "../../models/generated/pipes.ts";
import { ENRICH, SEND } from "./fault-points.ts";
import { callHttp, isHttp } from "./http-call.ts";
import type { PipeRecord, Where } from "./pipe.ts";
import type { ExecutionLog, Step } from "./pipe-log.ts";

type Json = Record<string, unknown>;

/** A batch on its way through a pipe. */
export interface Passing {
  readonly host: ServiceHost;
  readonly where: Where;
  readonly pipe: PipeRecord;
  readonly options: CallOptions;
  readonly log: ExecutionLog;
}

/** Takes a batch through enrichment to the target. Rejects with what failed. */
export async function pass(passing: Passing, records: readonly object[]): Promise<BatchOutcome> {
  const events = records.map((record) => eventOf(record as Json));
  const { log } = passing;
  log("EXECUTION_STARTED", () => ({ payload: JSON.stringify(events) }));
  const { outcome, failure } = await told(passing, "EXECUTION_FAILED", () => through(passing, events));
  const error = failure?.error;
  if (!failure) log("EXECUTION_SUCCEEDED");
  else log(failure.isWhole ? "EXECUTION_FAILED" : "EXECUTION_PARTIALLY_FAILED", () => ({ error }));
  return outcome;
}

/** What came of a batch, and what went wrong with some of it, or with all. */
interface Passed {
  readonly outcome: BatchOutcome;
  readonly failure?: { readonly isWhole: boolean; readonly error?: unknown } | undefined;
}

async function through(passing: Passing, events: readonly Json[]): Promise<Passed> {
  const { pipe, log } = passing;
  const { enrichment } = pipe;
  if (enrichment === undefined) return send(passing, events, events.map(idOf));
  log("ENRICHMENT_STAGE_ENTERED", () => ({ payload: JSON.stringify(events) }));
  const enriched = await told(passing, "ENRICHMENT_STAGE_FAILED", () => enrich(passing, enrichment, events));
  log("ENRICHMENT_STAGE_SUCCEEDED", () => ({ payload: JSON.stringify(enriched) }));
  // What comes of an enrichment is no single event's any more: a failure is the whole batch's.
  if (enriched.length > 0) return send(passing, enriched, undefined);
  log("TARGET_STAGE_SKIPPED");
  return { outcome: DONE };
}

/** Does a part of an execution; what fails is told. */
async function told<T>({ log }: Passing, failed: Step, part: () => Promise<T> | T): Promise<T> {
  try {
    return await part();
  } catch (error) {
    log(failed, () => ({ error }));
    throw error;
  }
}

const DONE: BatchOutcome = { kind: "done", payload: new Uint8Array() };

/** In a pipe a record of Kinesis has its data beside all else: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-kinesis.html */
function eventOf({ kinesis, ...rest }: Json): Json {
  return typeof kinesis === "object" ? { ...(kinesis as Json), ...rest } : rest;
}

function idOf(event: Json): string {
  const { dynamodb } = event as { dynamodb?: { SequenceNumber?: string } };
  return String(event["messageId"] ?? dynamodb?.SequenceNumber ?? event["sequenceNumber"]);
}

/** What a batch is called with: with a template each event is what the template makes of it. */
function inputs(events: readonly unknown[], template: string | undefined, { pipe, host }: Passing): string[] {
  if (template === undefined || template === "") return events.map((event) => JSON.stringify(event));
  const fixed: Readonly<Record<string, unknown>> = {
    "aws.pipes.pipe-arn": pipe.arn,
    "aws.pipes.pipe-name": pipe.name,
    "aws.pipes.source-arn": pipe.source,
    "aws.pipes.enrichment-arn": pipe.enrichment,
    "aws.pipes.target-arn": pipe.target,
    "aws.pipes.event.ingestion-time": new Date(host.clock.now()).toISOString(),
  };
  return events.map((event) => {
    const read = readable(event);
    return fillTemplate(template, (name) => {
      if (name.startsWith("$")) return valueAt(read, name);
      if (name === "aws.pipes.event" || name === "aws.pipes.event.json") return read;
      return Object.hasOwn(fixed, name) ? fixed[name] : undefined;
    });
  });
}

/** The same, as a stage of the execution that is told. */
async function transformed(
  passing: Passing,
  stage: "ENRICHMENT" | "TARGET",
  events: readonly unknown[],
  template: string | undefined,
): Promise<string[]> {
  const { log } = passing;
  if (template === undefined || template === "") return inputs(events, template, passing);
  log(`${stage}_TRANSFORMATION_STARTED`, () => ({ payload: JSON.stringify(events) }));
  const bodies = await told(passing, `${stage}_TRANSFORMATION_FAILED`, () =>
    inputs(events, template, passing),
  );
  log(`${stage}_TRANSFORMATION_SUCCEEDED`, () => ({ payload: `[${bodies.join()}]` }));
  return bodies;
}

/** Bodies and data that are JSON are read: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-input-transformation.html#input-transform-implicit */
function readable(event: unknown): unknown {
  if (typeof event !== "object" || event === null) return event;
  const { body, data } = event as { body?: unknown; data?: unknown };
  return {
    ...event,
    ...(typeof body === "string" && { body: jsonOr(body) }),
    ...(typeof data === "string" && { data: jsonOr(Buffer.from(data, "base64").toString(), data) }),
  };
}

function jsonOr(text: string, otherwise: string = text): unknown {
  try {
    const value: unknown = readJson(text);
    return typeof value === "object" && value !== null ? value : otherwise;
  } catch {
    return otherwise;
  }
}

async function enrich(passing: Passing, arn: string, events: readonly Json[]): Promise<unknown[]> {
  const { host, where, pipe } = passing;
  const bodies = await transformed(passing, "ENRICHMENT", events, pipe.enrichmentParameters?.InputTemplate);
  const body = `[${bodies.join()}]`;
  passing.log("ENRICHMENT_INVOCATION_STARTED", () => ({ awsRequest: body }));
  const subject = { resource: [pipe.arn, arn], operation: "Enrich", input: { Events: events.length } };
  const invoke = () =>
    isHttp(arn)
      ? callHttp(
          host,
          arn,
          body,
          filledParameters(pipe.enrichmentParameters?.HttpParameters, events[0]),
          passing.options,
        )
      : answerOf(passing, arn, body);
  const text = await told(passing, "ENRICHMENT_INVOCATION_FAILED", () =>
    host.faultPoint(ENRICH, subject, where, invoke),
  );
  passing.log("ENRICHMENT_INVOCATION_SUCCEEDED", () => ({ awsResponse: text }));
  if (text === "" || text === "null") return [];
  const answer: unknown = readJson(text);
  return Array.isArray(answer) ? answer : [answer];
}

/** Calls a function or a state machine and waits for what it says. */
async function answerOf({ host, options, where }: Passing, arn: string, body: string): Promise<string> {
  const { service, account, region } = partsOf(arn);
  const place = { ...options, account: account || where.account, region: region || where.region };
  if (service === "states") {
    const { status, output, error, cause } = await host.call<Record<string, string | undefined>>(
      "stepfunctions",
      "StartSyncExecution",
      { stateMachineArn: arn, input: body },
      place,
    );
    if (status === "SUCCEEDED") return output ?? "";
    throw new AwsError(error ?? "ExecutionFailed", cause ?? `The execution has ended: ${status}`);
  }
  const { FunctionError, Payload } = await host.call<{ FunctionError?: string; Payload?: Uint8Array }>(
    "lambda",
    "Invoke",
    { FunctionName: arn, InvocationType: "RequestResponse", Payload: Buffer.from(body) },
    place,
  );
  const text = Buffer.from(Payload ?? []).toString();
  if (FunctionError) throw new AwsError("FunctionError", text.slice(0, 500));
  return text;
}

/** @param ids by which the events of a source are told when only some of them have failed */
async function send(
  passing: Passing,
  events: readonly unknown[],
  ids: readonly string[] | undefined,
): Promise<Passed> {
  const { log, pipe } = passing;
  log("TARGET_STAGE_ENTERED", () => ({ payload: JSON.stringify(events) }));
  const passed = await told(passing, "TARGET_STAGE_FAILED", async () => {
    const bodies = await transformed(passing, "TARGET", events, pipe.targetParameters.InputTemplate);
    log("TARGET_INVOCATION_STARTED", () => ({ awsRequest: `[${bodies.join()}]` }));
    return told(passing, "TARGET_INVOCATION_FAILED", () => invoke(passing, events, bodies, ids));
  });
  const { failure } = passed;
  const ended = failure ? (failure.isWhole ? "FAILED" : "PARTIALLY_FAILED") : "SUCCEEDED";
  const error = failure?.error;
  log(`TARGET_INVOCATION_${ended}`, () => ({ error }));
  log(`TARGET_STAGE_${ended}`, () => ({ error }));
  return passed;
}

async function invoke(
  passing: Passing,
  events: readonly unknown[],
  bodies: readonly string[],
  ids: readonly string[] | undefined,
): Promise<Passed> {
  const { host, where, pipe } = passing;
  const { service } = partsOf(pipe.target);
  const subject = { resource: [pipe.arn, pipe.target], operation: "Send", input: { Events: events.length } };
  if (service === "lambda" || service === "states") {
    const outcome = await host.faultPoint(SEND, subject, where, () =>
      sendBatch(passing, `[${bodies.join()}]`),
    );
    const failures = batchItemFailures(outcome.payload)?.length ?? 0;
    return { outcome, failure: failures > 0 ? { isWhole: failures >= events.length } : undefined };
  }
  const failed: string[] = [];
  let failure: Passed["failure"];
  for (const [i, body] of bodies.entries()) {
    try {
      await host.faultPoint(SEND, subject, where, () => sendOne(passing, body, events[i]));
    } catch (error) {
      if (ids?.[i] === undefined) throw error;
      host.log.debug(() => `${pipe.arn} could not send to ${pipe.target}: ${String(error)}`);
      failed.push(ids[i]);
      failure = { isWhole: failed.length === bodies.length, error };
    }
  }
  const payload = JSON.stringify({ batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) });
  return { outcome: { kind: "done", payload: Buffer.from(payload) }, failure };
}

/** Functions and state machines get a batch as a list. */
async function sendBatch(passing: Passing, body: string): Promise<BatchOutcome> {
  const { pipe, host, options } = passing;
  const { LambdaFunctionParameters, StepFunctionStateMachineParameters } = pipe.targetParameters;
  const { InvocationType = "REQUEST_RESPONSE" } =
    LambdaFunctionParameters ?? StepFunctionStateMachineParameters ?? {};
  const isMachine = parseArn(pipe.target)?.service === "states";
  if (InvocationType === "FIRE_AND_FORGET") {
    await deliver(host.call, pipe.target, { body }, options);
    return DONE;
  }
  const payload = Buffer.from(await answerOf(passing, pipe.target, body));
  // Of a function's answer only what it says of failed items counts.
  const isPartial = !isMachine && batchItemFailures(payload) !== undefined;
  return { kind: "done", payload: isPartial ? payload : new Uint8Array() };
}

async function sendOne({ host, pipe, options }: Passing, body: string, event: unknown): Promise<void> {
  const { targetParameters: given, target } = pipe;
  if (isHttp(target)) {
    await callHttp(host, target, body, filledParameters(given.HttpParameters, event), options);
    return;
  }
  if (given.EcsTaskParameters) {
    const { Overrides, ...task } = filledIn(given.EcsTaskParameters, event);
    return runTasks(host.call, target, task, Overrides, options);
  }
  const filled = (text: string | undefined) => filledWith(text, event);
  const groupId = filled(given.SqsQueueParameters?.MessageGroupId);
  const deduplicationId = filled(given.SqsQueueParameters?.MessageDeduplicationId);
  const partitionKey = filled(given.KinesisStreamParameters?.PartitionKey);
  const bus = given.EventBridgeEventBusParameters;
  const isBus = parseArn(target)?.service === "events";
  const delivery: Delivery = {
    body,
    ...(groupId !== undefined && { groupId }),
    ...(deduplicationId !== undefined && { deduplicationId }),
    ...(partitionKey !== undefined && { partitionKey }),
    ...(isBus && {
      entry: {
        source: filled(bus?.Source) ?? `Pipe ${pipe.name}`,
        detailType: filled(bus?.DetailType) ?? "Event from aws:pipes",
        resources: bus?.Resources ?? [],
      },
    }),
    log: {
      stream: filled(given.CloudWatchLogsParameters?.LogStreamName) ?? pipe.name,
      atMs: host.clock.now(),
    },
  };
  await deliver(host.call, target, delivery, options);
}

/** The same for all the texts in what a target is told. */
function filledIn<T>(given: T, event: unknown): T {
  if (typeof given === "string") return filledWith(given, event) as T;
  if (Array.isArray(given)) return given.map((one: unknown) => filledIn(one, event)) as T;
  if (typeof given !== "object" || given === null) return given;
  return Object.fromEntries(
    Object.entries(given).map(([name, member]) => [name, filledIn(member as unknown, event)]),
  ) as T;
}

/** A parameter may be a path into the event. */
function filledWith(text: string | undefined, event: unknown): string | undefined {
  if (!text?.startsWith("$.")) return text;
  const value = valueAt(readable(event), text);
  return value === undefined ? undefined : String(value);
}

function filledParameters(
  given: Pipes.PipeTargetHttpParameters | undefined,
  event: unknown,
): Pipes.PipeTargetHttpParameters | undefined {
  if (!given) return undefined;
  const { PathParameterValues = [], HeaderParameters = {}, QueryStringParameters = {} } = given;
  const all = (values: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(values).map(([name, text]) => [name, filledWith(text, event) ?? ""]));
  return {
    PathParameterValues: PathParameterValues.map((text) => filledWith(text, event) ?? ""),
    HeaderParameters: all(HeaderParameters),
    QueryStringParameters: all(QueryStringParameters),
  };
}
