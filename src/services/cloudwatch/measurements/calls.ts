import type { CallRecord, EndedCall } from "../../../core/bus.ts";
import { apiGatewayCalls } from "./api-gateway.ts";
import { dynamodbCalls } from "./dynamodb.ts";
import { lambdaCalls } from "./lambda.ts";
import { snsCalls } from "./sns.ts";
import { sqsCalls } from "./sqs.ts";

/** One metric of AWS that calls count for. */
export interface MetricOfCall {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly unit: string;
  /** What each call counts as; `latency` takes the calls' own durations. */
  readonly value: number | "latency";
}

/** How the calls of one service become AWS's metrics. */
export interface MetricsOfCalls {
  readonly namespace: string;
  /** What calls must have in common (beside operation, status and minute) to be counted as one; undefined: not counted. */
  subject(call: EndedCall): string | undefined;
  metrics(record: CallRecord): readonly MetricOfCall[];
}

/** By service: any name may be called. */
export const METRICS_OF_CALLS: ReadonlyMap<string, MetricsOfCalls> = new Map([
  ["dynamodb", dynamodbCalls],
  ["lambda", lambdaCalls],
  ["sqs", sqsCalls],
  ["sns", snsCalls],
  ["execute-api", apiGatewayCalls],
]);
