import { AwsError } from "../../core/aws-error.ts";
import type { HttpRequest, HttpResponse } from "../../core/http.ts";
import type { Context } from "../../core/service.ts";
import { invalidUri } from "../../protocols/errors.ts";
import { hostId } from "../../protocols/host-id.ts";
import { escapeXml } from "../../protocols/xml-text.ts";
import { checkReadConditions, type ReadConditions } from "./conditions.ts";
import { checkCustomerKey } from "./encryption.ts";
import { accessDenied, noSuchKey, notConfigured } from "./errors.ts";
import { checkBody } from "./get-object.ts";
import type { ObjectRecord } from "./object.ts";
import type { OpenBucket, OpenBuckets } from "./open-buckets.ts";
import { isOpen } from "./public-access.ts";
import { contentRange, rangeOf } from "./range.ts";

/** A bucket's website: https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteHosting.html */
interface Website {
  readonly IndexDocument?: { readonly Suffix?: string };
  readonly ErrorDocument?: { readonly Key?: string };
  readonly RedirectAllRequestsTo?: { readonly HostName?: string; readonly Protocol?: string };
  readonly RoutingRules?: readonly RoutingRule[];
}

interface RoutingRule {
  readonly Condition?: {
    readonly KeyPrefixEquals?: string;
    readonly HttpErrorCodeReturnedEquals?: string;
  };
  readonly Redirect?: {
    readonly HostName?: string;
    readonly HttpRedirectCode?: string;
    readonly Protocol?: string;
    readonly ReplaceKeyPrefixWith?: string;
    readonly ReplaceKeyWith?: string;
  };
}

export async function getPage(
  open: OpenBuckets,
  bucket: OpenBucket,
  request: HttpRequest,
  ctx: Context,
): Promise<HttpResponse> {
  const site = bucket.record.settings["website"] as Website | undefined;
  if (!site) {
    throw notConfigured(
      "NoSuchWebsiteConfiguration",
      "The specified bucket does not have a website configuration",
      bucket.name,
    );
  }
  const path = pathOf(request);
  const all = site.RedirectAllRequestsTo;
  if (all?.HostName) {
    const protocol = all.Protocol ?? "http";
    return redirect(
      301,
      `${protocol}://${all.HostName}${request.path}${request.query ? `?${request.query}` : ""}`,
    );
  }
  const before = site.RoutingRules?.find((rule) => matches(rule, path, undefined));
  if (before) return routed(before, path, request);
  const suffix = site.IndexDocument?.Suffix ?? "index.html";
  const key = path === "" || path.endsWith("/") ? path + suffix : path;
  try {
    return await page(open, bucket, found(bucket, key, ctx), 200, request, ctx);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    if (error.code === "NotModified") return { status: 304, headers: { ...error.headers } };
    // What has no object but a folder of that name with an index is that folder.
    if (error.code === "NoSuchKey" && bucket.objects.current(`${path}/${suffix}`))
      return redirect(302, `/${request.path.slice(1)}/`);
    const after = site.RoutingRules?.find((rule) => matches(rule, key, error.status));
    if (after) return routed(after, path, request);
    return await errorPage(open, bucket, site, error, request, ctx);
  }
}

/** @throws AwsError `NoSuchKey`, `AccessDenied`: a website is for everybody or nobody */
function found(bucket: OpenBucket, key: string, ctx: Context): ObjectRecord {
  const mayBeEverybody = ctx.host.setting<boolean>("allow-anonymous");
  if (!mayBeEverybody && !isOpen(bucket, "s3:GetObject", key, ctx)) throw accessDenied();
  const object = bucket.objects.current(key);
  if (!object) throw noSuchKey(key);
  return object;
}

async function page(
  open: OpenBuckets,
  bucket: OpenBucket,
  object: ObjectRecord,
  status: number,
  { method, headers: asked }: HttpRequest,
  ctx: Context,
): Promise<HttpResponse> {
  if (object.redirect !== undefined) return redirect(301, object.redirect);
  using _ = open.bodies.hold(object.body);
  // No page brings a key of its own.
  checkCustomerKey(object, {});
  await checkBody(object, bucket, ctx);
  // Conditions and ranges are about what was asked for, not about what is shown in its place.
  const isAsked = status === 200;
  if (isAsked) checkReadConditions(object, conditionsOf(asked), ctx.clock.now());
  const piece = isAsked ? rangeOf(asked["range"], object.size) : undefined;
  const { start, end } = piece ?? { start: 0, end: object.size };
  const { system } = object;
  const headers: Record<string, string> = {
    "content-type": system.ContentType ?? "binary/octet-stream",
    "content-length": String(end - start),
    ...(piece && { "content-range": contentRange(piece, object.size) }),
    etag: `"${object.etag}"`,
    "last-modified": new Date(object.modifiedAtMs).toUTCString(),
    ...(system.CacheControl && { "cache-control": system.CacheControl }),
    ...(system.ContentDisposition && { "content-disposition": system.ContentDisposition }),
    ...(system.ContentEncoding && { "content-encoding": system.ContentEncoding }),
    ...(system.ContentLanguage && { "content-language": system.ContentLanguage }),
    ...(system.Expires && { expires: String(system.Expires) }),
    ...Object.fromEntries(
      Object.entries(object.metadata).map(([name, value]) => [`x-amz-meta-${name}`, value]),
    ),
  };
  const answer = { status: piece ? 206 : status, headers };
  return method === "HEAD" ? answer : { ...answer, body: open.bodies.read(object.body, start, end) };
}

const CONDITIONS = {
  "if-match": "IfMatch",
  "if-none-match": "IfNoneMatch",
  "if-modified-since": "IfModifiedSince",
  "if-unmodified-since": "IfUnmodifiedSince",
} as const;

const conditionsOf = (headers: HttpRequest["headers"]): ReadConditions =>
  Object.fromEntries(
    Object.entries(CONDITIONS).flatMap(([header, member]) =>
      headers[header] === undefined ? [] : [[member, headers[header]]],
    ),
  );

/** @throws AwsError `InvalidURI` for a path that is encoded as none can be */
function pathOf({ path }: HttpRequest): string {
  try {
    return decodeURIComponent(path.slice(1));
  } catch {
    throw invalidUri();
  }
}

async function errorPage(
  open: OpenBuckets,
  bucket: OpenBucket,
  site: Website,
  error: AwsError,
  request: HttpRequest,
  ctx: Context,
): Promise<HttpResponse> {
  const key = site.ErrorDocument?.Key;
  if (key === undefined) return htmlError(error, ctx.requestId);
  try {
    const shown = await page(open, bucket, found(bucket, key, ctx), error.status, request, ctx);
    return { ...shown, headers: { ...shown.headers, ...errorHeaders(error) } };
  } catch (second) {
    if (!(second instanceof AwsError)) throw second;
    return htmlError(error, ctx.requestId, second);
  }
}

function matches({ Condition: condition }: RoutingRule, key: string, status: number | undefined): boolean {
  const { KeyPrefixEquals: prefix, HttpErrorCodeReturnedEquals: code } = condition ?? {};
  if (prefix !== undefined && !key.startsWith(prefix)) return false;
  return code === undefined ? status === undefined : code === String(status);
}

function routed(
  { Condition: condition, Redirect: to = {} }: RoutingRule,
  path: string,
  request: HttpRequest,
): HttpResponse {
  const prefix = condition?.KeyPrefixEquals ?? "";
  const key =
    to.ReplaceKeyWith ??
    (to.ReplaceKeyPrefixWith === undefined ? path : to.ReplaceKeyPrefixWith + path.slice(prefix.length));
  const host = to.HostName ?? request.headers["host"] ?? "";
  return redirect(Number(to.HttpRedirectCode ?? 301), `${to.Protocol ?? "http"}://${host}/${encodeURI(key)}`);
}

const redirect = (status: number, location: string): HttpResponse => ({ status, headers: { location } });

/** What went wrong, whatever page is shown. A key that no header can have is percent-encoded; that is inferred. */
function errorHeaders({ code, message, members }: AwsError): Record<string, string> {
  const key = code === "NoSuchKey" ? String(members?.["Key"] ?? "") : undefined;
  return {
    "x-amz-error-code": code,
    "x-amz-error-message": message,
    ...(key !== undefined && { "x-amz-error-detail-Key": /^[ -~]*$/.test(key) ? key : encodeURI(key) }),
  };
}

/** AWS's own page for what went wrong. */
export function htmlError(error: AwsError, requestId: string, second?: AwsError): HttpResponse {
  const title = `${error.status} ${TITLES[error.status] ?? "Error"}`;
  const item = ([name, value]: [string, unknown]) => `<li>${name}: ${escapeXml(String(value))}</li>\n`;
  const items = (one: AwsError) =>
    Object.entries({ Code: one.code, Message: one.message, ...one.members })
      .map(item)
      .join("");
  const ids = Object.entries({
    RequestId: requestId,
    HostId: hostId(requestId),
  })
    .map(item)
    .join("");
  const more = second
    ? `<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>\n<ul>\n${items(second)}</ul>\n`
    : "";
  return {
    status: error.status,
    headers: { "content-type": "text/html; charset=utf-8", ...errorHeaders(error) },
    body: `<html>\n<head><title>${title}</title></head>\n<body>\n<h1>${title}</h1>\n<ul>\n${items(error)}${ids}</ul>\n${more}<hr/>\n</body>\n</html>\n`,
  };
}

const TITLES: Readonly<Record<number, string>> = {
  400: "Bad Request",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  412: "Precondition Failed",
  416: "Requested Range Not Satisfiable",
};
