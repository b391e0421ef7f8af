import { createHash } from "node:crypto";
import { closeSync, fsync } from "node:fs";
import { dirname } from "node:path";
import { promisify } from "node:util";
import type { Blobs } from "../../core/blobs.ts";
import { files } from "../../core/file-promises.ts";
import { followed, joined } from "../../core/joined.ts";
import type { Random } from "../../core/random.ts";
import { BlockWriting } from "./block-writing.ts";
import { Blocks } from "./blocks.ts";
import type { ChecksumAlgorithm } from "./checksums/algorithms.ts";
import { Md5Threads } from "./md5-threads.ts";
import type { Segment } from "./object.ts";

export type Body = Uint8Array | AsyncIterable<Uint8Array> | undefined;

/** A body as it was written. */
export interface WrittenBody {
  readonly segment: Segment;
  readonly size: number;
  /** Hexadecimal. */
  readonly md5: string;
  /** By algorithm, base64. */
  readonly checksums: Readonly<Record<string, string>>;
}

/** Bodies up to this size are written at once: a file costs less so than the way to another thread and back. */
export const SMALL_BYTES = 64 * 1024;
const sync = promisify(fsync);
const READ_BYTES = 256 * 1024;

/**
 * Bodies are files that are written once and never changed; whoever reads one reads it to its end, whatever becomes of its
 * object meanwhile. A file is there before its object is, and goes after it: a process that is killed leaves files without
 * objects at the worst, and those are swept.
 */
export class Bodies {
  readonly #blobs: Blobs;
  readonly #random: Random;
  readonly #blocks = new Blocks();
  readonly #md5 = new Md5Threads();
  readonly #readers = new Map<string, number>();
  /** Where their files are: after a load, another body may have the same name elsewhere. */
  readonly #doomed = new Map<string, string>();
  /** Readers that nobody ever read: their answer was thrown away (a fault, a client that left). */
  readonly #unread = new FinalizationRegistry<readonly string[]>((blobs) => {
    for (const blob of blobs) this.#release(blob);
  });

  constructor(blobs: Blobs, random: Random) {
    this.#blobs = blobs;
    this.#random = random;
  }

  /** Writes a body while its MD5 and other checksums are taken. A body that breaks off leaves nothing. */
  async write(given: Body | string, algorithms: readonly ChecksumAlgorithm[]): Promise<WrittenBody> {
    // A call from within (a test's, another service's) may bring a text.
    const body = await begun(typeof given === "string" ? Buffer.from(given) : given);
    const blob = this.#newName();
    const digests = algorithms.map(({ name, make }) => ({ name, digest: make() }));
    let size = 0;
    const take = (chunk: Uint8Array) => {
      size += chunk.length;
      for (const { digest } of digests) digest.update(chunk);
    };
    let md5: string;
    if (body instanceof Uint8Array && body.length <= SMALL_BYTES) {
      take(body);
      md5 = createHash("md5").update(body).digest("hex");
      this.#blobs.writeSmall(blob, body);
    } else {
      md5 = await this.#writeLarge(blob, body instanceof Uint8Array ? [body] : body, take);
    }
    return {
      segment: { blob, size },
      size,
      md5,
      checksums: Object.fromEntries(
        digests.map(({ name, digest }) => [name, digest.digest().toString("base64")]),
      ),
    };
  }

  /** The bytes of a body from `start` up to and without `end`. */
  read(segments: readonly Segment[], start: number, end: number): AsyncIterable<Uint8Array> {
    const pieces: { blob: string; start: number; end: number }[] = [];
    let at = 0;
    for (const { blob, size } of segments) {
      const from = Math.max(start - at, 0);
      const to = Math.min(end - at, size);
      if (from < to) pieces.push({ blob, start: from, end: to });
      at += size;
    }
    for (const { blob } of pieces) this.#retain(blob);
    const reader = new BodyReader(pieces, this.#blobs, (blob) => this.#release(blob));
    this.#unread.register(
      reader,
      pieces.map(({ blob }) => blob),
      reader,
    );
    reader.onStart = () => this.#unread.unregister(reader);
    return reader;
  }

  /** Keeps bodies, whatever becomes of their object, for whoever is about to read or copy them. */
  hold(segments: readonly Segment[]): Disposable {
    for (const { blob } of segments) this.#retain(blob);
    return {
      [Symbol.dispose]: () => {
        for (const { blob } of segments) this.#release(blob);
      },
    };
  }

  /** As `read`, for bodies that are worth no stream: all of it at once. */
  async readSmall(segments: readonly Segment[], start: number, end: number): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.read(segments, start, end)) chunks.push(chunk);
    return joined(chunks);
  }

  /** Another name of the same file: copies cost nothing. */
  async copy(segments: readonly Segment[]): Promise<Segment[]> {
    return await Promise.all(
      segments.map(async ({ blob, size }) => {
        const name = this.#newName();
        await this.#inFolder(name, async (path) => {
          await files().link(this.#blobs.path(blob), path);
          this.#blobs.keepName(path);
        });
        return { blob: name, size };
      }),
    );
  }

  async stop(): Promise<void> {
    await this.#md5.stop();
  }

  /** Removes bodies that are nobody's any more: when the store has committed that, and nobody reads them. */
  free(segments: readonly Segment[]): void {
    if (segments.length === 0) return;
    this.#blobs.whenKept(() => {
      for (const { blob } of segments) this.#remove(blob);
    });
  }

  #remove(blob: string): void {
    if (this.#readers.has(blob)) this.#doomed.set(blob, this.#blobs.path(blob));
    else this.#blobs.delete(blob);
  }

  #retain(blob: string): void {
    this.#readers.set(blob, (this.#readers.get(blob) ?? 0) + 1);
  }

  #release(blob: string): void {
    const left = (this.#readers.get(blob) ?? 1) - 1;
    if (left > 0) this.#readers.set(blob, left);
    else {
      this.#readers.delete(blob);
      const doomed = this.#doomed.get(blob);
      this.#doomed.delete(blob);
      if (doomed === this.#blobs.path(blob)) this.#remove(blob);
    }
  }

  /** 256 folders: one with a million files in it is slow on many file systems. */
  #newName(): string {
    const id = this.#random.hex(32);
    return `s3/${id.slice(0, 2)}/${id.slice(2)}`;
  }

  /** @returns its MD5 */
  async #writeLarge(
    blob: string,
    chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
    take: (bytes: Uint8Array) => void,
  ): Promise<string> {
    const path = this.#blobs.path(blob);
    const file = this.#blobs.create(blob);
    const writing = new BlockWriting(file, this.#blocks, this.#md5.start(), take);
    let md5: string;
    try {
      for await (const chunk of chunks) {
        const behind = writing.add(chunk);
        if (behind) await behind;
      }
      md5 = await writing.end();
      if (this.#blobs.isDurable) await sync(file);
    } catch (error) {
      await writing.abandon();
      closeSync(file);
      await files().rm(path, { force: true });
      throw error;
    }
    closeSync(file);
    this.#blobs.keepName(path);
    return md5;
  }

  /** Makes the folder when it is missing, and only then: a reset removes it. */
  async #inFolder<T>(blob: string, work: (path: string) => Promise<T>): Promise<T> {
    const path = this.#blobs.path(blob);
    try {
      return await work(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      await files().mkdir(dirname(path), { recursive: true });
      return await work(path);
    }
  }
}

/** A body that comes in pieces is taken together as long as it is small: most of them are there with the first piece. */
async function begun(body: Body): Promise<Uint8Array | AsyncIterable<Uint8Array>> {
  if (body === undefined) return new Uint8Array();
  if (body instanceof Uint8Array) return body;
  const chunks = body[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  for (let size = 0; size <= SMALL_BYTES; ) {
    const { done, value } = await chunks.next();
    if (done) return joined(first);
    first.push(value);
    size += value.length;
  }
  return followed(first, chunks);
}

interface Piece {
  readonly blob: string;
  readonly start: number;
  readonly end: number;
}

/** Reads pieces of files one behind the other, and lets go of each when it is through, or when its reader leaves. */
class BodyReader implements AsyncIterable<Uint8Array> {
  readonly #pieces: readonly Piece[];
  readonly #blobs: Blobs;
  readonly #release: (blob: string) => void;
  onStart: (() => void) | undefined;

  constructor(pieces: readonly Piece[], blobs: Blobs, release: (blob: string) => void) {
    this.#pieces = pieces;
    this.#blobs = blobs;
    this.#release = release;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    this.onStart?.();
    let done = 0;
    try {
      for (const piece of this.#pieces) {
        yield* this.#read(piece);
        this.#release(piece.blob);
        done++;
      }
    } finally {
      for (const { blob } of this.#pieces.slice(done)) this.#release(blob);
    }
  }

  /** The next bytes are read while the last ones are on their way to the client. */
  async *#read({ blob, start, end }: Piece): AsyncGenerator<Uint8Array> {
    const file = await files().open(this.#blobs.path(blob), "r");
    const read = (at: number) => {
      const reading = file.read({ buffer: Buffer.allocUnsafe(Math.min(READ_BYTES, end - at)), position: at });
      // Nobody may come to ask for it.
      reading.catch(() => {});
      return reading;
    };
    let ahead = read(start);
    try {
      for (let at = start; at < end; ) {
        const { bytesRead, buffer } = await ahead;
        if (bytesRead === 0) throw new Error(`The body ${blob} ends at ${at} of ${end} bytes.`);
        at += bytesRead;
        if (at < end) ahead = read(at);
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      await ahead.catch(() => {});
      await file.close();
    }
  }
}
