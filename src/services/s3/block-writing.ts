import { write } from "node:fs";
import { type Block, type Blocks, copyBytes } from "./blocks.ts";
import type { Md5 } from "./md5-threads.ts";

/** How many blocks may be under way, to the file or to their MD5. */
const MOST_UNDER_WAY = 6;

/**
 * The way of a large body to its file. What comes fills blocks; each is written by one thread, while a second one takes its
 * MD5, and this one the other checksums.
 */
export class BlockWriting {
  readonly #file: number;
  readonly #blocks: Blocks;
  readonly #md5: Md5;
  readonly #take: (bytes: Uint8Array) => void;
  readonly #underWay = new Set<Promise<void>>();
  #filling: Block | undefined;
  #filled = 0;
  /** Where the next block goes in the file. */
  #at = 0;
  #written = Promise.resolve();
  #error: unknown;

  /**
   * @param file its descriptor; whoever opened it closes it, when nothing is under way any more
   * @param take takes the other checksums, of bytes that it must not keep
   */
  constructor(file: number, blocks: Blocks, md5: Md5, take: (bytes: Uint8Array) => void) {
    this.#file = file;
    this.#blocks = blocks;
    this.#md5 = md5;
    this.#take = take;
  }

  /** Takes the bytes before it returns. To be waited for when it is behind; rejects with what went wrong with these or earlier ones. */
  add(chunk: Uint8Array): Promise<void> | undefined {
    for (let at = 0; at < chunk.length; ) {
      this.#filling ??= this.#blocks.take();
      const piece = chunk.subarray(at, at + this.#filling.length - this.#filled);
      copyBytes(piece, this.#filling, this.#filled);
      this.#filled += piece.length;
      at += piece.length;
      if (this.#filled === this.#filling.length) this.#hand(this.#filling);
    }
    return this.#underWay.size > MOST_UNDER_WAY || this.#error !== undefined ? this.#room() : undefined;
  }

  /** @returns the MD5, in hexadecimal, when all is written */
  async end(): Promise<string> {
    if (this.#filling) this.#hand(this.#filling);
    const digest = this.#md5.digest();
    // Its fault is a block's, too.
    digest.catch(() => {});
    await this.#all();
    if (this.#error !== undefined) throw this.#error;
    return await digest;
  }

  /** The body has broken off. Resolves when nothing of it is under way any more. */
  async abandon(): Promise<void> {
    this.#md5.abandon();
    await this.#all();
  }

  #hand(block: Block): void {
    const bytes = block.subarray(0, this.#filled);
    // One after the other: the kernel lets one at a time into a file, and whoever waits for it turns in a circle.
    this.#written = this.#write(this.#written, bytes, this.#at);
    const ways = [this.#md5.update(bytes), this.#written];
    this.#at += bytes.length;
    this.#filling = undefined;
    this.#filled = 0;
    const handed = this.#handed(block, ways);
    this.#underWay.add(handed);
    void handed.then(() => this.#underWay.delete(handed));
    this.#take(bytes);
  }

  async #handed(block: Block, ways: readonly Promise<void>[]): Promise<void> {
    // Both have to let go of it.
    for (const way of await Promise.allSettled(ways))
      if (way.status === "rejected") this.#error ??= way.reason;
    this.#blocks.giveBack(block);
  }

  async #write(before: Promise<void>, bytes: Block, at: number): Promise<void> {
    await before;
    for (let done = 0; done < bytes.length; )
      done += await writeSome(this.#file, bytes.subarray(done), at + done);
  }

  async #room(): Promise<void> {
    for (const oldest of this.#underWay) {
      await oldest;
      break;
    }
    if (this.#error !== undefined) throw this.#error;
  }

  async #all(): Promise<void> {
    await Promise.all(this.#underWay);
  }
}

/** @returns how many of the bytes have been written */
function writeSome(file: number, bytes: Block, at: number): Promise<number> {
  return new Promise((resolve, reject) => {
    write(file, bytes, 0, bytes.length, at, (error, written) => (error ? reject(error) : resolve(written)));
  });
}
