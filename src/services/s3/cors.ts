import type { AwsError } from "../../core/aws-error.ts";
import type { HttpRequest, HttpResponse } from "../../core/http.ts";
import type { PagePolicy } from "../../core/service.ts";
import { wildcard } from "../../core/wildcard.ts";
import { headersOf } from "../../protocols/service-headers.ts";
import { addressOf } from "./bucket-host.ts";
import { corsForbidden, noOrigin, wrongRequestMethod } from "./errors.ts";
import type { OpenBucket, OpenBuckets } from "./open-buckets.ts";
import { errorResponse } from "./web-xml.ts";

/** A rule of PutBucketCors: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html */
interface CorsRule {
  readonly AllowedMethods?: readonly string[];
  readonly AllowedOrigins?: readonly string[];
  readonly AllowedHeaders?: readonly string[];
  readonly ExposeHeaders?: readonly string[];
  readonly MaxAgeSeconds?: number;
}

/** What a page wants to do. */
interface Wish {
  readonly origin: string;
  readonly method: string;
  /** Headers that it wants to send, as it spells them. */
  readonly headers: readonly string[];
}

const NOT_ALLOWED =
  "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.";

/**
 * Buckets with CORS rules answer pages as on AWS. A bucket without them answers pages of this machine as Squall's other
 * services do, and under `--strict` as on AWS: not at all.
 */
export function bucketPages(open: OpenBuckets): PagePolicy {
  const { strict } = open.host;
  return {
    preflight(request, isAllowed) {
      const { bucket: name, key } = addressOf(request);
      if (name === "") return undefined;
      const { origin, "access-control-request-method": method } = request.headers;
      const bucket = open.find(name);
      const rules = bucket && rulesOf(bucket);
      if (!rules && isAllowed && !strict && method !== undefined) return undefined;
      if (origin === undefined) return refused(noOrigin(), open);
      const forbid = (message: string, ResourceType: "BUCKET" | "OBJECT") =>
        refused(corsForbidden(message, { Method: method ?? "OPTIONS", ResourceType }), open);
      if (!bucket) return forbid("CORSResponse: Bucket not found", "BUCKET");
      if (!rules) return forbid("CORSResponse: CORS is not enabled for this bucket.", "BUCKET");
      if (method === undefined) return refused(wrongRequestMethod(), open);
      const wish = { origin, method, headers: listOf(request.headers["access-control-request-headers"]) };
      const rule = rules.find((one) => lets(one, wish));
      if (!rule) return forbid(NOT_ALLOWED, key === "" ? "BUCKET" : "OBJECT");
      const headers = wish.headers.map((header) => header.toLowerCase()).join(", ");
      return {
        status: 200,
        headers: {
          ...headersBy(rule, origin),
          ...(headers !== "" && { "access-control-allow-headers": headers }),
          ...headersOf("S3")(open.host.random.uuid()),
        },
      };
    },

    headersFor(request) {
      const { origin } = request.headers;
      const bucket = open.find(addressOf(request).bucket);
      if (origin === undefined || !bucket) return undefined;
      const rules = rulesOf(bucket);
      if (!rules) return strict ? {} : undefined;
      // A preflight's answer says all of it.
      if (request.method === "OPTIONS") return {};
      const rule = rules.find((one) => lets(one, { origin, method: methodOf(request), headers: [] }));
      return rule ? headersBy(rule, origin) : {};
    },
  };
}

/** May a page of this origin send a browser's form to the bucket? */
export const letsPost = (bucket: OpenBucket, origin: string): boolean =>
  (rulesOf(bucket) ?? []).some((rule) => lets(rule, { origin, method: "POST", headers: [] }));

function rulesOf({ record }: OpenBucket): readonly CorsRule[] | undefined {
  return (record.settings["cors"] as { CORSRules?: readonly CorsRule[] } | undefined)?.CORSRules;
}

const lets = (
  { AllowedMethods: methods = [], AllowedOrigins: origins = [], AllowedHeaders: allowed = [] }: CorsRule,
  { origin, method, headers }: Wish,
): boolean =>
  methods.includes(method) &&
  origins.some((one) => wildcard(one, origin)) &&
  headers.every((header) => allowed.some((one) => wildcard(one.toLowerCase(), header.toLowerCase())));

/** A real request that says what it is a preflight for is judged by that. */
const methodOf = ({ method, headers }: HttpRequest) => headers["access-control-request-method"] ?? method;

const listOf = (header = "") =>
  header
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");

function headersBy(rule: CorsRule, origin: string): Record<string, string> {
  const isForAll = rule.AllowedOrigins?.includes("*");
  return {
    "access-control-allow-origin": isForAll ? "*" : origin,
    "access-control-allow-methods": (rule.AllowedMethods ?? []).join(", "),
    ...(rule.ExposeHeaders?.length && { "access-control-expose-headers": rule.ExposeHeaders.join(", ") }),
    ...(rule.MaxAgeSeconds !== undefined && { "access-control-max-age": String(rule.MaxAgeSeconds) }),
    ...(!isForAll && { "access-control-allow-credentials": "true" }),
    vary: "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
  };
}

function refused(error: AwsError, open: OpenBuckets): HttpResponse {
  return errorResponse(error, open.host.random.uuid());
}
