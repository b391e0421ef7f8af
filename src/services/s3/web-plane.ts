import { AwsError } from "../../core/aws-error.ts";
import type { HttpRequest, HttpResponse } from "../../core/http.ts";
import type { DataPlane } from "../../core/service.ts";
import { accessDenied, methodNotAllowed, noSuchBucket } from "./errors.ts";
import type { OpenBuckets } from "./open-buckets.ts";
import { postObject } from "./post-object.ts";
import { xml } from "./web-xml.ts";
import { getPage, htmlError } from "./website.ts";

const WEBSITE_HOST = /^(.+)\.s3-website[.-]/i;
const BUCKET_HOST = /^(.+)\.s3[.-]/i;
/** Pages of this machine. Others may post with a policy's signature only, and from where the bucket's CORS rules let them. */
const OWN_PAGE =
  /^https?:\/\/(?:[a-z0-9_.-]+\.)?(?:localhost|localhost\.localstack\.cloud|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;

/** What of S3 is for browsers: pages of websites, and forms that bring files. */
export function webPlane(open: OpenBuckets): DataPlane {
  return {
    decode(request) {
      const name = bucketNameOf(request);
      const bucket = open.find(name);
      const isPost = request.method === "POST";
      const path = decodeURIComponent(request.path.slice(1));
      return {
        operation: isPost ? "PostObject" : "GetPage",
        input: { Bucket: name, ...(!isPost && { Key: path }) },
        ...(bucket && { account: bucket.record.account, region: bucket.record.region }),
      };
    },

    async handle(request, ctx): Promise<HttpResponse> {
      const name = bucketNameOf(request);
      const bucket = open.find(name);
      if (!bucket) throw noSuchBucket(name);
      const ids = { "x-amz-request-id": ctx.requestId };
      if (request.method === "POST") {
        checkOrigin(request, bucket.record.settings["cors"]);
        const answer = await postObject(open, bucket, request, ctx);
        return { ...answer, headers: { ...answer.headers, ...ids } };
      }
      if (request.method !== "GET" && request.method !== "HEAD") throw methodNotAllowed();
      const page = await getPage(open, bucket, request, ctx).catch((error: unknown) => {
        if (error instanceof AwsError) return htmlError(error, ctx.requestId);
        throw error;
      });
      return { ...page, headers: { ...page.headers, ...ids } };
    },

    encodeError: (error, request) =>
      request.method === "POST" ? xmlError(error) : htmlError(error, "unknown"),
  };
}

function bucketNameOf({ headers, path }: HttpRequest): string {
  const host = headers["x-forwarded-host"] ?? headers["host"] ?? "";
  return (
    WEBSITE_HOST.exec(host)?.[1] ??
    BUCKET_HOST.exec(host)?.[1] ??
    decodeURIComponent(path.split("/")[1] ?? "")
  );
}

interface CorsRule {
  readonly AllowedMethods?: readonly string[];
  readonly AllowedOrigins?: readonly string[];
}

/** @throws AwsError `AccessDenied` for a page of another site that the bucket does not let post */
function checkOrigin({ headers }: HttpRequest, cors: unknown): void {
  const { origin } = headers;
  if (origin === undefined || OWN_PAGE.test(origin)) return;
  const rules = (cors as { CORSRules?: readonly CorsRule[] } | undefined)?.CORSRules ?? [];
  const isAllowed = rules.some(
    ({ AllowedMethods: methods, AllowedOrigins: origins }) =>
      methods?.includes("POST") && origins?.some((allowed) => originMatches(allowed, origin)),
  );
  if (!isAllowed)
    throw accessDenied(`A page of ${origin} may not post to this bucket: no CORS rule of it allows that.`);
}

function originMatches(allowed: string, origin: string): boolean {
  const at = allowed.indexOf("*");
  if (at < 0) return allowed === origin;
  const [before, after] = [allowed.slice(0, at), allowed.slice(at + 1)];
  return origin.length >= before.length + after.length && origin.startsWith(before) && origin.endsWith(after);
}

function xmlError(error: AwsError): HttpResponse {
  return {
    status: error.status,
    headers: { "content-type": "application/xml" },
    body: xml("Error", { Code: error.code, Message: error.message, ...error.members }),
  };
}
