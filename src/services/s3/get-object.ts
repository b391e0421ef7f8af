import type { Context, Handlers } from "../../core/service.ts";
import type * as S3 from "../../models/generated/s3.ts";
import { SMALL_BYTES } from "./bodies.ts";
import { checkReadConditions } from "./conditions.ts";
import { checkCustomerKey, type EncryptionInput } from "./encryption.ts";
import {
  invalidArgument,
  invalidObjectState,
  invalidPartNumber,
  invalidRequest,
  kmsNeedsSignature,
  noSuchKey,
  wrongPartNumber,
} from "./errors.ts";
import { checkDataKey } from "./kms-keys.ts";
import { ARCHIVES } from "./new-object.ts";
import type { ObjectRecord } from "./object.ts";
import { checksumMembers, objectMembers } from "./object-description.ts";
import type { OpenBucket, OpenBuckets } from "./open-buckets.ts";
import { isAnonymous } from "./public-access.ts";
import { type ByteRange, contentRange, rangeOf } from "./range.ts";
import { markerless, versionFor } from "./version-for.ts";

type ReadInput = S3.GetObjectRequest | S3.HeadObjectRequest;

const MOST_PARTS = 10_000;

export const gettingObjects = (open: OpenBuckets): Handlers<S3.Operations> => ({
  async GetObject(input, ctx) {
    const bucket = open.of(input, ctx);
    const object = readable(bucket, input, ctx);
    using _ = open.bodies.hold(object.body);
    await checkBody(object, bucket, ctx);
    const piece = pieceOf(object, input);
    const { start, end } = piece ?? { start: 0, end: object.size };
    return {
      ...described(object, bucket, input, piece, ctx),
      Body:
        end - start <= SMALL_BYTES
          ? await open.bodies.readSmall(object.body, start, end)
          : open.bodies.read(object.body, start, end),
    };
  },

  HeadObject(input, ctx) {
    const bucket = open.of(input, ctx);
    const object = readable(bucket, input, ctx);
    return described(object, bucket, input, pieceOf(object, input), ctx);
  },

  GetObjectTorrent(input, ctx) {
    markerless(versionFor(open.of(input, ctx), input), "GET");
    // AWS has ended torrents: no bucket of today has them.
    throw noSuchKey(`${input.Key}?torrent`);
  },
});

/** The version that is asked for, when its reader may have it. */
function readable(bucket: OpenBucket, input: ReadInput & EncryptionInput, ctx: Context): ObjectRecord {
  const object = markerless(versionFor(bucket, input), "GET");
  checkCustomerKey(object, input);
  checkReadConditions(object, input as never, ctx.clock.now());
  return object;
}

/**
 * May its body be read? A client's own key is asked for elsewhere.
 * @throws AwsError `InvalidObjectState` for what lies in an archive, `InvalidArgument` for what a key of KMS keeps from the public
 */
export async function checkBody(object: ObjectRecord, bucket: OpenBucket, ctx: Context): Promise<void> {
  checkIsAtHand(object, ctx.clock.now());
  if (object.encryption.kmsKeyId !== undefined && isAnonymous(ctx) && !ctx.host.setting("allow-anonymous"))
    throw kmsNeedsSignature();
  if (object.encryption.dataKey !== undefined) await checkDataKey(object, bucket, ctx);
}

/** @throws AwsError `InvalidObjectState` */
function checkIsAtHand({ storageClass, restoredUntilMs }: ObjectRecord, now: number): void {
  if (ARCHIVES.has(storageClass) && (restoredUntilMs === undefined || restoredUntilMs <= now))
    throw invalidObjectState(storageClass);
}

/** What of the object is asked for: a range, a part, or (undefined) all of it. */
function pieceOf(object: ObjectRecord, { Range, PartNumber: part }: ReadInput): ByteRange | undefined {
  if (part === undefined) return rangeOf(Range, object.size);
  if (Range !== undefined)
    throw invalidRequest("Cannot specify both Range header and partNumber query parameter");
  if (!Number.isInteger(part) || part < 1 || part > MOST_PARTS) throw wrongPartNumber(part);
  if (!object.parts) {
    if (part > 1) throw invalidPartNumber(part, 1);
    return { start: 0, end: object.size };
  }
  let start = 0;
  for (const [index, { size }] of object.parts.entries()) {
    if (index + 1 === part) return { start, end: start + size };
    start += size;
  }
  throw invalidPartNumber(part, object.parts.length);
}

function described(
  object: ObjectRecord,
  bucket: OpenBucket,
  input: ReadInput,
  piece: ByteRange | undefined,
  ctx: Context,
) {
  const { PartNumber: part } = input;
  const isEmptyPart = piece !== undefined && piece.start === piece.end;
  return {
    ...objectMembers(object, bucket, ctx.clock.now()),
    ...overrides(input, ctx),
    ContentLength: piece ? piece.end - piece.start : object.size,
    ...(piece && !isEmptyPart && { ContentRange: contentRange(piece, object.size) }),
    ...(part !== undefined && object.parts && { PartsCount: object.parts.length }),
    ...(input.ChecksumMode === "ENABLED" && checksumOf(object, input)),
  };
}

/** A range has no checksum; a part has its own where those of parts are kept. */
function checksumOf(object: ObjectRecord, { Range, PartNumber: part }: ReadInput) {
  if (part === undefined) return Range === undefined ? checksumMembers(object.checksum) : {};
  if (!object.parts) return checksumMembers(object.checksum);
  const { checksum } = object;
  const value = object.parts[part - 1]?.checksum;
  if (checksum?.type !== "COMPOSITE" || value === undefined) return {};
  return checksumMembers({ ...checksum, value });
}

const OVERRIDES = [
  ["ResponseCacheControl", "CacheControl", "response-cache-control"],
  ["ResponseContentDisposition", "ContentDisposition", "response-content-disposition"],
  ["ResponseContentEncoding", "ContentEncoding", "response-content-encoding"],
  ["ResponseContentLanguage", "ContentLanguage", "response-content-language"],
  ["ResponseContentType", "ContentType", "response-content-type"],
  ["ResponseExpires", "Expires", "response-expires"],
] as const;

/** `response-content-type` and its like: what the asker wants in the place of what is kept. */
function overrides(input: ReadInput, ctx: Context): Record<string, string> {
  const given = OVERRIDES.filter(([member]) => input[member] !== undefined);
  if (given.length > 0 && isAnonymous(ctx))
    throw invalidRequest("Request specific response headers cannot be used for anonymous GET requests.");
  return Object.fromEntries(
    given.map(([member, name, parameter]) => {
      const value = input[member];
      const text = value instanceof Date ? value.toUTCString() : String(value);
      if (!/^[\x00-\xff]*$/.test(text)) {
        throw invalidArgument("Header value cannot be represented using ISO-8859-1.", parameter, text);
      }
      return [name, text];
    }),
  );
}
