import type * as SecretsManager from "../../models/generated/secretsmanager.ts";
import { invalidParameter } from "./errors.ts";
import { DAY_MS } from "./secret.ts";

const HOUR_MS = 3_600_000;
const LEAST_HOURS = 4;
const MOST_DAYS = 1000;

/**
 * How long it is between two rotations.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
 * @throws InvalidParameterException for what is no schedule, and for a cron expression, which is not served
 */
export function intervalOf({
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
  const [, count, unit] = /^rate\((\d+) (hours?|days?)\)$/.exec(expression) ?? [];
  if (count === undefined) {
    if (/^cron\(.+\)$/.test(expression))
      throw invalidParameter(`Squall rotates by rate(…) and AutomaticallyAfterDays, not by ${expression}.`);
    throw invalidParameter("The ScheduleExpression is not valid.");
  }
  const intervalMs = Number(count) * (unit!.startsWith("hour") ? HOUR_MS : DAY_MS);
  if (intervalMs < LEAST_HOURS * HOUR_MS || intervalMs > MOST_DAYS * DAY_MS)
    throw invalidParameter(
      `A rotation can happen every ${LEAST_HOURS} hours at the most and every ${MOST_DAYS} days at the least.`,
    );
  return intervalMs;
}
