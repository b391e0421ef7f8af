import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { crc32 } from "node:zlib";
import { checkFileHeader, FILE_HEADER } from "./file-header.ts";
import { BATCH_HEADER } from "./records.ts";

const CHUNK_BYTES = 1024 * 1024;

/** How a file ends: all of its bytes are batches, the last one was not written to its end, or what stands there is none. */
export type Ending = "whole" | "torn" | "damaged";

/**
 * Reads a log or a snapshot, batch by batch: the records of each, which are good until the next one.
 * @throws Error that says what is wrong with it, when it is none
 */
export class Reading {
  readonly #descriptor: number;
  readonly #size: number;
  #buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  /** What of the buffer has been read from the file, and not given out. */
  #from = 0;
  #to = 0;
  /** Up to where the file is batches. */
  end = FILE_HEADER.length;
  ending: Ending = "whole";

  constructor(file: string) {
    this.#descriptor = openSync(file, "r");
    try {
      this.#size = fstatSync(this.#descriptor).size;
      checkFileHeader(this.#read(Math.min(this.#size, FILE_HEADER.length)) ?? Buffer.alloc(0));
    } catch (error) {
      this.close();
      throw error;
    }
  }

  get size(): number {
    return this.#size;
  }

  /** The next batch's records; undefined behind the last one: `ending` then says how it ends. */
  next(): Buffer | undefined {
    const left = this.#size - this.end;
    if (left === 0) return this.#ends("whole");
    const header = left < BATCH_HEADER ? undefined : this.#read(BATCH_HEADER);
    if (!header) return this.#ends("torn");
    const length = header.readUInt32LE(0);
    const sum = header.readUInt32LE(4);
    // What a power cut leaves of a file may be zeros.
    if (length === 0) return this.#ends("damaged");
    if (length > left - BATCH_HEADER) return this.#ends("torn");
    const records = this.#read(length);
    if (!records || crc32(records) !== sum) return this.#ends("damaged");
    this.end += BATCH_HEADER + length;
    return records;
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #ends(how: Ending): undefined {
    this.ending = how;
  }

  /** So many bytes more; undefined when there are fewer. */
  #read(length: number): Buffer | undefined {
    if (this.#to - this.#from < length) this.#fill(length);
    if (this.#to - this.#from < length) return undefined;
    const bytes = this.#buffer.subarray(this.#from, this.#from + length);
    this.#from += length;
    return bytes;
  }

  #fill(length: number): void {
    const had = this.#buffer.subarray(this.#from, this.#to);
    const buffer = length > this.#buffer.length ? Buffer.allocUnsafeSlow(length) : this.#buffer;
    had.copy(buffer);
    this.#buffer = buffer;
    this.#from = 0;
    this.#to = had.length;
    while (this.#to < buffer.length) {
      const read = readSync(this.#descriptor, buffer, this.#to, buffer.length - this.#to, null);
      if (read === 0) return;
      this.#to += read;
    }
  }
}
