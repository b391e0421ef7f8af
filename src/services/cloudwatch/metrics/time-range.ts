const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const SHORT_PERIODS = [1, 5, 10, 20, 30];

/** 1, 5, 10, 20, 30 seconds, or a multiple of a minute. */
export const isPeriod = (seconds: number): boolean =>
  SHORT_PERIODS.includes(seconds) || (seconds > 0 && seconds % 60 === 0);

/**
 * A start time as CloudWatch rounds it down: to the period below a minute, else to the minute, and for old data to
 * five minutes or the hour.
 */
export function roundedStart(startMs: number, periodSeconds: number, nowMs: number): number {
  const ageMs = nowMs - startMs;
  let stepMs = periodSeconds < 60 ? periodSeconds * 1000 : MINUTE_MS;
  if (ageMs > 63 * DAY_MS) stepMs = 60 * MINUTE_MS;
  else if (ageMs > 15 * DAY_MS) stepMs = 5 * MINUTE_MS;
  return Math.floor(startMs / stepMs) * stepMs;
}
