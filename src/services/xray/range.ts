import type { Range } from "../../core/storage.ts";
import { invalidRequest } from "./errors.ts";

/** Six hours: https://docs.aws.amazon.com/xray/latest/devguide/xray-api-gettingdata.html */
const LONGEST_RANGE_MS = 6 * 3_600_000;

/** What an index by time has of it, both ends included. @throws InvalidRequestException */
export function rangeOf(start: Date, end: Date): Pick<Range, "from" | "before"> {
  const ms = end.getTime() - start.getTime();
  if (ms < 0) throw invalidRequest("The start time must be before the end time.");
  if (ms > LONGEST_RANGE_MS) throw invalidRequest("The time range cannot be longer than 6 hours.");
  return { from: [start.getTime()], before: [end.getTime() + 1] };
}
