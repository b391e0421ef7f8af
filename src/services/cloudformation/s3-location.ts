import { wholeBody } from "../../core/joined.ts";
import type { Context } from "../../core/service.ts";
import { templateTooLarge, validationError } from "./errors.ts";

const LONGEST_TEXT_BYTES = 10_000_000;

/**
 * The text of an object, by `s3://bucket/key` or one of S3's https addresses. Nothing else is fetched.
 * @throws ValidationError for an address that is none of S3's, S3's own errors
 */
export async function fetchText(
  location: string,
  ctx: Context,
  { takesScheme = false }: { readonly takesScheme?: boolean } = {},
): Promise<string> {
  const [, bucket] = /^s3:\/\/([^/]+)/.exec(location) ?? [];
  if (bucket !== undefined && !takesScheme)
    throw validationError(`S3 error: Domain name specified in ${bucket} is not a valid S3 domain`);
  const { Bucket, Key, VersionId } = placeOf(location, ctx.host.endpoint);
  const place = { Bucket, Key, ...(VersionId !== undefined && { VersionId }) };
  const { Body, ContentLength = 0 } = await ctx.call<{
    Body?: Uint8Array | AsyncIterable<Uint8Array>;
    ContentLength?: number;
  }>("s3", "GetObject", place, { as: ctx.caller });
  // An object may have terabytes; nothing here is a tenth of this.
  if (ContentLength > LONGEST_TEXT_BYTES) {
    if (Body && !(Body instanceof Uint8Array)) await Body[Symbol.asyncIterator]().return?.();
    throw templateTooLarge();
  }
  return (await wholeBody(Body)).toString("utf8");
}

interface ObjectPlace {
  readonly Bucket: string;
  readonly Key: string;
  readonly VersionId?: string;
}

/** `s3.region.amazonaws.com`, `s3-region.amazonaws.com`, `s3.localhost.localstack.cloud:4566` and this process itself. */
const S3_HOST =
  /^(?:(.+)\.)?s3(?:[.-](?:dualstack\.)?[a-z0-9-]+)?\.(?:amazonaws\.com(?:\.cn)?|localhost\.localstack\.cloud|localhost)$/;

function placeOf(location: string, endpoint: { host(): string }): ObjectPlace {
  const plain = /^s3:\/\/([^/]+)\/(.+)$/.exec(location);
  if (plain) return { Bucket: plain[1]!, Key: plain[2]! };
  let url: URL;
  try {
    url = new URL(location);
  } catch {
    throw validationError(
      "S3 error: Access Denied For more information check http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html",
    );
  }
  const versionId = url.searchParams.get("versionId");
  const version = versionId === null ? {} : { VersionId: versionId };
  const path = decoded(url.pathname.slice(1));
  const bucket = S3_HOST.exec(url.hostname)?.[1];
  if (bucket !== undefined) return { Bucket: bucket, Key: path, ...version };
  const isOwn =
    url.host === endpoint.host() ||
    /^(?:localhost|127\.0\.0\.1|\[::1\]|host\.docker\.internal|localhost\.localstack\.cloud)$/.test(
      url.hostname,
    );
  if (!S3_HOST.test(url.hostname) && !isOwn)
    throw validationError(
      `S3 error: Domain name specified in ${url.hostname.split(".")[0]} is not a valid S3 domain`,
    );
  const slash = path.indexOf("/");
  return { Bucket: path.slice(0, slash), Key: path.slice(slash + 1), ...version };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
