/** A piece of a body, in memory that threads share. */
export type Block = Uint8Array<SharedArrayBuffer>;

export const BLOCK_BYTES = 256 * 1024;
/** 4 MiB stay, however many there were. */
const MOST_FREE = 16;

/** Blocks are used again: the machine takes longer to find new memory than to fill it. */
export class Blocks {
  readonly #free: Block[] = [];

  take(): Block {
    return this.#free.pop() ?? new Uint8Array(new SharedArrayBuffer(BLOCK_BYTES));
  }

  /** Takes back a block that nobody reads any more. */
  giveBack(block: Block): void {
    if (this.#free.length < MOST_FREE) this.#free.push(block);
  }
}
