/**
 * When schedules are due: `rate(…)`, `cron(…)` and `at(…)`, as EventBridge's rules and Scheduler write them.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
import { type Cron, nextOf, parseCron } from "./cron.ts";
import { localToUtc } from "./time-zone.ts";

export type Schedule =
  | { readonly kind: "rate"; readonly everyMs: number }
  | { readonly kind: "cron"; readonly cron: Cron }
  /** The wall clock's time, as if it were UTC. */
  | { readonly kind: "at"; readonly localMs: number };

const RATE = /^rate\((\d+) (minute|hour|day)(s?)\)$/;
const CRON = /^cron\((.*)\)$/;
const AT = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/;
const UNIT_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/** @returns undefined for a text that is no schedule */
export function parseSchedule(text: string): Schedule | undefined {
  const [, count, unit] = RATE.exec(text) ?? [];
  if (unit !== undefined) {
    const everyMs = Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
    return everyMs > 0 && Number.isSafeInteger(everyMs) ? { kind: "rate", everyMs } : undefined;
  }
  const fields = CRON.exec(text)?.[1];
  if (fields !== undefined) {
    const cron = parseCron(fields);
    return cron && { kind: "cron", cron };
  }
  const at = AT.exec(text)?.[1];
  const localMs = at === undefined ? Number.NaN : Date.parse(`${at}Z`);
  // June has no 31st, and no day a 24th hour.
  if (Number.isNaN(localMs) || new Date(localMs).toISOString() !== `${at}.000Z`) return undefined;
  return { kind: "at", localMs };
}

/** `1 minute`, `5 minutes`: EventBridge wants the unit in the right number. */
export function isRateInRightNumber(text: string): boolean {
  const [, count, , plural] = RATE.exec(text) ?? [];
  return (Number(count) === 1) === (plural === "");
}

/**
 * When a schedule is due next.
 * @param after epoch milliseconds; it is due later than that
 * @param anchorMs what a rate is counted from, in epoch milliseconds
 * @returns undefined when it is not due any more
 */
export function nextDue(
  schedule: Schedule,
  after: number,
  { anchorMs, timeZone = "UTC" }: { readonly anchorMs: number; readonly timeZone?: string },
): number | undefined {
  if (schedule.kind === "cron") return nextOf(schedule.cron, after, timeZone);
  if (schedule.kind === "at") {
    const dueMs = localToUtc(schedule.localMs, timeZone);
    return dueMs !== undefined && dueMs > after ? dueMs : undefined;
  }
  if (after < anchorMs) return anchorMs;
  return anchorMs + (Math.floor((after - anchorMs) / schedule.everyMs) + 1) * schedule.everyMs;
}
