import { groupNameIn, unlessThere } from "../../../aws/log-group.ts";
import { parseArn } from "../../../core/arn.ts";
import { AwsError } from "../../../core/aws-error.ts";
import type { Context } from "../../../core/service.ts";
import type { Exchange } from "./exchange.ts";
import { at, textOf } from "./gateway-response.ts";
import type { RequestContext } from "./request-context.ts";
import { substitute } from "./substitute.ts";

interface LogEvent {
  readonly timestamp: number;
  readonly message: string;
}

/** Sends a request's access log line where the stage says. The client does not wait for it. */
export function deliverAccessLog(
  ctx: Context,
  settings: { format?: string; destinationArn?: string } | undefined,
  context: RequestContext,
  stream: string,
): void {
  if (!settings?.destinationArn || !settings.format) return;
  const message = substitute(
    settings.format,
    (name) => (name.startsWith("context.") ? textOf(at(context, name.slice(8))) : undefined),
    "-",
  );
  const arn = parseArn(settings.destinationArn);
  if (arn?.service === "firehose") return;
  const group = arn && groupNameIn(arn.resource);
  if (group) deliver(ctx, group, stream, [{ timestamp: ctx.clock.now(), message }], false);
}

/** Sends a request's execution log to `API-Gateway-Execution-Logs_<api>/<stage>`. */
export function deliverExecutionLog({ ctx, log, api, stage, context }: Exchange): void {
  if (log.lines.length === 0) return;
  const group = `API-Gateway-Execution-Logs_${api.api.id}/${stage.stageName}`;
  const events = log.lines.map(({ atMs, text }) => ({
    timestamp: atMs,
    message: `(${context.requestId}) ${text}`,
  }));
  deliver(ctx, group, streamName(stage.stageName), events, true);
}

/** AWS spreads over streams named by hashes; one a stage is enough here. */
export const streamName = (stageName: string): string =>
  Buffer.from(stageName).toString("hex").padStart(32, "0");

function deliver(
  ctx: Context,
  group: string,
  stream: string,
  logEvents: LogEvent[],
  makeGroup: boolean,
): void {
  put(ctx, group, stream, logEvents, makeGroup).catch((error: unknown) => {
    ctx.log.warn(`The log group ${group} took no log events of API Gateway: ${(error as Error).message}`);
  });
}

async function put(
  ctx: Context,
  logGroupName: string,
  logStreamName: string,
  logEvents: LogEvent[],
  makeGroup: boolean,
) {
  const input = { logGroupName, logStreamName, logEvents };
  try {
    await ctx.call("logs", "PutLogEvents", input);
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== "ResourceNotFoundException") throw error;
    if (makeGroup) await unlessThere(ctx.call("logs", "CreateLogGroup", { logGroupName }));
    await unlessThere(ctx.call("logs", "CreateLogStream", { logGroupName, logStreamName }));
    await ctx.call("logs", "PutLogEvents", input);
  }
}
