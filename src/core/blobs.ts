import { createReadStream, createWriteStream, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** Large bodies (Lambda zips, S3 objects) as files. A name is a path of plain segments: `lambda/<sha256>.zip`. */
export class Blobs {
  #folder: string | undefined;
  readonly #temporary: boolean;

  /** @param folder where they are kept; without one, a folder of the process that goes with it (made at first use). */
  constructor(folder?: string) {
    this.#folder = folder;
    this.#temporary = folder === undefined;
  }

  get folder(): string {
    this.#folder ??= mkdtempSync(join(tmpdir(), "squall-blobs-"));
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

  /** Removes what belongs to the process only. */
  close(): void {
    if (this.#temporary && this.#folder) rmSync(this.#folder, { recursive: true, force: true });
  }
}
