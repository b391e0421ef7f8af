import { promisify } from "node:util";
import type { ZlibOptions } from "node:zlib";
import { zlib } from "../core/zlib.ts";

/** A thousand rules are 260 KB: what is more than this unpacked is nobody's rules, and must not take the memory of all gateways. */
const MOST_BYTES = 64 * 1024 * 1024;

/** JSON, packed: a thousand rules are 260 KB of text, and hardly 10 KB so. */
export const packed = (value: unknown): Promise<Buffer> => promisify(zlib().gzip)(JSON.stringify(value));

/** @throws Error for what is not packed, too much, or no JSON */
export async function unpacked<T>(data: Uint8Array): Promise<T> {
  try {
    return JSON.parse(
      (
        await promisify<Uint8Array, ZlibOptions, Buffer>(zlib().gunzip)(data, { maxOutputLength: MOST_BYTES })
      ).toString("utf8"),
    ) as T;
  } catch (error) {
    const why =
      (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE"
        ? `more than ${MOST_BYTES} bytes when it is unpacked`
        : (error as Error).message;
    throw new Error(`What the fleet's store holds is nothing of a fleet's: ${why}`, { cause: error });
  }
}
