import { page, pageOf } from "../../../aws/page.ts";
import type { Context, Handlers } from "../../../core/service.ts";
import type * as SSM from "../../../models/generated/ssm.ts";
import type { RunningInstance } from "../../../processes/running-instances.ts";
import { matches } from "../allowed-pattern.ts";
import { findDocument, findVersion } from "../document.ts";
import { type DocumentContent, parseContent } from "../document-content.ts";
import {
  duplicateInstanceId,
  invalidDocument,
  invalidFilterKey,
  invalidInstanceId,
  invalidNextToken,
  invalidParameters,
  invalidPluginName,
  invocationDoesNotExist,
  notServed,
  validation,
} from "../errors.ts";
import { findInstance, managedInstances, nameOf } from "../instances/instance.ts";
import { withParameters } from "../parameter-references.ts";
import { asText, asTexts } from "../references.ts";
import {
  type CommandRecord,
  commandRecords,
  describeCommand,
  describeInvocation,
  findCommand,
  type InvocationRecord,
  invocationRecords,
  invocationsOf,
  isOver,
  outputUrls,
} from "./command.ts";
import { type CommandRunner, saveCommand, saveInvocation } from "./command-runner.ts";

const PAGE_SIZE = 50;
const DEFAULT_TIMEOUT_SECONDS = 3600;

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html and its neighbours */
export const commands = (runner: CommandRunner): Handlers<SSM.Operations> => ({
  SendCommand(input, ctx) {
    if (input.NotificationConfig?.NotificationArn) throw notServed("notifications of commands");
    if (input.AlarmConfiguration) throw notServed("alarms of commands");
    const document = findDocument(input.DocumentName, ctx);
    if (document.type !== "Command") throw invalidDocument(document.name);
    const version = findVersion(document, { version: input.DocumentVersion }, ctx);
    const content = parseContent(version.content, version.format);
    return withParameters(input, content, ctx, invalidParameters, (given) => {
      const instances = instancesOf(given, ctx);
      const command: CommandRecord = {
        id: ctx.random.uuid(),
        documentName: document.name,
        documentVersion: input.DocumentVersion ?? "$DEFAULT",
        content,
        comment: input.Comment ?? "",
        parameters: parametersOf(given, content),
        instanceIds: input.InstanceIds ?? [],
        targets: input.Targets ?? [],
        requestedMs: ctx.clock.now(),
        timeoutSeconds: input.TimeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS,
        ...(input.OutputS3BucketName && {
          bucket: {
            name: input.OutputS3BucketName,
            prefix: input.OutputS3KeyPrefix ?? "",
            region: input.OutputS3Region ?? ctx.region,
          },
        }),
        ...(input.CloudWatchOutputConfig?.CloudWatchOutputEnabled && {
          logGroup: input.CloudWatchOutputConfig.CloudWatchLogGroupName || `/aws/ssm/${document.name}`,
        }),
        maxConcurrency: input.MaxConcurrency ?? "50",
        maxErrors: input.MaxErrors ?? "0",
        account: ctx.account,
        region: ctx.region,
        callId: ctx.id,
      };
      const invocations = instances.map((instance) => newInvocation(command, instance));
      saveCommand(command, invocations, ctx.store);
      runner.begin(command);
      return { Command: describeCommand(command, invocations) };
    });
  },

  CancelCommand({ CommandId: id, InstanceIds: wanted = [] }, ctx) {
    findCommand(id, ctx);
    for (const instanceId of wanted)
      if (!findInstance(instanceId, ctx)) throw invalidInstanceId(instanceId, ctx.account);
    for (const invocation of invocationsOf(id, ctx)) {
      if (isOver(invocation.status) || (wanted.length > 0 && !wanted.includes(invocation.instanceId)))
        continue;
      const isWaiting = invocation.status === "Pending";
      const status = isWaiting ? "Cancelled" : "Cancelling";
      saveInvocation({ ...invocation, status, details: status }, ctx.store, ctx.host);
      if (!isWaiting) runner.cancel(invocation);
    }
  },

  ListCommands(input, ctx) {
    const { NextToken: token, MaxResults: size = PAGE_SIZE, ...query } = input;
    const kept = ctx.store.collection(commandRecords);
    if (input.CommandId !== undefined) findCommand(input.CommandId, ctx);
    const wanted = [...kept.by("newest").values()].filter((command) => isWanted(command, input, ctx));
    const { items, nextToken } = page(wanted, ({ requestedMs, id }) => [-requestedMs, id], {
      size,
      token,
      query,
      refuse: invalidNextToken,
    });
    return {
      Commands: items.map((command) => describeCommand(command, invocationsOf(command.id, ctx))),
      ...(nextToken && { NextToken: nextToken }),
    };
  },

  ListCommandInvocations(input, ctx) {
    const { NextToken: token, MaxResults: size = PAGE_SIZE, ...query } = input;
    if (input.CommandId !== undefined) findCommand(input.CommandId, ctx);
    const { items, nextToken } = pageOf(ctx.store.collection(invocationRecords), {
      size,
      token,
      query,
      refuse: invalidNextToken,
      keep: (invocation) => isInvocationWanted(invocation, input, ctx),
    });
    return {
      CommandInvocations: items.map((invocation) =>
        describeInvocation(findCommand(invocation.commandId, ctx), invocation, input.Details ?? false),
      ),
      ...(nextToken && { NextToken: nextToken }),
    };
  },

  GetCommandInvocation({ CommandId: id, InstanceId: instanceId, PluginName: wanted }, ctx) {
    const command = findCommand(id, ctx);
    const invocation = ctx.store.collection(invocationRecords).get([id, instanceId]);
    if (!invocation) throw invocationDoesNotExist();
    const { plugins } = invocation;
    const plugin =
      wanted === undefined
        ? plugins.length === 1
          ? plugins[0]
          : undefined
        : plugins.find(({ name, step }) => name === wanted || step === wanted);
    if (wanted !== undefined && !plugin && plugins.length > 0) throw invalidPluginName();
    const last = plugin ?? plugins.at(-1);
    return {
      CommandId: id,
      InstanceId: instanceId,
      Comment: command.comment,
      DocumentName: command.documentName,
      DocumentVersion: command.documentVersion,
      PluginName: plugin?.name ?? (plugins.length > 1 ? "" : (last?.name ?? "")),
      ResponseCode: last?.code ?? -1,
      ExecutionStartDateTime: plugins[0] ? timeText(plugins[0].startedMs) : "",
      ExecutionElapsedTime:
        last?.endedMs === undefined ? "" : elapsedText(last.endedMs - (plugins[0] ?? last).startedMs),
      ExecutionEndDateTime: last?.endedMs === undefined ? "" : timeText(last.endedMs),
      Status: invocation.status,
      StatusDetails: invocation.details,
      StandardOutputContent: plugin?.out ?? "",
      StandardErrorContent: plugin?.err ?? "",
      ...(plugin ? outputUrls(command, invocation, plugin) : { StandardOutputUrl: "", StandardErrorUrl: "" }),
      CloudWatchOutputConfig: {
        CloudWatchLogGroupName: command.logGroup ?? "",
        CloudWatchOutputEnabled: command.logGroup !== undefined,
      },
    };
  },
});

const timeText = (ms: number) => new Date(ms).toISOString();
const elapsedText = (ms: number) => `PT${ms / 1000}S`;

const newInvocation = (command: CommandRecord, instance: RunningInstance): InvocationRecord => ({
  commandId: command.id,
  instanceId: instance.id,
  instanceName: nameOf(instance),
  requestedMs: command.requestedMs,
  status: "Pending",
  details: "Pending",
  plugins: [],
});

/** The instances that a command is for. @throws InvalidInstanceId, DuplicateInstanceId */
function instancesOf({ InstanceIds: ids, Targets }: SSM.SendCommandRequest, ctx: Context): RunningInstance[] {
  if (ids && Targets?.length) throw validation("You can't specify both InstanceIds and Targets.");
  if (ids) {
    if (new Set(ids).size < ids.length) throw duplicateInstanceId();
    return ids.map((id) => {
      const instance = findInstance(id, ctx);
      if (!instance) throw invalidInstanceId(id, ctx.account);
      return instance;
    });
  }
  if (!Targets?.length) throw validation("You must specify either InstanceIds or Targets.");
  return managedInstances(ctx).filter((instance) =>
    Targets.every(({ Key = "", Values = [] }) => isTarget(instance, Key, Values)),
  );
}

function isTarget(instance: RunningInstance, key: string, values: readonly string[]): boolean {
  const { id } = instance;
  const tags = instance.tags();
  if (/^InstanceIds$/i.test(key)) return values.includes("*") || values.includes(id);
  const tag = /^tag:(.+)$/.exec(key)?.[1];
  if (tag !== undefined) return Object.hasOwn(tags, tag) && values.includes(tags[tag] ?? "");
  if (key === "tag-key") return values.some((value) => Object.hasOwn(tags, value));
  throw notServed(`targets by ${key}`);
}

/** @throws InvalidParameters */
function parametersOf(
  { Parameters = {} }: SSM.SendCommandRequest,
  { parameters = {} }: DocumentContent,
): Record<string, string[]> {
  const unknown = Object.keys(Parameters).filter((name) => !Object.hasOwn(parameters, name));
  if (unknown.length > 0)
    throw invalidParameters(`Parameters ${unknown.join(", ")} are not defined in the document.`);
  const values: Record<string, string[]> = {};
  for (const [name, { default: value, allowedValues, allowedPattern }] of Object.entries(parameters)) {
    const given = Parameters[name] ?? (value === undefined ? undefined : asTexts(value));
    if (given === undefined) throw invalidParameters(`Parameter ${name} is required.`);
    if (allowedValues && !given.every((one) => allowedValues.map(asText).includes(one)))
      throw invalidParameters(`Parameter ${name} is not one of the allowed values.`);

    if (allowedPattern !== undefined && !given.every((one) => matches(one, allowedPattern)))
      throw invalidParameters(`Parameter ${name} does not match its allowed pattern ${allowedPattern}.`);
    values[name] = [...given];
  }
  return values;
}

function isWanted(
  command: CommandRecord,
  { CommandId, InstanceId, Filters = [] }: SSM.ListCommandsRequest,
  ctx: Context,
) {
  if (CommandId !== undefined && command.id !== CommandId) return false;
  if (
    InstanceId !== undefined &&
    !invocationsOf(command.id, ctx).some(({ instanceId }) => instanceId === InstanceId)
  )
    return false;
  return Filters.every((filter) => isCommandMeant(command, filter, ctx));
}

function isCommandMeant(command: CommandRecord, { key, value }: SSM.CommandFilter, ctx: Context): boolean {
  switch (key) {
    case "InvokedAfter":
      return command.requestedMs > Date.parse(value);
    case "InvokedBefore":
      return command.requestedMs < Date.parse(value);
    case "DocumentName":
      return command.documentName === value;
    case "Status":
      return describeCommand(command, invocationsOf(command.id, ctx)).Status === value;
    case "ExecutionStage": {
      const isExecuting = invocationsOf(command.id, ctx).some(({ status }) => !isOver(status));
      return isExecuting === (value === "Executing");
    }
    default:
      throw invalidFilterKey(`Squall does not serve the filter key ${key}.`);
  }
}

function isInvocationWanted(
  invocation: InvocationRecord,
  { CommandId, InstanceId, Filters = [] }: SSM.ListCommandInvocationsRequest,
  ctx: Context,
): boolean {
  if (CommandId !== undefined && invocation.commandId !== CommandId) return false;
  if (InstanceId !== undefined && invocation.instanceId !== InstanceId) return false;
  return Filters.every(({ key, value }) =>
    key === "Status"
      ? invocation.status === value
      : isCommandMeant(findCommand(invocation.commandId, ctx), { key, value }, ctx),
  );
}
