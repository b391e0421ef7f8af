import { randomBytes, randomFillSync } from "node:crypto";

/** Asking the system for a few bytes costs as much as for many. */
const STOCK = 4_096;

const stock = Buffer.alloc(STOCK);
let used = STOCK;

/** Bytes of the machine's entropy, for keys and nonces: nobody has or will have the same. */
export function entropy(bytes: number): Buffer {
  if (bytes > STOCK / 16) return randomBytes(bytes);
  if (used + bytes > STOCK) {
    randomFillSync(stock);
    used = 0;
  }
  const given = Buffer.from(stock.subarray(used, used + bytes));
  // What has been given is nobody's but the caller's.
  stock.fill(0, used, used + bytes);
  used += bytes;
  return given;
}
