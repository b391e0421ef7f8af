import type { Handlers } from "../../core/service.ts";
import type * as ElastiCache from "../../models/generated/elasticache.ts";
import { pageBy } from "./describing.ts";
import { invalidParameterCombination } from "./errors.ts";
import { eventRecords, KEPT_MS } from "./event.ts";

const MINUTE_MS = 60_000;
const DEFAULT_MINUTES = 60;

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DescribeEvents.html */
export const eventHandlers: Handlers<ElastiCache.Operations> = {
  DescribeEvents(input, ctx) {
    const { SourceIdentifier, SourceType, StartTime, EndTime, Duration } = input;
    if (SourceIdentifier !== undefined && SourceType === undefined)
      throw invalidParameterCombination("SourceType must be given when SourceIdentifier is.");
    const nowMs = ctx.clock.now();
    const toMs = EndTime?.getTime() ?? nowMs;
    const fromMs = StartTime?.getTime() ?? toMs - (Duration ?? DEFAULT_MINUTES) * MINUTE_MS;
    const meant = [...ctx.store.collection(eventRecords).entries()].filter(
      ({ value: { atMs, source, sourceType } }) =>
        atMs >= Math.max(fromMs, nowMs - KEPT_MS) &&
        atMs <= toMs &&
        (SourceType === undefined || sourceType === SourceType) &&
        (SourceIdentifier === undefined || source === SourceIdentifier),
    );
    const { items, Marker } = pageBy(
      meant,
      ({ key }) => key.map((part) => String(part).padStart(16, "0")).join("/"),
      input,
      ctx.operation,
    );
    return {
      Events: items.map(({ value: { source, sourceType, message, atMs } }) => ({
        SourceIdentifier: source,
        SourceType: sourceType,
        Message: message,
        Date: new Date(atMs),
      })),
      Marker,
    };
  },
};
