import { createHash } from "node:crypto";
import type { SegmentDocument, Subsegment } from "./segment.ts";

/** A segment that nobody has sent: of a service that was called and sends none. */
export interface InferredSegment extends SegmentDocument {
  readonly inferred: true;
  readonly parent_id: string;
}

/** What X-Ray calls the resource that a call of an AWS SDK went to. */
const ORIGINS: Readonly<Record<string, string>> = {
  DynamoDB: "AWS::DynamoDB::Table",
  SQS: "AWS::SQS::Queue",
  SNS: "AWS::SNS",
  S3: "AWS::S3::Bucket",
  Lambda: "AWS::Lambda",
  Kinesis: "AWS::Kinesis",
  SFN: "AWS::StepFunctions",
  SecretsManager: "AWS::SecretsManager",
  SSM: "AWS::SSM",
};

/** Members of a subsegment's `aws` that name the resource, the first of them that is there. */
const NAMES = ["table_name", "queue_url", "topic_arn", "bucket_name", "function_name", "stream_name"];

/**
 * Segments of what was called and has sent none of its own: AWS's services, hosts, databases. They say what the caller saw.
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-inferredsegments
 */
export function inferred(segments: readonly SegmentDocument[]): InferredSegment[] {
  const parents = new Set(segments.map(({ parent_id }) => parent_id));
  const found: InferredSegment[] = [];
  const look = (trace: string, subsegment: Subsegment) => {
    if (isCall(subsegment) && !parents.has(subsegment.id)) found.push(segmentOf(trace, subsegment));
    for (const one of subsegment.subsegments ?? []) look(trace, one);
  };
  for (const segment of segments) for (const one of segment.subsegments ?? []) look(segment.trace_id, one);
  return found;
}

const isCall = ({ namespace }: Subsegment): boolean => namespace === "aws" || namespace === "remote";

function segmentOf(trace: string, subsegment: Subsegment): InferredSegment {
  const { id, name, start_time, end_time, in_progress, http, aws, namespace } = subsegment;
  const isAws = namespace === "aws";
  const named = NAMES.map((member) => aws?.[member]).find((value) => typeof value === "string");
  const origin = isAws ? (ORIGINS[name] ?? `AWS::${name}`) : "remote";
  return {
    id: createHash("sha256").update(`${trace} ${id}`).digest("hex").slice(0, 16),
    name: isAws ? ((named as string | undefined)?.split(/[/:]/).at(-1) ?? name) : name,
    trace_id: trace,
    start_time,
    ...(end_time !== undefined && { end_time }),
    ...(in_progress && { in_progress }),
    parent_id: id,
    inferred: true,
    ...(http && { http }),
    ...(aws && { aws }),
    ...(subsegment.error && { error: true }),
    ...(subsegment.throttle && { throttle: true }),
    ...(subsegment.fault && { fault: true }),
    origin,
  };
}
