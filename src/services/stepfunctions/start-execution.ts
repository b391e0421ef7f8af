import { whenKept } from "../../aws/due.ts";
import { makeArn } from "../../core/arn.ts";
import { readJson } from "../../core/read-json.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as SFN from "../../models/generated/stepfunctions.ts";
import { executionExists, invalidExecutionInput, typeNotSupported } from "./errors.ts";
import { type ExecutionRecord, executionRecords, isExpired, saveExecution } from "./execution.ts";
import { traceExecution } from "./execution-trace.ts";
import { forgetExecution } from "./expiry.ts";
import { expressRecords } from "./express.ts";
import { isTooLong } from "./language/json.ts";
import { checkName } from "./names.ts";
import type { Runner } from "./runner.ts";
import { findStartable, refuseLeaving, type Startable } from "./state-machine.ts";

const BILLED_MS = 100;
const BILLED_MB = 64;

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html and StartSyncExecution */
export const startExecution = (runner: Runner): Handlers<SFN.Operations> => ({
  StartExecution(input, ctx) {
    const startable = findStartable(input.stateMachineArn, ctx);
    refuseLeaving(startable.machine);
    const execution = executionOf(startable, input, ctx);
    if (startable.machine.type === "EXPRESS") {
      const key = [execution.machine, execution.name, execution.arn];
      ctx.store.collection(expressRecords).put(key, execution);
      whenKept(ctx.host.storage, () => {
        if (ctx.store.collection(expressRecords).has(key)) void runner.runExpress(execution);
      });
      return started(execution);
    }
    const before = ctx.store.collection(executionRecords).get([execution.machine, execution.name]);
    if (before && !isExpired(before, ctx.clock.now())) {
      if (before.status !== "RUNNING" || before.input !== execution.input) throw executionExists(before.arn);
      return started(before);
    }
    if (before) forgetExecution(before, ctx.store);
    saveExecution(execution, ctx.store);
    runner.begin(execution);
    return started(execution);
  },

  async StartSyncExecution(input, ctx) {
    const startable = findStartable(input.stateMachineArn, ctx);
    refuseLeaving(startable.machine);
    if (startable.machine.type !== "EXPRESS") throw typeNotSupported();
    const execution = executionOf(startable, input, ctx);
    const ended = await runner.runExpress(execution);
    const withData = input.includedData !== "METADATA_ONLY";
    const { endedMs = ctx.clock.now() } = ended;
    const lastedMs = endedMs - ended.startedMs;
    return {
      executionArn: ended.arn,
      stateMachineArn: ended.stateMachineArn,
      name: ended.name,
      startDate: new Date(ended.startedMs),
      stopDate: new Date(endedMs),
      status: ended.status,
      ...(withData && ended.error !== undefined && { error: ended.error }),
      ...(withData && ended.cause !== undefined && { cause: ended.cause }),
      ...(withData && { input: ended.input }),
      inputDetails: { included: withData },
      ...(ended.output !== undefined && {
        ...(withData && { output: ended.output }),
        outputDetails: { included: withData },
      }),
      ...(ended.traceHeader !== undefined && { traceHeader: ended.traceHeader }),
      billingDetails: {
        billedMemoryUsedInMB: BILLED_MB,
        billedDurationInMilliseconds: Math.max(BILLED_MS, Math.ceil(lastedMs / BILLED_MS) * BILLED_MS),
      },
    };
  },
});

const started = ({ arn, startedMs }: ExecutionRecord) => ({
  executionArn: arn,
  startDate: new Date(startedMs),
});

/** @throws InvalidName, InvalidExecutionInput */
function executionOf(
  { machine, version, aliasArn }: Startable,
  input: Pick<SFN.StartExecutionInput, "name" | "input" | "traceHeader">,
  ctx: Context,
): ExecutionRecord {
  const name = input.name ?? ctx.random.uuid();
  checkName(name);
  const text = input.input ?? "{}";
  checkInput(text);
  const { account, region } = ctx;
  const { definition, roleArn, revisionId, logging, tracing } = version ?? machine;
  const resource =
    machine.type === "EXPRESS"
      ? `express:${machine.name}:${name}:${ctx.random.uuid()}`
      : `execution:${machine.name}:${name}`;
  return {
    machine: machine.name,
    name,
    arn: makeArn("states", region, account, resource),
    type: machine.type,
    stateMachineArn: machine.arn,
    stateMachineVersionArn: version?.arn,
    stateMachineAliasArn: aliasArn,
    definition,
    revisionId,
    roleArn,
    logging,
    account,
    region,
    input: text,
    status: "RUNNING",
    startedMs: ctx.clock.now(),
    traceHeader: input.traceHeader,
    ...(tracing.enabled && { trace: traceExecution(ctx.host, machine.arn, input.traceHeader) }),
    redriveCount: 0,
    parentId: ctx.id,
    updatedMs: machine.updatedMs,
  };
}

/** @throws InvalidExecutionInput */
export function checkInput(text: string): void {
  if (isTooLong(text)) throw invalidExecutionInput("The input is longer than 262144 bytes");
  try {
    readJson(text);
  } catch (error) {
    throw invalidExecutionInput((error as Error).message);
  }
}
