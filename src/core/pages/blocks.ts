import { Arena, type Block } from "./arena.ts";

/** A page is split when it would become larger. One that holds a single long key may be. */
export const LARGEST_PAGE = 64 * 1024;
export const SMALLEST_PAGE = 256;
/** Sizes from one power of two to the next. What a page has to spare is half such a step, on the average. */
const STEPS = 8;

/** The pages of all trees of a thread have their memory here. */
const arena = new Arena();

/** Memory of a page. @param bytes at least */
export function blockOf(bytes: number): Block {
  return arena.take(sizeFor(bytes));
}

function sizeFor(bytes: number): number {
  const wanted = Math.max(bytes, SMALLEST_PAGE);
  const step = 2 ** (31 - Math.clz32(wanted)) / STEPS;
  return Math.ceil(wanted / step) * step;
}

/** Gives memory back. Nobody may look at the block any more. */
export function letGo(block: Block): void {
  arena.free(block);
}

/** The bytes of a block's chunk, by its number. */
export function bytesOfChunk(chunk: number): Buffer {
  return arena.bytesOf(chunk);
}

/** What the pages of all trees take. */
export function bytesOfPages(): number {
  return arena.usedBytes;
}
