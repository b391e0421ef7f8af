import { page } from "../../aws/page.ts";
import type { Handlers } from "../../core/service.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as XRay from "../../models/generated/xray.ts";
import { invalidToken } from "./errors.ts";
import { allRules } from "./sampling-rule.ts";

/** Clients report every ten seconds; a quota holds as long. https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sampling.html */
const INTERVAL_MS = 10_000;
/** A client that has not been heard of for so long has no share any more. Inferred. */
const GONE_MS = 3 * INTERVAL_MS;

/** What a client has told of a rule last. */
interface StatisticsRecord {
  readonly rule: string;
  readonly client: string;
  readonly atMs: number;
  readonly requests: number;
  readonly sampled: number;
  readonly borrowed: number;
}

/** Key: [rule, client]. */
const statisticsRecords = defineCollection<StatisticsRecord>({
  name: "sampling-statistics",
  indexes: { at: ({ atMs }) => [atMs] },
});

/** Who samples how much: https://docs.aws.amazon.com/xray/latest/api/API_GetSamplingTargets.html and its neighbour */
export const samplingTargets: Handlers<XRay.Operations> = {
  GetSamplingTargets({ SamplingStatisticsDocuments: documents }, ctx) {
    const now = ctx.clock.now();
    const kept = ctx.store.collection(statisticsRecords);
    for (const { primary } of [...kept.by("at").keys({ before: [now - GONE_MS] })]) kept.delete([...primary]);
    const rules = new Map(allRules(ctx).map((rule) => [rule.name, rule]));
    for (const document of documents) {
      const { RuleName: rule, ClientID: client } = document;
      if (!rules.has(rule)) continue;
      kept.put([rule, client], {
        rule,
        client,
        atMs: now,
        requests: document.RequestCount,
        sampled: document.SampledCount,
        borrowed: document.BorrowCount ?? 0,
      });
    }
    const targets = documents.flatMap(({ RuleName }) => {
      const rule = rules.get(RuleName);
      if (!rule) return [];
      const clients = Math.max(1, kept.count({ prefix: [RuleName] }));
      return {
        RuleName,
        FixedRate: rule.fixedRate,
        // A reservoir is shared among those who have told of the rule.
        ReservoirQuota: Math.floor(rule.reservoirSize / clients),
        ReservoirQuotaTTL: new Date(now + INTERVAL_MS),
        Interval: INTERVAL_MS / 1000,
      };
    });
    return {
      SamplingTargetDocuments: targets,
      LastRuleModification: new Date(Math.max(0, ...[...rules.values()].map((rule) => rule.modifiedAtMs))),
      UnprocessedStatistics: documents
        .filter(({ RuleName }) => !rules.has(RuleName))
        .map(({ RuleName }) => ({ RuleName, ErrorCode: "400", Message: "Unknown rule" })),
    };
  },

  GetSamplingStatisticSummaries({ NextToken: token }, ctx) {
    const summaries = new Map<string, Required<XRay.SamplingStatisticSummary>>();
    for (const one of ctx.store.collection(statisticsRecords).values()) {
      const before = summaries.get(one.rule);
      summaries.set(one.rule, {
        RuleName: one.rule,
        Timestamp: new Date(Math.max(one.atMs, before?.Timestamp.getTime() ?? 0)),
        RequestCount: one.requests + (before?.RequestCount ?? 0),
        SampledCount: one.sampled + (before?.SampledCount ?? 0),
        BorrowCount: one.borrowed + (before?.BorrowCount ?? 0),
      });
    }
    const { items, nextToken } = page(summaries.values(), ({ RuleName }) => [RuleName], {
      size: 100,
      token,
      refuse: invalidToken,
    });
    return { SamplingStatisticSummaries: items, ...(nextToken && { NextToken: nextToken }) };
  },
};
