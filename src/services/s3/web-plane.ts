import { AwsError } from "../../core/aws-error.ts";
import type { HttpRequest, HttpResponse } from "../../core/http.ts";
import type { DataPlane, ServiceHost } from "../../core/service.ts";
import { headersOf } from "../../protocols/service-headers.ts";
import { addressOf, decoded } from "./bucket-host.ts";
import { letsPost } from "./cors.ts";
import { accessDenied, methodNotAllowed, noSuchBucket, notAllowedOf } from "./errors.ts";
import type { OpenBucket, OpenBuckets } from "./open-buckets.ts";
import { postObject } from "./post-object.ts";
import { errorResponse } from "./web-xml.ts";
import { getPage, htmlError } from "./website.ts";

/** Pages of this machine. Others may post with a policy's signature only, and from where the bucket's CORS rules let them. */
const OWN_PAGE =
  /^https?:\/\/(?:[a-z0-9_.-]+\.)?(?:localhost|localhost\.localstack\.cloud|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;

const WEBSITE = /(?:^|\.)s3-website[.-]/i;

const hostOf = ({ headers }: HttpRequest): string => headers["x-forwarded-host"] ?? headers["host"] ?? "";

/** What of S3 is for browsers: pages of websites, and forms that bring files. */
export function webPlane(open: OpenBuckets, host: Pick<ServiceHost, "resolve">): DataPlane {
  /** The bucket that a name of somebody's zone leads to, which has the same name. */
  const siteOf = (request: HttpRequest): string | undefined => {
    const name = hostOf(request).replace(/:\d+$/, "").toLowerCase();
    if (!open.find(name)?.record.settings["website"]) return undefined;
    const { records = [] } = host.resolve({ name, type: "A" }) ?? {};
    return records.some(({ name, aliasOf = name }) => WEBSITE.test(aliasOf)) ? name : undefined;
  };
  /** Is it posted to a bucket, and not to its website? */
  const isForm = (request: HttpRequest) =>
    request.method === "POST" && !WEBSITE.test(hostOf(request)) && siteOf(request) === undefined;
  const bucketOf = (request: HttpRequest): string => siteOf(request) ?? addressOf(request).bucket;
  return {
    claims: (request) => siteOf(request) !== undefined,

    decode(request) {
      const name = bucketOf(request);
      const bucket = open.find(name);
      const isPost = isForm(request);
      const path = decoded(request.path.slice(1));
      return {
        operation: isPost ? "PostObject" : "GetPage",
        input: { Bucket: name, ...(!isPost && { Key: path }) },
        ...(bucket && { account: bucket.record.account, region: bucket.record.region }),
      };
    },

    async handle(request, ctx): Promise<HttpResponse> {
      const name = bucketOf(request);
      const bucket = open.find(name);
      if (!bucket) throw noSuchBucket(name);
      const ids = headersOf("S3")(ctx.requestId);
      if (isForm(request)) {
        if (addressOf(request).key !== "") throw notAllowedOf("POST", "OBJECT");
        checkOrigin(request, bucket);
        const answer = await postObject(open, bucket, request, ctx);
        return { ...answer, headers: { ...answer.headers, ...ids, ...open.pages.headersFor(request) } };
      }
      if (request.method !== "GET" && request.method !== "HEAD") throw methodNotAllowed();
      const page = await getPage(open, bucket, request, ctx).catch((error: unknown) => {
        if (error instanceof AwsError) return htmlError(error, ctx.requestId);
        throw error;
      });
      return { ...page, headers: { ...page.headers, ...ids, ...open.pages.headersFor(request) } };
    },

    encodeError: (error, request, requestId) =>
      isForm(request) ? errorResponse(error, requestId) : htmlError(error, requestId),
  };
}

/** @throws AwsError `AccessDenied` for a page of another site that the bucket does not let post */
function checkOrigin({ headers }: HttpRequest, bucket: OpenBucket): void {
  const { origin } = headers;
  if (origin === undefined || OWN_PAGE.test(origin) || letsPost(bucket, origin)) return;
  throw accessDenied(`A page of ${origin} may not post to this bucket: no CORS rule of it allows that.`);
}
