import type { Clock } from "../../../core/clock.ts";

/** A call times out when it is not finished by then: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api.html */
const LONGEST_MS = 45_000;

export class TooLate extends Error {}

/** Waits for work as long as a call may take. @throws TooLate when the work goes on beyond that */
export async function inTime<T>(clock: Clock, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = clock.setTimer(LONGEST_MS, () => late.reject(new TooLate()));
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    timer.cancel();
  }
}
