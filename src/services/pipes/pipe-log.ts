import { groupNameIn } from "../../aws/log-group.ts";
import { LogStreamWriter } from "../../aws/log-stream-writer.ts";
import { partsOf } from "../../core/arn.ts";
import { AwsError } from "../../core/aws-error.ts";
import type { ServiceHost } from "../../core/service.ts";
import type * as Pipes from "../../models/generated/pipes.ts";
import type { PipeRecord } from "./pipe.ts";

type Level = "ERROR" | "INFO" | "TRACE";

/** At which level each step is told of, from ERROR, which tells least: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-logs.html#eb-pipes-logs-level */
const STEPS = {
  EXECUTION_STARTED: "INFO",
  EXECUTION_SUCCEEDED: "INFO",
  EXECUTION_FAILED: "ERROR",
  EXECUTION_PARTIALLY_FAILED: "ERROR",
  ENRICHMENT_STAGE_ENTERED: "INFO",
  ENRICHMENT_STAGE_SUCCEEDED: "INFO",
  ENRICHMENT_STAGE_FAILED: "ERROR",
  ENRICHMENT_TRANSFORMATION_STARTED: "TRACE",
  ENRICHMENT_TRANSFORMATION_SUCCEEDED: "TRACE",
  ENRICHMENT_TRANSFORMATION_FAILED: "ERROR",
  ENRICHMENT_INVOCATION_STARTED: "TRACE",
  ENRICHMENT_INVOCATION_SUCCEEDED: "TRACE",
  ENRICHMENT_INVOCATION_FAILED: "ERROR",
  TARGET_STAGE_ENTERED: "INFO",
  TARGET_STAGE_SKIPPED: "TRACE",
  TARGET_STAGE_SUCCEEDED: "INFO",
  TARGET_STAGE_FAILED: "ERROR",
  TARGET_STAGE_PARTIALLY_FAILED: "ERROR",
  TARGET_TRANSFORMATION_STARTED: "TRACE",
  TARGET_TRANSFORMATION_SUCCEEDED: "TRACE",
  TARGET_TRANSFORMATION_FAILED: "ERROR",
  TARGET_INVOCATION_STARTED: "TRACE",
  TARGET_INVOCATION_SUCCEEDED: "TRACE",
  TARGET_INVOCATION_FAILED: "ERROR",
  TARGET_INVOCATION_PARTIALLY_FAILED: "ERROR",
} as const satisfies Readonly<Record<string, Level>>;

export type Step = keyof typeof STEPS;

/** Which levels a pipe's level has told. */
const TOLD: Readonly<Record<string, readonly Level[]>> = {
  ERROR: ["ERROR"],
  INFO: ["ERROR", "INFO"],
  TRACE: ["ERROR", "INFO", "TRACE"],
};

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-logs.html#eb-pipes-logs-execution-data-truncation */
const MOST_BYTES = 262_144;

/** What a step worked on, for pipes that have their data told: texts of JSON. */
export interface Told {
  readonly payload?: string;
  readonly awsRequest?: string;
  readonly awsResponse?: string;
  readonly error?: unknown;
}

/** The logs of all pipes: one stream a pipe, in the group that it names. */
export class PipeLogs {
  readonly #host: ServiceHost;
  readonly #writers = new Map<string, LogStreamWriter>();
  readonly #waiting = new Set<LogStreamWriter>();

  constructor(host: ServiceHost) {
    this.#host = host;
  }

  get isBusy(): boolean {
    return this.#waiting.size > 0;
  }

  /** The log of one batch on its way through a pipe. */
  execution(pipe: PipeRecord): ExecutionLog {
    const {
      Level = "OFF",
      CloudwatchLogsLogDestination,
      IncludeExecutionData = [],
    } = pipe.logConfiguration ?? {};
    const group = CloudwatchLogsLogDestination?.LogGroupArn;
    const levels = TOLD[Level];
    if (group === undefined || levels === undefined) return SILENT;
    const executionId = this.#host.random.uuid();
    const withData = IncludeExecutionData.includes("ALL");
    return (step, told) => {
      if (!levels.includes(STEPS[step])) return;
      const atMs = this.#host.clock.now();
      const head = {
        resourceArn: pipe.arn,
        timestamp: atMs,
        executionId,
        messageType: step,
        logLevel: STEPS[step],
      };
      this.#writer(pipe, group).add(atMs, recordOf(head, told?.() ?? {}, withData));
    };
  }

  #writer(pipe: PipeRecord, groupArn: string): LogStreamWriter {
    const key = JSON.stringify([pipe.arn, groupArn, pipe.roleArn]);
    const known = this.#writers.get(key);
    if (known) return known;
    const { account, region, resource } = partsOf(groupArn);
    // How AWS names the stream it does not say.
    const place = { account, region, role: pipe.roleArn, group: groupNameIn(resource), stream: pipe.name };
    const writer = new LogStreamWriter(this.#host, place, this.#waiting);
    this.#writers.set(key, writer);
    return writer;
  }

  /** Of a pipe that is gone, or is told to log elsewhere. */
  forget({ arn }: Pick<PipeRecord, "arn">): void {
    for (const key of this.#writers.keys()) if (key.startsWith(`["${arn}",`)) this.#writers.delete(key);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#waiting].map((writer) => writer.flush()));
  }
}

/** Nothing is made of what nobody is told. */
export type ExecutionLog = (step: Step, told?: () => Told) => void;

const SILENT: ExecutionLog = () => {};

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-logs-schema.html */
function recordOf(
  head: object,
  { payload, awsRequest, awsResponse, error }: Told,
  withData: boolean,
): string {
  const data: Record<string, string> = {};
  const truncatedFields: string[] = [];
  if (withData)
    for (const [name, text] of Object.entries({ payload, awsRequest, awsResponse }))
      if (text !== undefined) data[name] = text;
  // The largest goes first, in AWS's order where they are alike.
  while (sizeOf(data) > MOST_BYTES) {
    const [name] = Object.entries(data).reduce((most, one) => (one[1].length > most[1].length ? one : most));
    data[name] = "";
    truncatedFields.push(name);
  }
  return JSON.stringify({
    ...head,
    ...data,
    ...(truncatedFields.length > 0 && { truncatedFields }),
    ...(error !== undefined && { error: errorOf(error) }),
  });
}

const sizeOf = (data: Readonly<Record<string, string>>): number =>
  Object.values(data).reduce((sum, text) => sum + Buffer.byteLength(text), 0);

function errorOf(error: unknown): object {
  const { message } = error as Error;
  if (!(error instanceof AwsError)) return { message };
  return { httpStatusCode: error.status, message, details: error.code };
}

/** What Squall cannot write to. */
export const unwritten = (logging: Pipes.PipeLogConfigurationParameters | undefined): string | undefined =>
  logging?.FirehoseLogDestination?.DeliveryStreamArn ??
  (logging?.S3LogDestination && `arn:aws:s3:::${logging.S3LogDestination.BucketName}`);
