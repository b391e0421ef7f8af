import type { HttpRequest } from "../../core/http.ts";

const WEBSITE_HOST = /^(.+)\.s3-website[.-]/i;
const BUCKET_HOST = /^(.+)\.s3[.-]/i;
/** `my.bucket.localhost`: the shortest name that resolves by itself. */
const BARE_HOST = /^(.+)\.localhost(?::\d+)?$/i;

/** Where a request's host or path leads: `https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html`. */
export interface Address {
  /** Empty for none. */
  readonly bucket: string;
  /** Still percent-encoded; empty for the bucket itself. */
  readonly key: string;
}

export function addressOf({ headers, path }: Pick<HttpRequest, "headers" | "path">): Address {
  const host = headers["x-forwarded-host"] ?? headers["host"] ?? "";
  const bucket = bucketOfHost(host);
  if (bucket !== undefined) return { bucket, key: path.slice(1) };
  const end = path.indexOf("/", 1);
  if (end < 0) return { bucket: decoded(path.slice(1)), key: "" };
  return { bucket: decoded(path.slice(1, end)), key: path.slice(end + 1) };
}

function bucketOfHost(host: string): string | undefined {
  const named = WEBSITE_HOST.exec(host)?.[1] ?? BUCKET_HOST.exec(host)?.[1];
  if (named !== undefined) return named;
  const bare = BARE_HOST.exec(host)?.[1];
  return bare === undefined || /^s3(?:\.|$)/i.test(bare) ? undefined : bare;
}

/** A path that is percent-encoded as none should be names itself. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
