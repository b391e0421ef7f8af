import { mkdirSync, openSync, renameSync, statSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";

/** Of so many files, with so many bytes in all, each of so many at most. */
const MOST_FILES = 256;
const MOST_BYTES = 64 * 1024 ** 2;
const MOST_BYTES_EACH = 8 * 1024 ** 2;

/** A file to be written from its beginning. */
export interface NewFile {
  /** Its descriptor. */
  readonly file: number;
  /** So many are in it from before: whoever writes fewer cuts it off behind them. */
  readonly oldBytes: number;
}

interface Spare {
  readonly path: string;
  readonly size: number;
}

/**
 * Files that are nobody's any more, to be written again. A new file is dear where as many have just been removed: ext4 looks for an inode
 * that did not go in the last seconds, 300 to 500 µs of the processor beside the 20 µs of a file that is there.
 */
export class SpareFiles {
  readonly #folder: () => string;
  #files: Spare[] = [];
  #bytes = 0;
  #count = 0;

  /** @param folder where they are: on the file system of those that come and go */
  constructor(folder: () => string) {
    this.#folder = folder;
  }

  /** @returns whether the file is gone from its place; not if it has another name, or enough are there */
  keep(path: string): boolean {
    if (this.#files.length >= MOST_FILES) return false;
    try {
      const { size, nlink } = statSync(path);
      if (nlink > 1 || size > MOST_BYTES_EACH || this.#bytes + size > MOST_BYTES) return false;
      const spare = join(this.#folder(), String(this.#count++));
      if (this.#count === 1) mkdirSync(this.#folder(), { recursive: true });
      renameSync(path, spare);
      this.#files.push({ path: spare, size });
      this.#bytes += size;
      return true;
    } catch {
      return false;
    }
  }

  /** Gives one of them a new place. @returns undefined when there is none, or it cannot have that place */
  take(path: string): NewFile | undefined {
    const spare = this.#files.pop();
    if (!spare) return undefined;
    this.#bytes -= spare.size;
    try {
      renameSync(spare.path, path);
      return { file: openSync(path, "r+"), oldBytes: spare.size };
    } catch {
      return undefined;
    }
  }

  async clear(): Promise<void> {
    this.#files = [];
    this.#bytes = 0;
    if (this.#count > 0) await rm(this.#folder(), { recursive: true, force: true });
    this.#count = 0;
  }
}
