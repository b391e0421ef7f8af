import { type Cron, nextOf, parseCron } from "../../core/cron.ts";
import type * as SecretsManager from "../../models/generated/secretsmanager.ts";
import { invalidParameter } from "./errors.ts";
import { DAY_MS } from "./secret.ts";

const HOUR_MS = 3_600_000;
const LEAST_HOURS = 4;
const MOST_DAYS = 1000;

/**
 * When a secret is rotated next, after a moment; undefined for one that has no schedule.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
 * @throws InvalidParameterException for what is no schedule
 */
export function nextRotation(rules: SecretsManager.RotationRulesType, afterMs: number): number | undefined {
  const { AutomaticallyAfterDays: days, ScheduleExpression: expression } = rules;
  if (days === undefined && expression?.startsWith("cron("))
    return nextOf(cronOf(expression), afterMs, "UTC");
  const intervalMs = intervalOf(rules);
  return intervalMs === undefined ? undefined : afterMs + intervalMs;
}

/** Rotations begin on the hour, in any year. */
function cronOf(expression: string): Cron {
  const fields = /^cron\(([^()]+)\)$/.exec(expression)?.[1] ?? "";
  const cron = parseCron(fields);
  if (!cron || !/^0 .* \*$/.test(fields)) throw invalidParameter("The ScheduleExpression is not valid.");
  return cron;
}

function intervalOf({
  AutomaticallyAfterDays: days,
  ScheduleExpression: expression,
}: SecretsManager.RotationRulesType): number | undefined {
  if (days !== undefined && expression !== undefined)
    throw invalidParameter("You can't specify both AutomaticallyAfterDays and ScheduleExpression.");
  if (days !== undefined) {
    if (days < 1 || days > MOST_DAYS)
      throw invalidParameter(`AutomaticallyAfterDays must be between 1 and ${MOST_DAYS}.`);
    return days * DAY_MS;
  }
  if (expression === undefined) return undefined;
  const [, count, unit = ""] = /^rate\((\d+) (hours?|days?)\)$/.exec(expression) ?? [];
  if (count === undefined) throw invalidParameter("The ScheduleExpression is not valid.");
  const intervalMs = Number(count) * (unit.startsWith("hour") ? HOUR_MS : DAY_MS);
  if (intervalMs < LEAST_HOURS * HOUR_MS || intervalMs > MOST_DAYS * DAY_MS)
    throw invalidParameter(
      `A rotation can happen every ${LEAST_HOURS} hours at the most and every ${MOST_DAYS} days at the least.`,
    );
  return intervalMs;
}
