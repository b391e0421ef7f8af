import { eventsOf } from "../../aws/kept-events.ts";
import type { Handlers } from "../../core/service.ts";
import type * as ElastiCache from "../../models/generated/elasticache.ts";
import { pageBy } from "./describing.ts";
import { invalidParameterCombination } from "./errors.ts";

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DescribeEvents.html */
export const eventHandlers: Handlers<ElastiCache.Operations> = {
  DescribeEvents(input, ctx) {
    const { SourceIdentifier: source, SourceType: sourceType } = input;
    if (source !== undefined && sourceType === undefined)
      throw invalidParameterCombination("SourceType must be given when SourceIdentifier is.");
    const meant = eventsOf(ctx.store, ctx.clock, { ...input, source, sourceType });
    const { items, Marker } = pageBy(meant, ({ id }) => id, input, ctx.operation);
    return {
      Events: items.map((event) => ({
        SourceIdentifier: event.source,
        SourceType: event.sourceType as ElastiCache.SourceType,
        Message: event.message,
        Date: new Date(event.atMs),
      })),
      Marker,
    };
  },
};
