import { hash } from "node:crypto";

export const LAST_HASH = 2n ** 128n - 1n;

/** Where a partition key falls: its MD5 as a number of 128 bits. */
export function hashOf(partitionKey: string): bigint {
  return BigInt(`0x${hash("md5", partitionKey, "hex")}`);
}

/** The first hash keys of `count` shards of one size. */
export function uniformStarts(count: number): bigint[] {
  const size = (LAST_HASH + 1n) / BigInt(count);
  return Array.from({ length: count }, (_, at) => size * BigInt(at));
}
