import { pageOf } from "../../aws/page.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as SFN from "../../models/generated/stepfunctions.ts";
import { invalidToken, resourceNotFound } from "./errors.ts";
import { findExecution } from "./execution.ts";
import { readArnOf } from "./execution-arn.ts";
import { type MapRunRecord, mapRunRecords } from "./map-run.ts";
import type { Runner } from "./runner.ts";

const PAGE_SIZE = 100;

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeMapRun.html and its neighbours */
export const mapRuns = (runner: Runner): Handlers<SFN.Operations> => ({
  DescribeMapRun({ mapRunArn }, ctx) {
    const record = findMapRun(mapRunArn, ctx);
    return {
      mapRunArn,
      executionArn: record.executionArn,
      status: record.status,
      startDate: new Date(record.startedMs),
      ...(record.endedMs !== undefined && { stopDate: new Date(record.endedMs) }),
      maxConcurrency: record.maxConcurrency,
      toleratedFailurePercentage: record.toleratedFailurePercentage,
      toleratedFailureCount: record.toleratedFailureCount,
      itemCounts: record.items,
      executionCounts: record.executions,
      ...(record.redriveCount > 0 && {
        redriveCount: record.redriveCount,
        ...(record.redrivenMs !== undefined && { redriveDate: new Date(record.redrivenMs) }),
      }),
    };
  },

  ListMapRuns({ executionArn, maxResults, nextToken: token }, ctx) {
    findExecution(executionArn, ctx);
    const { items, nextToken } = pageOf(ctx.store.collection(mapRunRecords).by("execution"), {
      size: maxResults || PAGE_SIZE,
      token,
      query: executionArn,
      prefix: [executionArn],
      descending: true,
      refuse: () => invalidToken(`${token}`),
    });
    return {
      mapRuns: items.map((record) => ({
        executionArn: record.executionArn,
        mapRunArn: record.arn,
        stateMachineArn: `${record.stateMachineArn}/${record.label}`,
        startDate: new Date(record.startedMs),
        ...(record.endedMs !== undefined && { stopDate: new Date(record.endedMs) }),
      })),
      ...(nextToken && { nextToken }),
    };
  },

  UpdateMapRun({ mapRunArn, maxConcurrency, toleratedFailureCount, toleratedFailurePercentage }, ctx) {
    const record = findMapRun(mapRunArn, ctx);
    ctx.store.collection(mapRunRecords).put([mapRunArn], {
      ...record,
      ...(maxConcurrency !== undefined && { maxConcurrency }),
      ...(toleratedFailureCount !== undefined && { toleratedFailureCount }),
      ...(toleratedFailurePercentage !== undefined && { toleratedFailurePercentage }),
    });
    runner.mapRunChanged(mapRunArn);
    return {};
  },
});

/** @throws InvalidArn, ResourceNotFound */
function findMapRun(arn: string, ctx: Context): MapRunRecord {
  readArnOf(["mapRun"], arn);
  const record = ctx.store.collection(mapRunRecords).get([arn]);
  if (!record) throw resourceNotFound(arn);
  return record;
}
