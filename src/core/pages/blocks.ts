/** A page is split when it would become larger. One that holds a single long key may be. */
export const LARGEST_PAGE = 64 * 1024;
export const SMALLEST_PAGE = 256;
/** Sizes from one power of two to the next. What a page has to spare is half such a step, on the average. */
const STEPS = 8;
/** What the C library adds to a block. With it, blocks have sizes of which several make up a larger one. */
const ADDED_BYTES = 16;

/** Memory of a page. @param bytes at least */
export function blockOf(bytes: number): Buffer {
  return Buffer.allocUnsafeSlow(sizeFor(bytes));
}

function sizeFor(bytes: number): number {
  const wanted = Math.max(bytes + ADDED_BYTES, SMALLEST_PAGE);
  const step = 2 ** (31 - Math.clz32(wanted)) / STEPS;
  return Math.ceil(wanted / step) * step - ADDED_BYTES;
}

/** Gives memory back at once. Until it is collected, it would be as much as what is kept, and more. */
export function letGo(block: Buffer): void {
  (block.buffer as ArrayBuffer).transfer(0);
}
