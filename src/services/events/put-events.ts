import { isObject } from "../../core/json.ts";
import { readJson } from "../../core/read-json.ts";
import type { Context, Handlers } from "../../core/service.ts";
import { isoSeconds } from "../../core/text.ts";
import type * as Events from "../../models/generated/events.ts";
import type { Bus } from "./bus.ts";
import { validation } from "./errors.ts";
import type { Event, Forwarded } from "./event.ts";
import { busName, busPlace } from "./event-bus.ts";

type Entry = Events.PutEventsRequestEntry & { readonly forwarded?: Forwarded };

/** Of all entries together, these bytes included: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html#eb-put-event-size */
const MOST_BYTES = 1_048_576;
const TIME_BYTES = 14;

/** Events come in: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
export const putEvents = (bus: Bus): Handlers<Events.Operations> => ({
  PutEvents(input, ctx) {
    const entries = input.Entries as readonly Entry[];
    if (entries.reduce((sum, entry) => sum + sizeOf(entry), 0) > MOST_BYTES)
      throw validation("Total size of the entries in the request is over the limit.");
    const results = entries.map((entry) => take(entry, bus, ctx));
    return {
      FailedEntryCount: results.filter(({ ErrorCode }) => ErrorCode !== undefined).length,
      Entries: results,
    };
  },
});

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-calculate-putevents-entry-size.html */
function sizeOf({ Time, Source = "", DetailType = "", Detail = "", Resources = [] }: Entry): number {
  const texts = [Source, DetailType, Detail, ...Resources];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), Time === undefined ? 0 : TIME_BYTES);
}

function take(entry: Entry, bus: Bus, ctx: Context): Events.PutEventsResultEntry {
  const { DetailType = "", Source = "", Detail = "", forwarded } = entry;
  const complaint = complaintOf({ Source, DetailType, Detail }, ctx);
  if (complaint) return complaint;
  const nowMs = ctx.clock.now();
  const event: Event = {
    version: "0",
    id: forwarded?.id ?? ctx.random.uuid(),
    "detail-type": DetailType,
    source: Source,
    account: forwarded?.account ?? ctx.account,
    time: forwarded?.time ?? isoSeconds(entry.Time?.getTime() ?? nowMs),
    region: forwarded?.region ?? ctx.region,
    resources: entry.Resources ?? [],
    detail: readJson(Detail),
  };
  // A bus that is not there loses what is put onto it, and says nothing.
  bus.take(busPlace(entry.EventBusName, ctx), busName(entry.EventBusName), event, {
    parentId: ctx.id,
    hops: forwarded?.hops ?? 0,
    detailText: Detail,
    ...(entry.TraceHeader !== undefined && { traceHeader: entry.TraceHeader }),
  });
  return { EventId: event.id };
}

function complaintOf(
  entry: Readonly<Record<"Source" | "DetailType" | "Detail", string>>,
  { caller }: Context,
): Events.PutEventsResultEntry | undefined {
  for (const name of ["Source", "DetailType", "Detail"] as const) {
    if (entry[name] === "")
      return {
        ErrorCode: "InvalidArgument",
        ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
      };
  }
  // AWS's own sources are AWS's services'.
  if (/^aws\./.test(entry.Source) && caller.accessKeyId !== "")
    return { ErrorCode: "NotAuthorizedForSource", ErrorMessage: "Not authorized for the source." };
  return isObjectText(entry.Detail)
    ? undefined
    : { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." };
}

function isObjectText(text: string): boolean {
  try {
    return isObject(readJson(text));
  } catch {
    return false;
  }
}
