import type { Block } from "./arena.ts";

/** A page is split when it would become larger. One that holds a single long key may be. */
export const LARGEST_PAGE = 64 * 1024;
export const SMALLEST_PAGE = 256;
/** Sizes from one power of two to the next. What a page has to spare is half such a step, on the average. */
const STEPS = 8;

let usedBytes = 0;

/** Memory of a page: a buffer of its own. @param bytes at least */
export function blockOf(bytes: number): Block {
  const size = sizeFor(bytes);
  usedBytes += size;
  return { chunk: 0, bytes: Buffer.allocUnsafeSlow(size), begin: 0, end: size };
}

function sizeFor(bytes: number): number {
  const wanted = Math.max(bytes, SMALLEST_PAGE);
  const step = 2 ** (31 - Math.clz32(wanted)) / STEPS;
  return Math.ceil(wanted / step) * step;
}

/** Nobody needs the block any more: it goes when it is collected, so that who still looks at it sees what was there. */
export function letGo({ begin, end }: Block): void {
  usedBytes -= end - begin;
}

/** What the pages of all trees take. */
export function bytesOfPages(): number {
  return usedBytes;
}
