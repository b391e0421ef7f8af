import type { Handlers } from "../../core/service.ts";
import type * as S3 from "../../models/generated/s3.ts";
import { checkCustomerKey } from "./encryption.ts";
import { invalidArgument } from "./errors.ts";
import type { ObjectRecord } from "./object.ts";
import { checksumMembers, versionIdOfObject } from "./object-description.ts";
import type { OpenBuckets } from "./open-buckets.ts";
import { markerless, versionFor } from "./version-for.ts";

const ATTRIBUTES = new Set(["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"]);
const MOST_PARTS_A_PAGE = 1000;

export const objectAttributes = (open: OpenBuckets): Handlers<S3.Operations> => ({
  GetObjectAttributes(input, ctx) {
    const bucket = open.of(input, ctx);
    const object = markerless(versionFor(bucket, input), "GET");
    checkCustomerKey(object, input);
    const asked = new Set((input.ObjectAttributes ?? []).map((name) => name.trim()));
    const unknown = [...asked].find((name) => !ATTRIBUTES.has(name));
    if (unknown !== undefined || asked.size === 0)
      throw invalidArgument("Invalid attribute name specified.", "x-amz-object-attributes");
    return {
      LastModified: new Date(object.modifiedAtMs),
      ...versionIdOfObject(object, bucket),
      ...(asked.has("ETag") && { ETag: object.etag }),
      ...(asked.has("Checksum") && object.checksum && { Checksum: checksumOf(object) }),
      ...(asked.has("ObjectParts") && object.parts && { ObjectParts: partsOf(object, input) }),
      ...(asked.has("StorageClass") && { StorageClass: object.storageClass as "STANDARD" }),
      ...(asked.has("ObjectSize") && { ObjectSize: object.size }),
    };
  },
});

/** Without the number of parts that a composite checksum ends with. */
function checksumOf({ checksum }: ObjectRecord) {
  return checksumMembers(checksum && { ...checksum, value: checksum.value.replace(/-\d+$/, "") });
}

/** Parts are told of one by one where each has a checksum of its own. */
function partsOf({ parts = [], checksum }: ObjectRecord, input: S3.GetObjectAttributesRequest) {
  if (checksum?.type !== "COMPOSITE") return { TotalPartsCount: parts.length };
  const marker = Number(input.PartNumberMarker ?? 0);
  const size = Math.min(input.MaxParts ?? MOST_PARTS_A_PAGE, MOST_PARTS_A_PAGE);
  const behind = parts.filter(({ number }) => number > marker);
  const given = behind.slice(0, size);
  return {
    TotalPartsCount: parts.length,
    PartNumberMarker: marker,
    NextPartNumberMarker: given.at(-1)?.number ?? 0,
    MaxParts: size,
    IsTruncated: given.length < behind.length,
    Parts: given.map((part) => ({
      PartNumber: part.number,
      Size: part.size,
      ...(part.checksum && { [`Checksum${checksum.algorithm}`]: part.checksum }),
    })),
  };
}
