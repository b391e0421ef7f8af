import { isFromBrowser } from "../core/browser.ts";
import type { HttpRequest } from "../core/http.ts";
import { askedService } from "./asked-service.ts";
import { legacyKey, readSignature, type Signature } from "./credential-scope.ts";
import { atDataPlane, isFormUpload } from "./data-planes.ts";
import { hostNamed } from "./host-name.ts";

export type { Signature } from "./credential-scope.ts";

/** What a request says of itself before anything is decoded. */
export interface Recognized {
  /** botocore's service name, or a data plane: `execute-api`, `lambda-url`; `squall` for the admin API. */
  readonly service: string;
  readonly kind: "api" | "data-plane" | "admin";
  /** The host is none of ours, but the data plane serves it (a custom domain name). */
  readonly isClaimed?: boolean;
  readonly accessKeyId?: string;
  readonly region?: string;
  /** For S3 in virtual-host style. */
  readonly bucket?: string;
  /** What the signature says of the call; whether it holds, `verify.ts` finds out. */
  readonly signature?: Signature;
}

/** Squall's own pages, and LocalStack's. */
const ADMIN_PATH = /^\/_(?:squall|localstack|aws)(?:\/|$)/;
const ADMIN: Recognized = { service: "squall", kind: "admin" };
const QUEUE_PATH = /^\/(?:queue\/[a-z0-9-]+\/)?\d{12}\/[^/]+\/?$/;

/**
 * Which service is meant, by (in this order): a data plane's host or path, the admin API's path, then what
 * `askedService` reads from target, path, credential scope, host, action and user agent, then an SQS queue's path; else
 * S3, whose anonymous requests carry nothing.
 */
export function recognize(request: HttpRequest): Recognized {
  const { headers } = request;
  const host = hostNamed(headers["x-forwarded-host"] ?? headers["host"] ?? "");
  const signature = readSignature(request);
  const who = {
    accessKeyId: signature?.accessKeyId ?? legacyKey(request),
    region: signature?.region,
    signature,
  };

  const plane = atDataPlane(host.plane, request);
  if (plane) return { ...plane, ...who };
  if (ADMIN_PATH.test(request.path)) return ADMIN;

  const { prefix, region, bucket } = host;
  if (prefix === undefined && bucket === undefined && isVisit(request)) return ADMIN;
  const isBucket =
    bucket !== undefined && (signature === undefined || signature.signingName.startsWith("s3"));
  const service = isBucket ? "s3" : askedService(request, signature?.signingName, prefix);
  const asked = unlikeObjects(service ?? (QUEUE_PATH.test(request.path) ? "sqs" : "s3"));
  const at = { ...who, region: who.region ?? region };
  if (asked === "s3" && isFormUpload(request)) return { service: "s3-web", kind: "data-plane", ...at };
  const named = isBucket ? bucket : asked === "s3" ? host.bareBucket : undefined;
  return { service: asked, kind: "api", ...at, ...(named !== undefined && { bucket: named }) };
}

/**
 * Has somebody gone to our address with a browser, to see what is there? S3's ListBuckets, which has the same path, is asked for by programs:
 * they sign it, or do not say that they navigate.
 */
function isVisit({ method, path, query, headers }: HttpRequest): boolean {
  if (method !== "GET" || path !== "/" || query !== "" || headers["authorization"] !== undefined)
    return false;
  const mode = headers["sec-fetch-mode"];
  if (mode !== undefined) return mode === "navigate";
  // Browsers send it to addresses that they trust only: not to http://squall:4566.
  return isFromBrowser(headers) && (headers["accept"] ?? "").includes("text/html");
}

/** Whoever asks for `constructor` asks for no service of AWS, and for nothing that every table of names has. */
const unlikeObjects = (name: string): string => (name in Object.prototype ? `${name}-` : name);

/** The region that a host names: `sqs.eu-west-1.localhost.localstack.cloud`. */
export function regionNamedBy({ headers }: HttpRequest): string | undefined {
  const host = headers["x-forwarded-host"] ?? headers["host"] ?? "";
  return /\.([a-z]{2}(?:-[a-z]+)+-\d)\./i.exec(host)?.[1]?.toLowerCase();
}
