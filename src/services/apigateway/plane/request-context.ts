import { newTraceId, TRACE_HEADER } from "../../../aws/tracing.ts";
import type { Caller } from "../../../core/call.ts";
import type { HttpRequest } from "../../../core/http.ts";
import type { Random } from "../../../core/random.ts";
import type { Context } from "../../../core/service.ts";

/** `$context`: what templates, parameter mappings, access logs and gateway responses can name. Filled as the request goes on. */
export interface RequestContext {
  readonly [name: string]: unknown;
  readonly requestId: string;
  status?: number;
  authorizer?: Record<string, unknown>;
  error?: Record<string, unknown>;
  identity: Record<string, string | null | undefined>;
  integration?: Record<string, unknown>;
  responseLatency?: number;
  responseLength?: number;
  integrationLatency?: number;
  integrationStatus?: number;
  integrationErrorMessage?: string;
  isCanaryRequest?: boolean;
  requestOverride: Overrides;
  responseOverride: Overrides;
}

/** What a template may set: `#set($context.requestOverride.header.x = "y")`. */
export interface Overrides {
  header: Record<string, unknown>;
  querystring: Record<string, unknown>;
  path: Record<string, unknown>;
  status?: unknown;
}

export const noOverrides = (): Overrides => ({ header: {}, querystring: {}, path: {} });

/** The same overrides, for a template to change. */
export const overridesLike = (overrides: Overrides): Overrides => copied(overrides) as Overrides;

/** What templates set is plain: as a structured clone, at a tenth of its cost. */
function copied(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(copied);
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(value)) copy[name] = copied((value as Record<string, unknown>)[name]);
  return copy;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const two = (n: number): string => String(n).padStart(2, "0");

let shown = { second: Number.NaN, text: "" };

/** The common log format's time, as `$context.requestTime` has it: `09/Apr/2015:12:34:56 +0000`. */
export function requestTime(ms: number): string {
  const second = Math.floor(ms / 1000);
  if (shown.second !== second) shown = { second, text: timeText(ms) };
  return shown.text;
}

function timeText(ms: number): string {
  const at = new Date(ms);
  const day = `${two(at.getUTCDate())}/${MONTHS[at.getUTCMonth()]}/${at.getUTCFullYear()}`;
  return `${day}:${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())} +0000`;
}

const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** `$context.extendedRequestId`, also the header `x-amz-apigw-id`. */
export const extendedRequestId = (random: Random): string => `${random.string(15, BASE64)}=`;

/** The client's trace, or a new one, as `$context.xrayTraceId` has it: `Root=1-65f0c0de-0123456789abcdef01234567`. */
export function traceOf({ headers }: HttpRequest, ctx: Context): string {
  const given = headers[TRACE_HEADER];
  return given?.includes("Root=") ? given : `Root=${newTraceId(ctx)}`;
}

/** Who calls, as `$context.identity` has it. Only a signed request (AWS_IAM) says more than its address. */
export function identityOf(
  caller: Caller | undefined,
  sourceIp: string,
  userAgent: string | undefined,
): Record<string, string | null> {
  return {
    cognitoIdentityPoolId: null,
    accountId: caller?.account ?? null,
    cognitoIdentityId: null,
    caller: caller?.userId ?? null,
    sourceIp,
    principalOrgId: null,
    accessKey: caller?.accessKeyId ?? null,
    cognitoAuthenticationType: null,
    cognitoAuthenticationProvider: null,
    userArn: caller?.arn ?? null,
    userAgent: userAgent ?? null,
    user: caller?.userId ?? null,
  };
}

/** The client's address without the IPv6 dress of IPv4. */
export const addressOfPeer = (address: string | undefined): string =>
  (address ?? "127.0.0.1").replace(/^::ffff:/, "");
