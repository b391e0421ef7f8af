import type { Context, Handlers } from "../../core/service.ts";
import type * as APIGateway from "../../models/generated/apigateway.ts";
import * as kept from "./collections.ts";
import { badRequest } from "./errors.ts";
import { page } from "./pages.ts";
import { findPlanKey, findUsagePlan } from "./usage-plans.ts";

const DAY_MS = 86_400_000;

/** The day of a moment, as usage is counted: `2026-11-23`. */
const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** The first day of the quota period that a moment is in. Weeks begin on Sunday. */
function periodStart(period: string, ms: number): string {
  const at = new Date(ms);
  if (period === "DAY") return dayOf(ms);
  if (period === "MONTH") return dayOf(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), 1));
  return dayOf(ms - at.getUTCDay() * DAY_MS);
}

/** Counts a request against a key's quota; false when nothing is left of it. */
export function useQuota(
  ctx: Pick<Context, "store" | "clock">,
  plan: kept.UsagePlan,
  keyId: string,
): boolean {
  const now = ctx.clock.now();
  const collection = ctx.store.collection(kept.usage);
  const key = [plan.id, keyId, dayOf(now)] as const;
  const [today, extra] = collection.get(key) ?? [0, 0];
  if (plan.quota?.limit === undefined) {
    collection.put(key, [today + 1, extra]);
    return true;
  }
  if (remaining(ctx, plan, keyId, now) < 1) return false;
  collection.put(key, [today + 1, extra]);
  return true;
}

/** What is left of a quota at the end of a day: the limit, and what UpdateUsage granted, without what was used. */
function remaining(ctx: Pick<Context, "store">, plan: kept.UsagePlan, keyId: string, dayMs: number): number {
  if (plan.quota?.limit === undefined) return 0;
  const start = periodStart(plan.quota.period ?? "DAY", dayMs);
  let left = plan.quota.limit;
  for (const { key, value } of ctx.store.collection(kept.usage).entries({ prefix: [plan.id, keyId] })) {
    if (String(key[2]) >= start && String(key[2]) <= dayOf(dayMs)) left += value[1] - value[0];
  }
  return Math.max(0, left);
}

export const usage: Handlers<APIGateway.Operations> = {
  GetUsage(input, ctx) {
    const { usagePlanId, keyId, startDate, endDate } = input;
    const plan = findUsagePlan(ctx, usagePlanId);
    const from = parseDay(startDate);
    const to = parseDay(endDate);
    if (to < from || to - from > 90 * DAY_MS)
      throw badRequest("Invalid date range: it may span 90 days at most");
    const keys = [...ctx.store.collection(kept.usagePlanKeys).values({ prefix: [usagePlanId] })]
      .map(({ id }) => id)
      .filter((id) => keyId === undefined || id === keyId);
    const { items: listed, position } = page(keys, input, (id) => [id]);
    const items: Record<string, number[][]> = {};
    for (const key of listed) {
      const days: number[][] = [];
      for (let day = from; day <= to; day += DAY_MS) {
        const used = ctx.store.collection(kept.usage).get([usagePlanId, key, dayOf(day)])?.[0] ?? 0;
        days.push([used, remaining(ctx, plan, key, day)]);
      }
      items[key] = days;
    }
    return { usagePlanId, startDate, endDate, items, ...(position && { position }) };
  },

  UpdateUsage({ usagePlanId, keyId, patchOperations }, ctx) {
    findPlanKey(ctx, usagePlanId, keyId);
    const plan = findUsagePlan(ctx, usagePlanId);
    const now = ctx.clock.now();
    for (const { op, path, value } of patchOperations ?? []) {
      if (op !== "replace" || path !== "/remaining") {
        throw badRequest(
          `Invalid patch path  '${path}' specified for op '${op}'. Must be one of: [/remaining]`,
        );
      }
      const wanted = Number(value);
      if (!Number.isInteger(wanted) || wanted < 0) throw badRequest("Invalid remaining value specified");
      const key = [usagePlanId, keyId, dayOf(now)] as const;
      const [used, extra] = ctx.store.collection(kept.usage).get(key) ?? [0, 0];
      const change = wanted - remaining(ctx, plan, keyId, now);
      ctx.store.collection(kept.usage).put(key, [used, extra + change]);
    }
    const today = dayOf(now);
    const used = ctx.store.collection(kept.usage).get([usagePlanId, keyId, today])?.[0] ?? 0;
    return {
      usagePlanId,
      startDate: today,
      endDate: today,
      items: { [keyId]: [[used, remaining(ctx, plan, keyId, now)]] },
    };
  },
};

function parseDay(text: string): number {
  const ms = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(ms)) throw badRequest("Invalid date format: must be YYYY-MM-DD");
  return ms;
}
