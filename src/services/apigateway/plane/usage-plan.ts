import type { Context } from "../../../core/service.ts";
import type { MethodSetting } from "../../../models/generated/apigateway.ts";
import * as kept from "../collections.ts";
import { stageMemory } from "../stage-memory.ts";
import { useQuota } from "../usage.ts";
import type { Exchange } from "./exchange.ts";
import { invalidApiKey, quotaExceeded, throttled } from "./gateway-error.ts";

/** Checks the API key that a method wants, and takes the request from its usage plan's throttle and quota. */
export function useApiKey(exchange: Exchange): void {
  const { ctx, method, api, headers, context, authorization } = exchange;
  if (!method.apiKeyRequired) return;
  const fromAuthorizer = api.api.apiKeySource === "AUTHORIZER";
  const value = fromAuthorizer ? authorization?.usageIdentifierKey : headers.get("x-api-key");
  const key = keyOf(ctx, value);
  if (!key?.enabled) throw invalidApiKey();
  const plan = planFor(exchange, key.id);
  if (!plan && !key.stageKeys.includes(`${api.api.id}/${exchange.stage.stageName}`)) throw invalidApiKey();
  context.identity["apiKey"] = key.value;
  context.identity["apiKeyId"] = key.id;
  if (!plan) return;
  throttlePlan(exchange, plan, key.id);
  if (!useQuota(ctx, plan, key.id)) throw quotaExceeded();
}

/** The key that a request brings in its header, as a REQUEST authorizer sees it before the key is checked. */
export function presentedKey({ ctx, method, api, headers }: Exchange): Record<string, string> {
  if (!method.apiKeyRequired || api.api.apiKeySource === "AUTHORIZER") return {};
  const key = keyOf(ctx, headers.get("x-api-key"));
  return key ? { apiKey: key.value, apiKeyId: key.id } : {};
}

const keyOf = (ctx: Context, value: string | undefined): kept.ApiKey | undefined =>
  value
    ? ctx.store
        .collection(kept.apiKeys)
        .by("value")
        .first({ prefix: [value] })
    : undefined;

/** The usage plan through which a key may use this stage. */
function planFor({ ctx, api, stage }: Exchange, keyId: string): kept.UsagePlan | undefined {
  for (const { usagePlanId } of ctx.store
    .collection(kept.usagePlanKeys)
    .by("key")
    .values({ prefix: [keyId] })) {
    const plan = ctx.store.collection(kept.usagePlans).get([usagePlanId]);
    if (plan?.apiStages.some((each) => each.apiId === api.api.id && each.stage === stage.stageName))
      return plan;
  }
  return undefined;
}

function throttlePlan(exchange: Exchange, plan: kept.UsagePlan, keyId: string): void {
  const { api, stage, route } = exchange;
  const here = plan.apiStages.find((each) => each.apiId === api.api.id && each.stage === stage.stageName);
  const method = `${route.resource.path}/${route.method}`;
  const own = here?.throttle?.[method];
  if (own) take(exchange, `${plan.id}/${keyId}/${method}`, own);
  if (plan.throttle) take(exchange, `${plan.id}/${keyId}`, plan.throttle);
}

/** Takes the request from the stage's own limits for the method. */
export function throttleMethod(exchange: Exchange, settings: MethodSetting | undefined): void {
  if (settings?.throttlingRateLimit === undefined || settings.throttlingBurstLimit === undefined) return;
  if (settings.throttlingRateLimit < 0) return;
  const { throttlingRateLimit: rateLimit, throttlingBurstLimit: burstLimit } = settings;
  take(exchange, `${exchange.route.resource.path}/${exchange.route.method}`, { rateLimit, burstLimit });
}

function take(
  { ctx, api, stage }: Exchange,
  name: string,
  { rateLimit, burstLimit }: { rateLimit?: number; burstLimit?: number },
): void {
  if (rateLimit === undefined && burstLimit === undefined) return;
  const limits = { ratePerSecond: rateLimit ?? 10_000, burst: burstLimit ?? Math.ceil(rateLimit ?? 5000) };
  const now = ctx.clock.now();
  const bucket = stageMemory(ctx.store).of(api.api.id, stage.stageName).bucket(name, limits, now);
  if (!bucket.take(now)) throw throttled();
}
