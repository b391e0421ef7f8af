import type { Context } from "../../core/service.ts";
import { defineCollection, type Store } from "../../core/storage.ts";
import type * as SFN from "../../models/generated/stepfunctions.ts";
import { executionNotFound } from "./errors.ts";
import type { Execution } from "./execution-arn.ts";
import { readExecutionArn } from "./execution-arn.ts";
import type { ExecutionTrace } from "./execution-trace.ts";

/** An execution as it is kept, by its state machine's name (`machine/label` for a child of a Map) and its own. */
export interface ExecutionRecord {
  readonly machine: string;
  readonly name: string;
  readonly arn: string;
  readonly type: "STANDARD" | "EXPRESS";
  readonly stateMachineArn: string;
  readonly stateMachineVersionArn?: string | undefined;
  readonly stateMachineAliasArn?: string | undefined;
  /** Under which the definition is kept that it runs, whatever becomes of the state machine. */
  readonly definition: string;
  /** The Map state whose items this execution works on. */
  readonly mapState?: string | undefined;
  readonly revisionId?: string | undefined;
  readonly roleArn: string;
  readonly logging?: SFN.LoggingConfiguration | undefined;
  readonly account: string;
  readonly region: string;
  readonly input: string;
  readonly status: SFN.ExecutionStatus;
  readonly startedMs: number;
  readonly endedMs?: number | undefined;
  readonly output?: string | undefined;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
  readonly traceHeader?: string | undefined;
  readonly trace?: ExecutionTrace | undefined;
  readonly mapRunArn?: string | undefined;
  readonly itemCount?: number | undefined;
  /** Where in its map run it stands. */
  readonly index?: number | undefined;
  readonly redriveCount: number;
  readonly redrivenMs?: number | undefined;
  /** The call that started it. */
  readonly parentId?: string | undefined;
  readonly updatedMs: number;
}

export const executionRecords = defineCollection<ExecutionRecord>({
  name: "executions",
  indexes: {
    started: ({ machine, startedMs }) => [machine, startedMs],
    mapRun: ({ mapRunArn, startedMs }) => (mapRunArn === undefined ? undefined : [mapRunArn, startedMs]),
    open: ({ status, startedMs }) => (status === "RUNNING" ? [startedMs] : undefined),
  },
});

export const keyOfExecution = ({ machine, name }: Execution) => [machine, name];

export const saveExecution = (execution: ExecutionRecord, store: Store): void =>
  store.collection(executionRecords).put(keyOfExecution(execution), execution);

/** So long an execution is kept after its end, and its name taken. https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
export const KEPT_MS = 90 * 86_400_000;

/** Is an execution gone by now? */
export const isExpired = ({ endedMs }: ExecutionRecord, nowMs: number): boolean =>
  endedMs !== undefined && endedMs + KEPT_MS <= nowMs;

/** @throws InvalidArn, ExecutionDoesNotExist */
export function findExecution(arn: string, ctx: Context): ExecutionRecord {
  const { account, region, ...key } = readExecutionArn(arn);
  const store = ctx.host.store(account, region);
  const execution =
    account === ctx.account && region === ctx.region
      ? store.collection(executionRecords).get(keyOfExecution(key))
      : undefined;
  if (!execution || isExpired(execution, ctx.clock.now())) throw executionNotFound(arn);
  return execution;
}
