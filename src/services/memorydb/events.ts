import { eventsOf } from "../../aws/kept-events.ts";
import type { Handlers } from "../../core/service.ts";
import type * as MemoryDB from "../../models/generated/memorydb.ts";
import { pageBy } from "./describing.ts";
import { invalidParameterCombination } from "./errors.ts";

/** https://docs.aws.amazon.com/memorydb/latest/APIReference/API_DescribeEvents.html */
export const eventHandlers: Handlers<MemoryDB.Operations> = {
  DescribeEvents(input, ctx) {
    const { SourceName: source, SourceType: sourceType } = input;
    if (source !== undefined && sourceType === undefined)
      throw invalidParameterCombination("SourceType must be given when SourceName is.");
    const meant = eventsOf(ctx.store, ctx.clock, { ...input, source, sourceType });
    const { items, ...rest } = pageBy(meant, ({ id }) => [id], input, ctx.operation);
    return {
      Events: items.map((event) => ({
        SourceName: event.source,
        SourceType: event.sourceType as MemoryDB.SourceType,
        Message: event.message,
        Date: new Date(event.atMs),
      })),
      ...rest,
    };
  },
};
