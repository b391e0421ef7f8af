import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";

/** Of so many files, each of so many bytes at most. */
const MOST_FILES = 256;
const MOST_BYTES = 64 * 1024;

interface Spare {
  readonly path: string;
  readonly size: number;
}

/**
 * Files that are nobody's any more, to be written again. A new file is dear where as many have just been removed: ext4 looks for an inode
 * that did not go in the last seconds, 300 to 500 µs of the processor beside the 20 µs of a file that is there.
 *
 * For scratch files only: after a power cut, what a file had before may come back under its old name with its new bytes.
 */
export class SpareFiles {
  readonly #folder: () => string;
  #files: Spare[] = [];
  #count = 0;

  /** @param folder where they are: on the file system of those that come and go */
  constructor(folder: () => string) {
    this.#folder = folder;
  }

  /** @returns whether the file is gone from its place; not if it has another name, is large, or enough are there */
  keep(path: string): boolean {
    if (this.#files.length >= MOST_FILES) return false;
    try {
      const { size, nlink } = statSync(path);
      if (nlink > 1 || size > MOST_BYTES) return false;
      if (this.#count === 0) mkdirSync(this.#folder(), { recursive: true });
      const spare = join(this.#folder(), String(this.#count++));
      renameSync(path, spare);
      this.#files.push({ path: spare, size });
      return true;
    } catch {
      return false;
    }
  }

  /**
   * Writes one of them: under its new name it is whole from the first moment on.
   * @returns whether there was one, and it could be written
   * @throws ENOENT when the folder of its new name is not there; the file is kept
   */
  write(path: string, bytes: Uint8Array): boolean {
    const spare = this.#files.pop();
    if (!spare) return false;
    if (!isWritten(spare, bytes)) {
      rmSync(spare.path, { force: true });
      return false;
    }
    try {
      renameSync(spare.path, path);
    } catch (error) {
      this.#files.push({ path: spare.path, size: bytes.length });
      throw error;
    }
    return true;
  }
}

function isWritten({ path, size }: Spare, bytes: Uint8Array): boolean {
  let file: number | undefined;
  try {
    file = openSync(path, "r+");
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, undefined, at);
    if (size > bytes.length) ftruncateSync(file, bytes.length);
    return true;
  } catch {
    return false;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
