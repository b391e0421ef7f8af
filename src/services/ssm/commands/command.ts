import type { Context } from "../../../core/service.ts";
import { defineCollection } from "../../../core/storage.ts";
import type * as SSM from "../../../models/generated/ssm.ts";
import type { DocumentContent } from "../document-content.ts";
import { invalidCommandId } from "../errors.ts";

/** A command as it is kept, by its id: https://docs.aws.amazon.com/systems-manager/latest/userguide/run-command.html */
export interface CommandRecord {
  readonly id: string;
  readonly documentName: string;
  readonly documentVersion: string;
  /** The document as it was when the command was sent. */
  readonly content: DocumentContent;
  readonly comment: string;
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  readonly instanceIds: readonly string[];
  readonly targets: SSM.Targets;
  readonly requestedMs: number;
  readonly timeoutSeconds: number;
  readonly bucket?: { readonly name: string; readonly prefix: string; readonly region: string };
  readonly logGroup?: string;
  readonly maxConcurrency: string;
  readonly maxErrors: string;
  readonly account: string;
  readonly region: string;
  /** The call that sent it: what it does is a consequence of that. */
  readonly callId: string;
}

/** A command on one instance, by the command's id and the instance's. */
export interface InvocationRecord {
  readonly commandId: string;
  readonly instanceId: string;
  readonly instanceName: string;
  readonly requestedMs: number;
  readonly status: SSM.CommandInvocationStatus;
  readonly details: string;
  readonly plugins: readonly PluginRecord[];
}

/** A step of a document on one instance. */
export interface PluginRecord {
  readonly name: string;
  readonly step: string;
  readonly status: SSM.CommandPluginStatus;
  readonly details: string;
  readonly code: number;
  readonly startedMs: number;
  readonly endedMs?: number;
  /** The beginning of what it wrote. */
  readonly out: string;
  readonly err: string;
}

export const commandRecords = defineCollection<CommandRecord>({
  name: "commands",
  indexes: { newest: ({ requestedMs }) => [-requestedMs] },
});
export const invocationRecords = defineCollection<InvocationRecord>({
  name: "command-invocations",
  indexes: { open: ({ status, requestedMs }) => (isOver(status) ? undefined : [requestedMs]) },
});

export const isOver = (status: string): boolean =>
  !/^(?:Pending|InProgress|Delayed|Cancelling)$/.test(status);

/** @throws InvalidCommandId */
export function findCommand(id: string, ctx: Pick<Context, "store">): CommandRecord {
  const command = ctx.store.collection(commandRecords).get([id]);
  if (!command) throw invalidCommandId();
  return command;
}

export const invocationsOf = (id: string, { store }: Pick<Context, "store">): InvocationRecord[] => [
  ...store.collection(invocationRecords).values({ prefix: [id] }),
];

/** What a command is, of what its invocations are. */
export function statusOf(invocations: readonly InvocationRecord[]): {
  readonly Status: SSM.CommandStatus;
  readonly StatusDetails: string;
} {
  const are = (status: string) => invocations.filter((one) => one.status === status).length;
  const said = (Status: SSM.CommandStatus, StatusDetails: string = Status) => ({ Status, StatusDetails });
  if (are("Cancelling") > 0) return said("Cancelling");
  if (invocations.some(({ status }) => !isOver(status)))
    return are("Pending") === invocations.length ? said("Pending") : said("InProgress");
  if (are("Success") === invocations.length) return said("Success");
  if (are("Cancelled") > 0) return said("Cancelled");
  if (are("TimedOut") > 0 && are("Failed") === 0) {
    const timedOut = invocations.find(({ status }) => status === "TimedOut");
    return said("TimedOut", timedOut?.details);
  }
  return said("Failed");
}

export function describeCommand(
  command: CommandRecord,
  invocations: readonly InvocationRecord[],
): SSM.Command {
  const ended = invocations.filter(({ status }) => isOver(status));
  const { bucket, logGroup } = command;
  return {
    CommandId: command.id,
    DocumentName: command.documentName,
    DocumentVersion: command.documentVersion,
    Comment: command.comment,
    ExpiresAfter: new Date(command.requestedMs + command.timeoutSeconds * 1000),
    Parameters: mutable(command.parameters),
    InstanceIds: [...command.instanceIds],
    Targets: command.targets,
    RequestedDateTime: new Date(command.requestedMs),
    ...statusOf(invocations),
    OutputS3Region: bucket?.region ?? command.region,
    OutputS3BucketName: bucket?.name ?? "",
    OutputS3KeyPrefix: bucket?.prefix ?? "",
    MaxConcurrency: command.maxConcurrency,
    MaxErrors: command.maxErrors,
    TargetCount: invocations.length,
    CompletedCount: ended.length,
    ErrorCount: ended.filter(({ status }) => status === "Failed" || status === "TimedOut").length,
    DeliveryTimedOutCount: 0,
    ServiceRole: "",
    NotificationConfig: { NotificationArn: "", NotificationEvents: [], NotificationType: "" },
    CloudWatchOutputConfig: {
      CloudWatchLogGroupName: logGroup ?? "",
      CloudWatchOutputEnabled: logGroup !== undefined,
    },
    TimeoutSeconds: command.timeoutSeconds,
  };
}

const mutable = (parameters: CommandRecord["parameters"]): SSM.Parameters =>
  Object.fromEntries(Object.entries(parameters).map(([name, values]) => [name, [...values]]));

export function describeInvocation(
  command: CommandRecord,
  invocation: InvocationRecord,
  withPlugins: boolean,
): SSM.CommandInvocation {
  return {
    CommandId: command.id,
    InstanceId: invocation.instanceId,
    InstanceName: invocation.instanceName,
    Comment: command.comment,
    DocumentName: command.documentName,
    DocumentVersion: command.documentVersion,
    RequestedDateTime: new Date(invocation.requestedMs),
    Status: invocation.status,
    StatusDetails: invocation.details,
    StandardOutputUrl: "",
    StandardErrorUrl: "",
    CommandPlugins: withPlugins
      ? invocation.plugins.map((plugin) => describePlugin(command, invocation, plugin))
      : [],
    ServiceRole: "",
    NotificationConfig: { NotificationArn: "", NotificationEvents: [], NotificationType: "" },
    CloudWatchOutputConfig: {
      CloudWatchLogGroupName: command.logGroup ?? "",
      CloudWatchOutputEnabled: command.logGroup !== undefined,
    },
  };
}

const OUTPUT_LENGTH = 2500;

function describePlugin(
  command: CommandRecord,
  invocation: InvocationRecord,
  plugin: PluginRecord,
): SSM.CommandPlugin {
  const { bucket } = command;
  return {
    Name: plugin.name,
    Status: plugin.status,
    StatusDetails: plugin.details,
    ResponseCode: plugin.code,
    ResponseStartDateTime: new Date(plugin.startedMs),
    ...(plugin.endedMs !== undefined && { ResponseFinishDateTime: new Date(plugin.endedMs) }),
    Output: `${plugin.out}${plugin.err && `\n----------ERROR-------\n${plugin.err}`}`.slice(0, OUTPUT_LENGTH),
    ...outputUrls(command, invocation, plugin),
    OutputS3Region: bucket?.region ?? command.region,
    OutputS3BucketName: bucket?.name ?? "",
    OutputS3KeyPrefix: bucket
      ? [bucket.prefix, command.id, invocation.instanceId].filter(Boolean).join("/")
      : "",
  };
}

/** Where the output of a step is in its bucket. */
export const outputKey = (
  { bucket, id }: CommandRecord,
  { instanceId }: Pick<InvocationRecord, "instanceId">,
  { name, step }: Pick<PluginRecord, "name" | "step">,
  what: "stdout" | "stderr",
): string => [bucket?.prefix, id, instanceId, name.replaceAll(":", ""), step, what].filter(Boolean).join("/");

export function outputUrls(
  command: CommandRecord,
  invocation: Pick<InvocationRecord, "instanceId">,
  plugin: Pick<PluginRecord, "name" | "step">,
): { readonly StandardOutputUrl: string; readonly StandardErrorUrl: string } {
  const { bucket } = command;
  const url = (what: "stdout" | "stderr") =>
    bucket
      ? `https://s3.${bucket.region}.amazonaws.com/${bucket.name}/${outputKey(command, invocation, plugin, what)}`
      : "";
  return { StandardOutputUrl: url("stdout"), StandardErrorUrl: url("stderr") };
}
