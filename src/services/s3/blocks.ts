import { asBuffer } from "../../protocols/bytes.ts";

/** A piece of a body, in memory that threads share. */
export type Block = Buffer<SharedArrayBuffer>;

export const BLOCK_BYTES = 256 * 1024;
/** 4 MiB stay, however many there were. */
const MOST_FREE = 16;

/**
 * Copies bytes to or from memory that may be shared. `TypedArray.set` would take ten times as long there: it copies so that
 * other threads may look on, word by word at best.
 */
export function copyBytes(from: Uint8Array, to: Buffer, at: number): void {
  asBuffer(from).copy(to, at);
}

/** Blocks are used again: the machine takes longer to find new memory than to fill it. */
export class Blocks {
  readonly #free: Block[] = [];

  take(): Block {
    return this.#free.pop() ?? Buffer.from(new SharedArrayBuffer(BLOCK_BYTES));
  }

  /** Takes back a block that nobody reads any more. */
  giveBack(block: Block): void {
    if (this.#free.length < MOST_FREE) this.#free.push(block);
  }
}
