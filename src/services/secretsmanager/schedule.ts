import { nextOf, parseCron } from "../../core/cron.ts";
import type * as SecretsManager from "../../models/generated/secretsmanager.ts";
import { invalidParameter } from "./errors.ts";
import { DAY_MS } from "./secret.ts";

type Rules = SecretsManager.RotationRulesType;

const HOUR_MS = 3_600_000;
const LEAST_HOURS = 4;
const MOST_DAYS = 1000;

/** What a secret's rotation rules come to: https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html */
interface Schedule {
  /** When the window opens that a rotation after a moment falls into, and when the rotation is wanted. */
  after(afterMs: number): { readonly opensMs: number; readonly wantedMs: number } | undefined;
  opens(atMs: number): number;
  /** How long the window is where no Duration says so: an hour, or the rest of its UTC day. */
  readonly isInHours: boolean;
  /** How many hours a window has before its day ends or the next one opens. */
  readonly mostHours: number;
}

/**
 * When a secret is rotated next, after a moment; undefined for one that has no schedule. AWS rotates at any time within the window:
 * here it is the time of day of the rotation before, or the window's opening when that is not within.
 * @throws InvalidParameterException for what is no schedule
 */
export function nextRotation(rules: Rules, afterMs: number): number | undefined {
  const schedule = scheduleOf(rules);
  const next = schedule?.after(afterMs);
  if (!schedule || !next) return undefined;
  const closesMs = closes(schedule, next.opensMs, rules);
  return next.wantedMs < closesMs ? next.wantedMs : next.opensMs;
}

/** The end of the window of a rotation, up to which AWS promises it: that of a day is its last second. */
export function endOfWindow(rules: Rules, atMs: number): number {
  const schedule = scheduleOf(rules);
  if (!schedule) return atMs;
  const closesMs = closes(schedule, schedule.opens(atMs), rules);
  return closesMs % DAY_MS === 0 ? closesMs - 1000 : closesMs;
}

function closes({ isInHours }: Schedule, opensMs: number, { Duration }: Rules): number {
  if (Duration !== undefined) return opensMs + Number.parseInt(Duration, 10) * HOUR_MS;
  return isInHours ? opensMs + HOUR_MS : startOf(opensMs, DAY_MS) + DAY_MS;
}

const startOf = (atMs: number, unitMs: number): number => Math.floor(atMs / unitMs) * unitMs;

/** @throws InvalidParameterException */
function scheduleOf(rules: Rules): Schedule | undefined {
  const { AutomaticallyAfterDays: days, ScheduleExpression: expression, Duration } = rules;
  if (days !== undefined && expression !== undefined)
    throw invalidParameter("You can't specify both AutomaticallyAfterDays and ScheduleExpression.");
  const schedule = days !== undefined ? inDays(days) : expression && inWords(expression);
  if (!schedule) return undefined;
  if (Duration !== undefined) {
    const hours = Number(/^(\d+)h$/.exec(Duration)?.[1]);
    if (!(hours >= 1 && hours <= schedule.mostHours))
      throw invalidParameter(
        "The rotation window must not extend into the next UTC day or into the next rotation window.",
      );
  }
  return schedule;
}

function inWords(expression: string): Schedule {
  if (expression.startsWith("cron(")) return cron(expression);
  const [, count, unit = ""] = /^rate\((\d+) (hours?|days?)\)$/.exec(expression) ?? [];
  if (count === undefined) throw invalidParameter("The ScheduleExpression is not valid.");
  const hours = Number(count) * (unit.startsWith("hour") ? 1 : 24);
  if (hours < LEAST_HOURS || hours > MOST_DAYS * 24)
    throw invalidParameter(
      `A rotation can happen every ${LEAST_HOURS} hours at the most and every ${MOST_DAYS} days at the least.`,
    );
  return unit.startsWith("hour") ? every(hours * HOUR_MS, HOUR_MS) : every(hours * HOUR_MS, DAY_MS);
}

function inDays(days: number): Schedule {
  if (days < 1 || days > MOST_DAYS)
    throw invalidParameter(`AutomaticallyAfterDays must be between 1 and ${MOST_DAYS}.`);
  return every(days * DAY_MS, DAY_MS);
}

/** Windows that open with their hour, or with their day: a rate in days starts at midnight. */
function every(intervalMs: number, unitMs: number): Schedule {
  const opens = (atMs: number) => startOf(atMs, unitMs);
  return {
    after: (afterMs) => ({ opensMs: opens(afterMs + intervalMs), wantedMs: afterMs + intervalMs }),
    opens,
    isInHours: unitMs === HOUR_MS,
    mostHours: Math.min(intervalMs, DAY_MS) / HOUR_MS,
  };
}

/** Rotations begin on the hour, in any year. */
function cron(expression: string): Schedule {
  const fields = /^cron\(([^()]+)\)$/.exec(expression)?.[1] ?? "";
  // `/8` are increments from the field's beginning.
  const parsed = parseCron(fields.replace(/ \//, " 0/"));
  if (!parsed || !/^0 .* \*$/.test(fields)) throw invalidParameter("The ScheduleExpression is not valid.");
  const { hours } = parsed;
  return {
    after(afterMs) {
      const nextMs = nextOf(parsed, afterMs, "UTC");
      return nextMs === undefined ? undefined : { opensMs: nextMs, wantedMs: nextMs };
    },
    opens: (atMs) => atMs,
    isInHours: hours.length > 1,
    mostHours: Math.min(...hours.map((hour, at) => (hours[at + 1] ?? 24) - hour)),
  };
}
