import { closeSync, fdatasync, fdatasyncSync, fstatSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { promisify } from "node:util";
import { isFileAt } from "../same-file.ts";

/** Writes all bytes to a file, from `position` on. */
export type Write = (descriptor: number, bytes: Uint8Array, position: number) => void;

export const writeAll: Write = (descriptor, bytes, position) => {
  for (let at = 0; at < bytes.length; )
    at += writeSync(descriptor, bytes, at, bytes.length - at, position + at);
};

/** A file that grows at its end. What could not be written whole is not there. */
export class Appending {
  readonly #descriptor: number;
  readonly #isDurable: boolean;
  readonly #write: Write;
  #size: number;
  /** There may be something behind the end: a write has failed. */
  #isUnsure = false;
  #isClosed = false;

  /**
   * @param size up to where it is good; what is behind that goes
   * @param isDurable what has been appended outlives the machine, too
   */
  constructor(file: string, size: number, isDurable: boolean, write: Write = writeAll) {
    this.#descriptor = openSync(file, size === 0 ? "w" : "r+");
    this.#isDurable = isDurable;
    this.#write = write;
    this.#size = size;
    if (fstatSync(this.#descriptor).size > size) ftruncateSync(this.#descriptor, size);
  }

  get size(): number {
    return this.#size;
  }

  /** Is it the one that has this name? */
  isAt(path: string): boolean {
    return isFileAt(path, fstatSync(this.#descriptor));
  }

  append(bytes: Uint8Array): void {
    if (this.#isUnsure) this.#cut();
    this.#isUnsure = true;
    try {
      this.#write(this.#descriptor, bytes, this.#size);
      if (this.#isDurable) fdatasyncSync(this.#descriptor);
    } catch (error) {
      this.#tryToCut();
      throw error;
    }
    this.#isUnsure = false;
    this.#size += bytes.length;
  }

  /** What has been appended outlives the machine. */
  keep(): void {
    fdatasyncSync(this.#descriptor);
  }

  /** As `keep`, while others go on. */
  kept(): Promise<void> {
    return promisify(fdatasync)(this.#descriptor);
  }

  close(): void {
    if (!this.#isClosed) closeSync(this.#descriptor);
    this.#isClosed = true;
  }

  #cut(): void {
    ftruncateSync(this.#descriptor, this.#size);
    this.#isUnsure = false;
  }

  #tryToCut(): void {
    try {
      this.#cut();
    } catch {
      // It is tried again before the next write, which nobody is told is kept until then.
    }
  }
}
