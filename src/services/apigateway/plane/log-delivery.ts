import { groupNameIn, type LogEvent, putLogEvents } from "../../../aws/log-group.ts";
import { parseArn } from "../../../core/arn.ts";
import type { Context } from "../../../core/service.ts";
import type { Exchange } from "./exchange.ts";
import { at, textOf } from "./gateway-response.ts";
import type { RequestContext } from "./request-context.ts";
import { substitute } from "./substitute.ts";

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
  logEvents: readonly LogEvent[],
  makesGroup: boolean,
): void {
  const { account, region } = ctx;
  const call = (operation: string, input: object) => ctx.call("logs", operation, input);
  putLogEvents(ctx.host, { account, region, group, stream, makesGroup }, logEvents, call).catch(
    (error: unknown) => {
      ctx.log.warn(`The log group ${group} took no log events of API Gateway: ${(error as Error).message}`);
    },
  );
}
