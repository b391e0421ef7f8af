import { isOver } from "../../../aws/lifecycle.ts";
import type { HttpResponse } from "../../../core/http.ts";
import type { MethodSetting } from "../../../models/generated/apigateway.ts";
import { stageMemory } from "../stage-memory.ts";
import type { Exchange } from "./exchange.ts";
import { forbidden } from "./gateway-error.ts";
import { sourceOf } from "./integration-request.ts";
import { requestValue } from "./parameter-source.ts";

/** The cache allows responses of 1 MB at most. */
const LARGEST = 1_048_576;
const MOST_ENTRIES = 10_000;

/**
 * Answers from the stage's cache, or fills it: GET methods of stages with a cache cluster and caching enabled.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-caching.html
 */
export async function cachedResponse(
  exchange: Exchange,
  settings: MethodSetting | undefined,
  answer: () => Promise<HttpResponse>,
): Promise<HttpResponse> {
  const { ctx, api, stage, request } = exchange;
  const ttlMs = (settings?.cacheTtlInSeconds ?? 300) * 1000;
  // One that comes, goes or is flushed answers nothing.
  const isThere =
    stage.cacheClusterEnabled && (!stage.cacheTransition || isOver(stage.cacheTransition, ctx.host));
  if (!isThere || !settings?.cachingEnabled || ttlMs <= 0 || request.method !== "GET") return answer();
  const { responses } = stageMemory(ctx.store).of(api.api.id, stage.stageName);
  const key = keyOf(exchange);
  const known = responses.get(key);
  const { renew, warning } = renewal(exchange, settings);
  if (known && known.expiresAtMs > ctx.clock.now() && !renew) {
    return withWarning({ ...known.value, headers: { ...known.value.headers } }, warning);
  }
  const response = await answer();
  if (response.status < 400 && isSmall(response)) {
    if (responses.size >= MOST_ENTRIES) responses.clear();
    const value = { ...response, headers: { ...response.headers } };
    responses.set(key, { value, expiresAtMs: ctx.clock.now() + ttlMs });
  }
  return withWarning(response, warning);
}

function keyOf(exchange: Exchange): string {
  const { integration, route, stage } = exchange;
  const source = sourceOf(exchange);
  const parameters = (integration.cacheKeyParameters ?? []).map((name) => [name, requestValue(name, source)]);
  const canary = exchange.context.isCanaryRequest && !stage.canarySettings?.useStageCache;
  return JSON.stringify([
    integration.cacheNamespace ?? route.resource.id,
    route.method,
    parameters,
    canary ?? false,
  ]);
}

/** `Cache-Control: max-age=0` asks for a fresh answer; who may ask is a setting. */
function renewal(
  { request, method }: Exchange,
  settings: MethodSetting,
): { renew: boolean; warning: boolean } {
  if (!/\bmax-age=0\b|\bno-cache\b/.test(request.headers["cache-control"] ?? ""))
    return { renew: false, warning: false };
  const allowed =
    settings.requireAuthorizationForCacheControl === false || method.authorizationType === "AWS_IAM";
  if (allowed) return { renew: true, warning: false };
  const strategy = settings.unauthorizedCacheControlHeaderStrategy;
  if (strategy === "FAIL_WITH_403") throw forbidden();
  return { renew: false, warning: strategy !== "SUCCEED_WITHOUT_RESPONSE_HEADER" };
}

function withWarning(response: HttpResponse, warning: boolean): HttpResponse {
  if (warning)
    response.headers["warning"] =
      '199 - "Cache-Control header is ignored: not authorized to invalidate the cache"';
  return response;
}

const isSmall = ({ body }: HttpResponse): boolean =>
  body === undefined || ((typeof body === "string" || body instanceof Uint8Array) && body.length <= LARGEST);
