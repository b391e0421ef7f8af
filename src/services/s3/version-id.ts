import type { Random } from "../../core/random.ts";
import { zlib } from "../../core/zlib.ts";

/**
 * Version ids and upload ids: 32 characters that hold a number by which they are sorted, chance, and a check, so that an id
 * that S3 never gave is told from one that is gone. https://docs.aws.amazon.com/AmazonS3/latest/userguide/versioning-workflows.html
 */
export const NULL_VERSION = "null";

const ID_BYTES = 24;

export function makeId(sequence: number, random: Random): string {
  const bytes = Buffer.alloc(ID_BYTES);
  bytes.writeDoubleBE(sequence, 0);
  for (const at of [8, 12, 16]) bytes.writeUInt32BE(random.uint32(), at);
  // The sequence is hidden by what is random: ids look like AWS's.
  hide(bytes);
  bytes.writeUInt32BE(zlib().crc32(bytes.subarray(0, 20)), 20);
  // AWS's ids have dots and underscores; a hyphen in front would be an option to command lines.
  return bytes.toString("base64url").replaceAll("-", ".");
}

/** Done twice, it shows the sequence again. */
function hide(bytes: Buffer): void {
  for (let at = 0; at < 8; at++) bytes.writeUInt8(bytes.readUInt8(at) ^ bytes.readUInt8(8 + at), at);
}

/** The number in an id; undefined for what is none. */
export function sequenceOf(id: string): number | undefined {
  if (!/^[\w.]{32}$/.test(id)) return undefined;
  const bytes = Buffer.from(id.replaceAll(".", "-"), "base64url");
  if (bytes.readUInt32BE(20) !== zlib().crc32(bytes.subarray(0, 20))) return undefined;
  hide(bytes);
  return bytes.readDoubleBE(0);
}
