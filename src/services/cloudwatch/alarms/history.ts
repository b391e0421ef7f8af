import { pageOf } from "../../../aws/page.ts";
import type { Handlers, ServiceHost } from "../../../core/service.ts";
import { type Collection, defineCollection } from "../../../core/storage.ts";
import type * as CloudWatch from "../../../models/generated/cloudwatch.ts";
import { invalidNextToken } from "../errors.ts";
import type { Where } from "../metrics/metric.ts";
import type { Alarm } from "./alarm.ts";

const DEFAULT_PAGE = 100;
const KEPT_MS = 30 * 24 * 3_600_000;
const LONGEST_DATA = 4095;
/** More than that of one account and region are not kept, whatever their age. */
const MOST_ITEMS = 10_000;
const TIDIED_EVERY = 100;

interface HistoryItem {
  readonly alarmName: string;
  readonly alarmType: "MetricAlarm" | "CompositeAlarm";
  readonly atMs: number;
  readonly type: "ConfigurationUpdate" | "StateUpdate" | "Action";
  readonly summary: string;
  readonly detail: string;
}

/** Key: [epoch milliseconds, counter]. */
const historyCollection = defineCollection<HistoryItem>({ name: "history" });

/** What happened to alarms; kept for 30 days, also beyond the alarm's end. */
export class History {
  readonly #host: ServiceHost;
  #counter = 0;

  constructor(host: ServiceHost) {
    this.#host = host;
  }

  /** @param detail becomes the item's JSON */
  add(where: Where, alarm: Alarm, type: HistoryItem["type"], summary: string, detail: object): void {
    const history = this.#host.store(where.account, where.region).collection(historyCollection);
    const atMs = this.#host.clock.now();
    if (this.#counter % TIDIED_EVERY === 0) tidy(history, atMs);
    history.put([atMs, this.#counter++], {
      alarmName: alarm.name,
      alarmType: alarm.kind === "metric" ? "MetricAlarm" : "CompositeAlarm",
      atMs,
      type,
      summary,
      detail: JSON.stringify(detail).slice(0, LONGEST_DATA),
    });
  }
}

/** Drops what is too old, and the oldest of what is too much. */
function tidy(history: Collection<HistoryItem>, nowMs: number): void {
  history.clear({ before: [nowMs - KEPT_MS] });
  const surplus = history.count() - MOST_ITEMS;
  if (surplus > 0) for (const key of [...history.keys({ limit: surplus })]) history.delete(key);
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmHistory.html */
export const alarmHistory: Handlers<CloudWatch.Operations> = {
  DescribeAlarmHistory(input, ctx) {
    const types = input.AlarmTypes?.length ? input.AlarmTypes : ["MetricAlarm"];
    const page = pageOf(ctx.store.collection(historyCollection), {
      token: input.NextToken,
      query: { ...input, NextToken: undefined, MaxRecords: undefined },
      size: input.MaxRecords ?? DEFAULT_PAGE,
      descending: input.ScanBy !== "TimestampAscending",
      keep: (item) =>
        (input.AlarmName === undefined
          ? types.includes(item.alarmType)
          : item.alarmName === input.AlarmName) &&
        (input.HistoryItemType === undefined || item.type === input.HistoryItemType) &&
        (input.StartDate === undefined || item.atMs >= input.StartDate.getTime()) &&
        (input.EndDate === undefined || item.atMs <= input.EndDate.getTime()),
      refuse: invalidNextToken,
    });
    return {
      AlarmHistoryItems: page.items.map((item) => ({
        AlarmName: item.alarmName,
        AlarmType: item.alarmType,
        Timestamp: new Date(item.atMs),
        HistoryItemType: item.type,
        HistorySummary: item.summary,
        HistoryData: item.detail,
      })),
      ...(page.nextToken && { NextToken: page.nextToken }),
    };
  },
};
