import { deliver } from "../../aws/deliver.ts";
import { newTraceId, readTraceHeader, traceHeaderOf } from "../../aws/tracing.ts";
import { parseArn } from "../../core/arn.ts";
import type { ServiceHost } from "../../core/service.ts";

/** Where a record goes, and who sends it. */
export interface Delivery {
  readonly role: string;
  readonly functionArn: string;
  readonly parentId?: string;
  /** Who gathered the batch that it tells of. */
  readonly gatheredBy?: string | undefined;
  /** `Success` or `Failure`, for EventBridge's detail type. */
  readonly outcome: "Success" | "Failure";
  /** `X-Amzn-Trace-Id` of the invocation that the record tells of. Default: a trace of the record's own. */
  readonly traceHeader?: string | undefined;
  /** Where objects go in a bucket; by default where those of asynchronous invocations do. */
  readonly objectPrefix?: string;
}

/**
 * Sends an invocation record to a destination: SQS, SNS, Lambda, EventBridge or S3. Rejects with the other service's error.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-async-destinations
 */
export async function sendToDestination(
  host: ServiceHost,
  arn: string,
  record: object,
  from: Delivery,
): Promise<void> {
  const service = parseArn(arn)?.service ?? "";
  if (!DESTINATIONS.has(service)) {
    host.log.warn(`A record for ${arn} is lost: Lambda does not send to ${service}.`);
    return;
  }
  const nowMs = host.clock.now();
  await deliver(
    host.call,
    arn,
    {
      body: JSON.stringify(record),
      // Queues keep the trace, whether or not anybody traces: https://docs.aws.amazon.com/xray/latest/devguide/xray-services-sqs.html
      systemAttributes: { AWSTraceHeader: { DataType: "String", StringValue: traceOf(host, from) } },
      entry: {
        source: "lambda",
        detailType: `Lambda Function Invocation Result - ${from.outcome}`,
        resources: [from.functionArn, arn],
      },
      ...(service === "s3" && { key: objectKey(from, nowMs, host.random.uuid()) }),
    },
    { as: from.role, gatheredBy: from.gatheredBy, ...(from.parentId && { parentId: from.parentId }) },
  );
}

function traceOf(host: ServiceHost, { traceHeader }: Delivery): string {
  const given = readTraceHeader(traceHeader) ?? { root: newTraceId(host) };
  return traceHeaderOf({ parent: host.random.hex(16), sampled: false, ...given });
}

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
export const DESTINATIONS: ReadonlySet<string> = new Set(["sqs", "sns", "lambda", "events", "s3"]);

function objectKey({ functionArn, objectPrefix }: Delivery, atMs: number, id: string): string {
  const at = new Date(atMs).toISOString().slice(0, 19);
  const prefix = objectPrefix ?? `aws/lambda/async/${functionArn.split(":")[6]}`;
  return `${prefix}/${at.slice(0, 10).replaceAll("-", "/")}/${at.replaceAll(":", ".")}-${id}`;
}
