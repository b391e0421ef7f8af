import { statSync } from "node:fs";
import { isAbsolute } from "node:path";
import { AwsError } from "../../core/aws-error.ts";
import { wholeBody } from "../../core/joined.ts";
import type { Context } from "../../core/service.ts";
import type * as Lambda from "../../models/generated/lambda.ts";
import { hasRoomForCode } from "./code-references.ts";
import type { CodeStore } from "./code-store.ts";
import { codeStorageExceeded, imagesUnsupported, invalidParameter, zipTooLarge } from "./errors.ts";
import type { Code } from "./records.ts";

/** Code that a function can be made of. It stays until it is disposed of: by then a record names it, or nobody wants it. */
export interface AcceptedCode extends Disposable {
  readonly code: Code;
  readonly codeSha256: string;
  readonly sizeBytes: number;
}

/** LocalStack's bucket for code that is a folder on the developer's machine. */
const HOT_RELOAD_BUCKET = "hot-reload";

/** Takes the code that a request brings, or names: a zip, an object in S3, or a folder to hot-reload. */
export async function acceptCode(
  source: Lambda.FunctionCode,
  store: CodeStore,
  ctx: Context,
): Promise<AcceptedCode> {
  if (source.ImageUri) throw imagesUnsupported();
  if (source.S3Bucket === HOT_RELOAD_BUCKET && source.S3Key && !ctx.host.strict)
    return folderOf(source.S3Key);
  if (source.ZipFile && source.S3Bucket) {
    throw invalidParameter("Please do not provide other FunctionCode parameters when providing a ZipFile.");
  }
  const zip = await zipFrom(source, ctx);
  if (!zip) throw invalidParameter("Please provide a source for function code.");
  const held = await store.keep(zip);
  const { blob, sha256, codeSha256, sizeBytes } = held.zip;
  return {
    code: { kind: "zip", blob, sha256 },
    codeSha256,
    sizeBytes,
    [Symbol.dispose]: () => held[Symbol.dispose](),
  };
}

/** Around the zip, in Base64, there is the rest of the request. */
const REQUEST_ROOM_BYTES = 262_144;

/**
 * The archive of a function or a layer: in the request, or in S3. undefined when the request has neither.
 * @throws RequestEntityTooLargeException, CodeStorageExceededException
 */
export async function zipFrom(
  source: { ZipFile?: Uint8Array; S3Bucket?: string; S3Key?: string; S3ObjectVersion?: string },
  ctx: Context,
): Promise<Uint8Array | undefined> {
  const limitBytes = ctx.host.setting<number>("limit-code-size-zipped");
  if (source.ZipFile && source.ZipFile.length > limitBytes) {
    throw zipTooLarge(Math.ceil((limitBytes * 4) / 3) + REQUEST_ROOM_BYTES, ctx.operation);
  }
  const zip = source.ZipFile ?? (await fromS3(source, ctx));
  if (zip && !hasRoomForCode(ctx.store, zip.length, ctx.host.setting<number>("limit-total-code-size"))) {
    throw codeStorageExceeded();
  }
  return zip;
}

function folderOf(path: string): AcceptedCode {
  if (!isAbsolute(path) || !statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    throw invalidParameter(
      `The bucket ${HOT_RELOAD_BUCKET} takes code from a folder: the key must be the absolute path of one, and "${path}" is not.`,
    );
  }
  return {
    code: { kind: "folder", path },
    codeSha256: Buffer.from(path).toString("base64"),
    sizeBytes: 0,
    [Symbol.dispose]: () => {},
  };
}

/** Reads an object of S3; undefined when the request names none. */
async function fromS3(
  source: { S3Bucket?: string; S3Key?: string; S3ObjectVersion?: string },
  ctx: Context,
): Promise<Uint8Array | undefined> {
  if (!source.S3Bucket || !source.S3Key) return undefined;
  if (!ctx.host.serves("s3")) {
    throw invalidParameter(
      "Code cannot be read from S3: Squall does not serve s3 now. Give the zip itself, or start Squall with the service s3.",
    );
  }
  try {
    const named = {
      Bucket: source.S3Bucket,
      Key: source.S3Key,
      ...(source.S3ObjectVersion && { VersionId: source.S3ObjectVersion }),
    };
    // Read with the permissions of who makes the function.
    const { Body } = await ctx.call<{ Body?: Uint8Array | AsyncIterable<Uint8Array> }>(
      "s3",
      "GetObject",
      named,
      { as: ctx.caller },
    );
    return await wholeBody(Body);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw invalidParameter(
      `Error occurred while GetObject. S3 Error Code: ${error.code}. S3 Error Message: ${error.message}`,
    );
  }
}
