import { invalidRequest } from "./errors.ts";

/** Six hours: https://docs.aws.amazon.com/xray/latest/devguide/xray-api-gettingdata.html */
const LONGEST_RANGE_MS = 6 * 3_600_000;

/** @throws InvalidRequestException */
export function checkRange(start: Date, end: Date): void {
  const ms = end.getTime() - start.getTime();
  if (ms < 0) throw invalidRequest("The start time must be before the end time.");
  if (ms > LONGEST_RANGE_MS) throw invalidRequest("The time range cannot be longer than 6 hours.");
}
