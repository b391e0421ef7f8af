import { type Delivery, deliver } from "../../aws/deliver.ts";
import { overridesIn, runTasks } from "../../aws/ecs-target.ts";
import { callRestApi } from "../../aws/http-target.ts";
import { valueAt } from "../../aws/input-template.ts";
import { groupNameIn, unlessThere } from "../../aws/log-group.ts";
import { partsOf } from "../../core/arn.ts";
import { AwsError } from "../../core/aws-error.ts";
import { readJson } from "../../core/read-json.ts";
import type { CallOptions, ServiceHost } from "../../core/service.ts";
import type * as Events from "../../models/generated/events.ts";
import { sendToApiDestination } from "./api-destination-call.ts";
import type { Event, Forwarded } from "./event.ts";
import type { Where } from "./event-bus.ts";

/** One attempt to send an event to a target. */
export interface Outgoing {
  readonly where: Where;
  readonly ruleArn: string;
  readonly target: Events.Target;
  /** The event as JSON. */
  readonly text: string;
  /** What the target gets of it. */
  readonly body: string;
  readonly hops: number;
  readonly parentId?: string;
  readonly traceHeader?: string;
  /** The same at each attempt. */
  readonly invocationId?: string;
}

/** @throws AwsError of the target */
export async function sendToTarget(host: ServiceHost, outgoing: Outgoing): Promise<void> {
  const { target } = outgoing;
  const arn = partsOf(target.Arn);
  const options = optionsOf(outgoing);
  if (arn.service === "execute-api") {
    const { body, parentId, ruleArn: sourceArn } = outgoing;
    const parameters = target.HttpParameters;
    await callRestApi(target.Arn, { host, body, parameters, by: "events", parentId, sourceArn });
    return;
  }
  if (arn.service === "events" && arn.resource.startsWith("api-destination/"))
    return sendToApiDestination(host, outgoing);
  if (arn.service === "events") return forward(host, outgoing, options);
  if (arn.service === "ssm") return runDocument(host, outgoing, options);
  if (arn.service === "ecs" && target.EcsParameters) {
    const { Input, InputTransformer, EcsParameters } = target;
    // Of an event as it is a task hears nothing; what a target makes of it says what is run otherwise.
    const overrides = (Input ?? InputTransformer) === undefined ? undefined : overridesIn(outgoing.body);
    const startedBy = `events-rule/${outgoing.ruleArn.split("/").at(-1)}`;
    return runTasks(host.call, target.Arn, EcsParameters, overrides, options, startedBy);
  }
  const delivery: Delivery = { body: outgoing.body, ...particularsOf(outgoing, arn.service) };
  if (arn.service === "logs") return log(host, outgoing, delivery, options);
  if (arn.service === "states") return startExecution(host, outgoing, delivery, options);
  await deliver(host.call, target.Arn, delivery, options);
}

function optionsOf({ target, ruleArn, parentId }: Outgoing): CallOptions {
  return {
    sourceArn: ruleArn,
    origin: `rule(${ruleArn.split("/").at(-1)})`,
    ...(target.RoleArn !== undefined && { as: target.RoleArn }),
    ...(parentId !== undefined && { parentId }),
  };
}

function particularsOf({ target, text, traceHeader }: Outgoing, service: string): Partial<Delivery> {
  if (service === "kinesis") {
    const event = readJson(text) as Event;
    const path = target.KinesisParameters?.PartitionKeyPath;
    const key = path === undefined ? event.id : valueAt(event, path);
    return { partitionKey: typeof key === "string" ? key : JSON.stringify(key ?? event.id) };
  }
  if (service !== "sqs") return {};
  const groupId = target.SqsParameters?.MessageGroupId;
  return {
    ...(groupId !== undefined && { groupId }),
    ...(traceHeader !== undefined && {
      systemAttributes: { AWSTraceHeader: { DataType: "String", StringValue: traceHeader } },
    }),
  };
}

/** An execution is named after the event and the invocation, so that an attempt whose answer was lost begins no second one. */
async function startExecution(
  host: ServiceHost,
  { target, text, invocationId }: Outgoing,
  delivery: Delivery,
  options: CallOptions,
): Promise<void> {
  const executionName = invocationId && `${(readJson(text) as Event).id}_${invocationId}`;
  try {
    await deliver(host.call, target.Arn, { ...delivery, ...(executionName && { executionName }) }, options);
  } catch (error) {
    if (!(error instanceof AwsError && error.code === "ExecutionAlreadyExists")) throw error;
  }
}

/** Buses do not hand on for ever. */
const MOST_HOPS = 10;

/** The same event on another bus. One in another account is the last. */
async function forward(
  host: ServiceHost,
  { where, target, text, body, hops }: Outgoing,
  options: CallOptions,
): Promise<void> {
  const event = readJson(text) as Event;
  const { account, region } = partsOf(target.Arn);
  const isForeign = event.account !== where.account;
  if (hops >= MOST_HOPS || (isForeign && account !== where.account)) {
    host.log.warn(`${target.Arn} does not get ${event.id}: it has been on ${hops + 1} buses.`);
    return;
  }
  const forwarded: Forwarded = {
    // In another region it has an id of its own.
    id: region === where.region ? event.id : host.random.uuid(),
    account: event.account,
    region: region === where.region ? event.region : where.region,
    time: event.time,
    hops: hops + 1,
  };
  const entry = {
    EventBusName: target.Arn,
    Source: event.source,
    DetailType: event["detail-type"],
    Detail: JSON.stringify(body === text ? event.detail : readJson(body)),
    Resources: event.resources,
    forwarded,
  };
  const output = await host.call<Events.PutEventsResponse>(
    "events",
    "PutEvents",
    { Entries: [entry] },
    {
      ...options,
      account,
      region,
    },
  );
  const { ErrorCode, ErrorMessage } = output.Entries?.[0] ?? {};
  if (ErrorCode !== undefined) throw new AwsError(ErrorCode, ErrorMessage ?? "", { status: 400 });
}

/** Each event has a stream of its own, as on AWS. */
async function log(
  host: ServiceHost,
  { target, text }: Outgoing,
  delivery: Delivery,
  options: CallOptions,
): Promise<void> {
  const { account, region, resource } = partsOf(target.Arn);
  const logGroupName = groupNameIn(resource);
  const stream = (readJson(text) as Event).id;
  const place = { ...options, account, region };
  await unlessThere(host.call("logs", "CreateLogStream", { logGroupName, logStreamName: stream }, place));
  await deliver(host.call, target.Arn, { ...delivery, log: { stream, atMs: host.clock.now() } }, options);
}

/** A runbook is started, a command document is run on the instances that the target names; the input is its parameters. */
async function runDocument(
  host: ServiceHost,
  { target, body }: Outgoing,
  options: CallOptions,
): Promise<void> {
  const { account, region, resource } = partsOf(target.Arn);
  const [kind, name = ""] = resource.split("/");
  const [DocumentName, DocumentVersion] = name.split(":");
  const document: unknown = readJson(body);
  const Parameters = target.Input === undefined && target.InputTransformer === undefined ? {} : document;
  const place = { ...options, account, region };
  if (kind === "automation-definition") {
    const asked = { DocumentName, Parameters, ...(DocumentVersion && { DocumentVersion }) };
    await host.call("ssm", "StartAutomationExecution", asked, place);
    return;
  }
  const Targets = target.RunCommandParameters?.RunCommandTargets ?? [];
  await host.call("ssm", "SendCommand", { DocumentName, Targets, Parameters }, place);
}
