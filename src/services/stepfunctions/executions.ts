import { pageOf } from "../../aws/page.ts";
import type { Context, Handlers } from "../../core/service.ts";
import { behindLast, upTo } from "../../core/text.ts";
import type * as SFN from "../../models/generated/stepfunctions.ts";
import { describeExecution, redriveStatusOf } from "./describe-execution.ts";
import {
  executionNotRedrivable,
  invalidToken,
  resourceNotFound,
  typeNotSupported,
  validation,
} from "./errors.ts";
import { type ExecutionRecord, executionRecords, findExecution, isExpired } from "./execution.ts";
import { definitionOf, processorOf, statesIn } from "./language/definition.ts";
import { variableReferences } from "./language/variable-references.ts";
import { mapRunRecords } from "./map-run.ts";
import { redrive } from "./redrive.ts";
import type { Runner } from "./runner.ts";
import {
  aliasRecords,
  definitionText,
  findMachine,
  readMachineArn,
  stateMachineRecords,
  versionRecords,
} from "./state-machine.ts";

const PAGE_SIZE = 100;

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html and its neighbours */
export const executions = (runner: Runner): Handlers<SFN.Operations> => ({
  DescribeExecution: ({ executionArn, includedData }, ctx) =>
    describeExecution(findExecution(executionArn, ctx), ctx.clock.now(), includedData !== "METADATA_ONLY"),

  DescribeStateMachineForExecution({ executionArn }, ctx) {
    const execution = findExecution(executionArn, ctx);
    return describeMachineFor(execution, ctx);
  },

  ListExecutions(input, ctx) {
    const { stateMachineArn, mapRunArn, statusFilter, redriveFilter, maxResults, nextToken: token } = input;
    const range =
      mapRunArn !== undefined
        ? stateMachineArn === undefined && ofMapRun(mapRunArn, ctx)
        : stateMachineArn !== undefined && ofMachine(stateMachineArn, ctx);
    if (!range) throw validation("Exactly one of stateMachineArn and mapRunArn must be provided");
    const collection = ctx.store.collection(executionRecords);
    const { nextToken: _, maxResults: __, ...query } = input;

    const { items, nextToken } = pageOf(collection.by(range.index), {
      size: maxResults || PAGE_SIZE,
      token,
      query,
      prefix: range.prefix,
      descending: true,
      keep: (execution) =>
        !isExpired(execution, ctx.clock.now()) &&
        range.keep(execution) &&
        (statusFilter === undefined || execution.status === statusFilter) &&
        (redriveFilter === undefined || execution.redriveCount > 0 === (redriveFilter === "REDRIVEN")),
      refuse: () => invalidToken(`${token}`),
    });
    return { executions: items.map(listed), ...(nextToken && { nextToken }) };
  },

  StopExecution({ executionArn, error, cause }, ctx) {
    const execution = findExecution(executionArn, ctx);
    const run = runner.running(executionArn);
    if (execution.status !== "RUNNING" || !run)
      return { stopDate: new Date(execution.endedMs ?? ctx.clock.now()) };
    const { endedMs = ctx.clock.now() } = runner.stopExecution(run, { error, cause });
    return { stopDate: new Date(endedMs) };
  },

  RedriveExecution({ executionArn }, ctx) {
    const execution = findExecution(executionArn, ctx);
    const nowMs = ctx.clock.now();
    const { redriveStatus, redriveStatusReason } = redriveStatusOf(execution, nowMs);
    if (redriveStatus !== "REDRIVABLE")
      throw executionNotRedrivable(redriveStatusReason ?? "The execution is redriven with its map run.");
    runner.goOn(redrive(execution, ctx.store, nowMs));
    return { redriveDate: new Date(nowMs) };
  },
});

interface Listed {
  readonly index: string;
  readonly prefix: readonly string[];
  keep(execution: ExecutionRecord): boolean;
}

/** @throws StateMachineDoesNotExist, StateMachineTypeNotSupported */
function ofMachine(arn: string, ctx: Context): Listed {
  const { name, qualifier } = readMachineArn(arn);
  const machine = findMachine(arn, ctx);
  if (machine.type === "EXPRESS") throw typeNotSupported();
  const keep = ({ stateMachineVersionArn, stateMachineAliasArn }: ExecutionRecord) =>
    qualifier === undefined || stateMachineVersionArn === arn || stateMachineAliasArn === arn;
  if (qualifier !== undefined) {
    const isThere = /^\d+$/.test(qualifier)
      ? ctx.store.collection(versionRecords).has([name, Number(qualifier)])
      : ctx.store.collection(aliasRecords).has([name, qualifier]);
    if (!isThere) throw resourceNotFound(arn);
  }
  return { index: "started", prefix: [name], keep };
}

/** @throws ResourceNotFound */
function ofMapRun(arn: string, ctx: Context): Listed {
  if (!ctx.store.collection(mapRunRecords).has([arn])) throw resourceNotFound(arn);
  return { index: "mapRun", prefix: [arn], keep: () => true };
}

const listed = (execution: ExecutionRecord): SFN.ExecutionListItem => ({
  executionArn: execution.arn,
  stateMachineArn: execution.stateMachineArn,
  name: execution.name,
  status: execution.status,
  startDate: new Date(execution.startedMs),
  ...(execution.endedMs !== undefined && { stopDate: new Date(execution.endedMs) }),
  ...(execution.mapRunArn !== undefined && { mapRunArn: execution.mapRunArn }),
  ...(execution.itemCount !== undefined && { itemCount: execution.itemCount }),
  ...(execution.stateMachineVersionArn !== undefined && {
    stateMachineVersionArn: execution.stateMachineVersionArn,
  }),
  ...(execution.stateMachineAliasArn !== undefined && {
    stateMachineAliasArn: execution.stateMachineAliasArn,
  }),
  redriveCount: execution.redriveCount,
  ...(execution.redrivenMs !== undefined && { redriveDate: new Date(execution.redrivenMs) }),
});

function describeMachineFor(
  execution: ExecutionRecord,
  ctx: Context,
): SFN.DescribeStateMachineForExecutionOutput {
  const text = definitionText(execution.definition, ctx);
  const definition = definitionOf(execution.definition, () => text);
  const references = variableReferences(definition);
  const machine = upTo("/", execution.machine);
  const kept = ctx.store.collection(stateMachineRecords).get([machine]);
  let shown = text;
  for (const { state, place } of statesIn(definition))
    if (place === execution.mapState) shown = JSON.stringify(processorOf(state));
  return {
    stateMachineArn: execution.stateMachineArn,
    name: machine,
    definition: shown,
    roleArn: execution.roleArn,
    updateDate: new Date(execution.updatedMs),
    loggingConfiguration: execution.logging ?? { level: "OFF", includeExecutionData: false },
    tracingConfiguration: kept?.tracing ?? { enabled: false },
    encryptionConfiguration: kept?.encryption ?? { type: "AWS_OWNED_KEY" },
    ...(execution.mapRunArn !== undefined && { mapRunArn: execution.mapRunArn }),
    ...(execution.mapState !== undefined && { label: behindLast("/", execution.machine) }),
    ...(execution.revisionId !== undefined && { revisionId: execution.revisionId }),
    ...(references && { variableReferences: references }),
  };
}
