import { createReadStream, createWriteStream, mkdirSync, rmSync } from "node:fs";
import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Scratch } from "./scratch.ts";

/** Large bodies (Lambda zips, S3 objects) as files. A name is a path of plain segments: `lambda/<sha256>.zip`. */
export class Blobs {
  #folder: string | undefined;
  readonly #scratch: Scratch;

  /** @param folder where they are kept; without one they are scratch files, and go with the process */
  constructor(scratch: Scratch, folder?: string) {
    this.#scratch = scratch;
    this.#folder = folder;
  }

  get folder(): string {
    this.#folder ??= this.#scratch.folder("blobs");
    return this.#folder;
  }

  /** The file of a blob. */
  path(name: string): string {
    if (!/^[\w.-]+(\/[\w.-]+)*$/.test(name) || name.split("/").includes("..")) {
      throw new Error(`A blob's name is made of plain path segments, not "${name}".`);
    }
    return join(this.folder, name);
  }

  /** Writes a blob whole: readers see the old one or the new one, never a part. */
  async write(name: string, body: Uint8Array | AsyncIterable<Uint8Array>): Promise<void> {
    const path = this.path(name);
    await mkdir(dirname(path), { recursive: true });
    const part = `${path}.part-${process.hrtime.bigint()}`;
    try {
      if (body instanceof Uint8Array) await writeFile(part, body);
      else await pipeline(Readable.from(body), createWriteStream(part));
      await rename(part, path);
    } catch (error) {
      await rm(part, { force: true });
      throw error;
    }
  }

  read(name: string): Promise<Uint8Array> {
    return readFile(this.path(name));
  }

  /** @param range first and last byte, both included */
  stream(name: string, range?: { start: number; end: number }): AsyncIterable<Uint8Array> {
    return createReadStream(this.path(name), range);
  }

  async size(name: string): Promise<number | undefined> {
    try {
      return (await stat(this.path(name))).size;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  }

  async delete(name: string): Promise<void> {
    await rm(this.path(name), { force: true });
  }

  /** Removes all of them. */
  clear(): void {
    if (!this.#folder) return;
    rmSync(this.#folder, { recursive: true, force: true });
    mkdirSync(this.#folder, { recursive: true });
  }
}
