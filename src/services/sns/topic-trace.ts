import { readTraceHeader, seconds, TRACE_HEADER, traceHeaderOf, tracerOf } from "../../aws/tracing.ts";
import type { Context } from "../../core/service.ts";
import type { TopicAt } from "./topic.ts";

/**
 * What goes on with a message to queues and functions. A topic with active tracing sends a segment of its own where its publisher is
 * traced; it decides nothing by itself. https://docs.aws.amazon.com/sns/latest/dg/sns-active-tracing.html
 */
export function traceTopic({ topic, account, region }: TopicAt, ctx: Context): string | undefined {
  const { arn, name, attributes } = topic;
  const given = ctx.headers[TRACE_HEADER];
  const trace = attributes["TracingConfig"] === "Active" ? readTraceHeader(given) : undefined;
  if (!trace?.sampled) return given;
  const id = ctx.random.hex(16);
  const now = seconds(ctx.clock.now());
  const segment = {
    name,
    id,
    trace_id: trace.root,
    parent_id: trace.parent,
    origin: "AWS::SNS::Topic",
    start_time: now,
    end_time: now,
    resource_arn: arn,
    aws: { topic_arn: arn, operation: "Publish", request_id: ctx.requestId },
  };
  void tracerOf(ctx.host).send([segment], { account, region }, { parentId: ctx.id });
  return traceHeaderOf({ ...trace, parent: id });
}
