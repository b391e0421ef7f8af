/** A page is split when it would become larger. One that holds a single long key may be. */
export const LARGEST_PAGE = 32 * 1024;
export const SMALLEST_PAGE = 256;
/** Larger pages grow in such steps, smaller ones to the next power of two. */
const BLOCK_STEP = LARGEST_PAGE / 8;

/** Memory of a page, which is used again as soon as it is let go: until it is collected, it would be twice what is kept. */
export interface Block {
  readonly bytes: Buffer;
  readonly slots: Uint32Array;
}

/** So many blocks of a size wait for their next use at most. */
const MOST_SPARE = 16;
const spare = new Map<number, Block[]>();

/** @param bytes at least */
export function blockOf(bytes: number): Block {
  const size =
    bytes < BLOCK_STEP
      ? 2 ** Math.ceil(Math.log2(Math.max(bytes, SMALLEST_PAGE)))
      : Math.ceil(bytes / BLOCK_STEP) * BLOCK_STEP;
  const known = spare.get(size)?.pop();
  if (known) return known;
  const buffer = Buffer.allocUnsafeSlow(size);
  return { bytes: buffer, slots: new Uint32Array(buffer.buffer) };
}

export function letGo(block: Block): void {
  const size = block.bytes.length;
  const blocks = spare.get(size);
  if (!blocks) {
    if (size >= SMALLEST_PAGE && size <= LARGEST_PAGE) spare.set(size, [block]);
  } else if (blocks.length < MOST_SPARE) blocks.push(block);
}

/** Some more than is needed: a page that grows is packed anew some few times. */
export function capacityFor(bytes: number): number {
  return Math.max(bytes, Math.min(bytes * 1.25, LARGEST_PAGE));
}
