import { createReadStream, createWriteStream, mkdirSync, mkdtempSync, statfsSync } from "node:fs";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import type { Entry, ZipFile as OpenZip } from "yauzl";
import type { ZipFile } from "yazl";
import { type Blobs, checkedName } from "../core/blobs.ts";
import { files } from "../core/file-promises.ts";
import type { KeptStorage } from "../core/kept-storage.ts";
import { lazily } from "../core/lazily.ts";
import { zlib } from "../core/zlib.ts";

const yauzl = lazily<typeof import("yauzl")>("yauzl");
const yazl = lazily<typeof import("yazl")>("yazl");

/** A state file is a zip: `squall.db` (the storage) and `blobs/…`. */
const DATABASE = "squall.db";
const BLOBS = "blobs/";

/** So many blobs get their second name at a time. */
const LINKS = 64;

/**
 * Everything that is kept, as it is in one moment before this resolves, as the bytes of one state file. All others go on
 * meanwhile.
 */
export async function saveState(storage: KeptStorage, blobs: Blobs): Promise<AsyncIterable<Uint8Array>> {
  const folder = mkdtempSync(join(dirname(blobs.folder), "saving-"));
  const remove = () => files().rm(folder, { recursive: true, force: true });
  try {
    const held = await copied(storage, blobs, folder);
    const zip = new (yazl().ZipFile)();
    const bytes = zip.outputStream as Readable;
    // What cannot be read is the reader's to hear, who may have left by then.
    zip.on("error", (error: Error) => bytes.destroy(error));
    bytes.on("error", () => {});
    zip.addFile(join(folder, DATABASE), DATABASE);
    for (const { name, size } of held) addBlob(zip, join(folder, BLOBS, name), BLOBS + name, size);
    zip.end();
    return withEnd(bytes, remove);
  } catch (error) {
    await remove();
    throw error;
  }
}

/** A blob that is kept for the state file, as far as it had been written. */
interface HeldBlob {
  readonly name: string;
  readonly size: number;
}

async function copied(storage: KeptStorage, blobs: Blobs, folder: string): Promise<HeldBlob[]> {
  // From before the rows are copied: those that the copy speaks of must not go before they are held.
  using _hold = blobs.hold();
  for (;;) {
    const { generation } = storage;
    try {
      await storage.save(join(folder, DATABASE));
      const held = await holdOnAll(blobs, join(folder, BLOBS));
      if (storage.generation === generation) return held;
    } catch (error) {
      if (storage.generation === generation) throw error;
    }
    // A reset or a load has put others in the place of all blobs.
    await files().rm(join(folder, DATABASE), { force: true });
    await files().rm(join(folder, BLOBS), { recursive: true, force: true });
  }
}

async function holdOnAll(blobs: Blobs, folder: string): Promise<HeldBlob[]> {
  const names = await blobs.allNames();
  const held: HeldBlob[] = [];
  for (let at = 0; at < names.length; at += LINKS) {
    const some = names.slice(at, at + LINKS);
    held.push(...(await Promise.all(some.map((name) => holdOn(blobs.path(name), folder, name)))).flat());
  }
  return held;
}

/** A second name for a blob: it stays while it is being sent, whatever happens to the first. */
async function holdOn(path: string, folder: string, name: string): Promise<HeldBlob[]> {
  const copy = join(folder, name);
  try {
    await files().mkdir(dirname(copy), { recursive: true });
    await files().link(path, copy);
    return [{ name, size: (await files().stat(copy)).size }];
  } catch (error) {
    // One that did not come to be written whole is nobody's.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** It may be one that is still being written, which no record names yet: it is sent as far as it was there. */
function addBlob(zip: ZipFile, path: string, name: string, size: number): void {
  zip.addReadStreamLazy(name, { size }, (opened) =>
    opened(null, size === 0 ? Readable.from([]) : createReadStream(path, { end: size - 1 })),
  );
}

/** A stream with what is to be done when it has ended, or its reader has left; also one who leaves before its first chunk. */
function withEnd(chunks: AsyncIterable<Uint8Array>, end: () => Promise<void>): AsyncIterable<Uint8Array> {
  const all = chunks[Symbol.asyncIterator]();
  return {
    [Symbol.asyncIterator]: () => ({
      async next() {
        try {
          const result = await all.next();
          if (result.done) await end();
          return result;
        } catch (error) {
          await end();
          throw error;
        }
      },
      async return() {
        await all.return?.();
        await end();
        return { done: true, value: undefined };
      },
    }),
  };
}

/** A state file that has been read and found whole, not yet in use. */
export interface ReadState {
  readonly database: string;
  readonly blobs: string;
  remove(): Promise<void>;
}

/**
 * Reads a state file to the disk, and checks it on the way: that it is one, that nothing in it leads out of its folder, that
 * there is room for it, and every file's length and checksum.
 * @param parent the folder that the blobs' folder is in
 * @throws Error that says what is wrong with it
 */
export async function readState(body: AsyncIterable<Uint8Array>, parent: string): Promise<ReadState> {
  const folder = mkdtempSync(join(parent, "loading-"));
  const remove = () => files().rm(folder, { recursive: true, force: true });
  try {
    const file = join(folder, "state.zip");
    await pipeline(Readable.from(body), createWriteStream(file));
    const blobs = join(folder, "blobs");
    mkdirSync(blobs);
    await unpack(file, folder);
    await files().rm(file);
    return { database: join(folder, DATABASE), blobs, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/**
 * Replaces everything that is kept with a state's content, all at once: a process that ends on the way has kept what there
 * was before, or has the new state. All others go on while it is being read in.
 * @param whenRead has it replaced when it is time for it; `replace` gives the time that it was when the state was saved
 * @throws Error that says what is wrong with it; everything then stays as it was
 */
export async function loadState(
  state: ReadState,
  storage: KeptStorage,
  blobs: Blobs,
  whenRead: (replace: () => unknown) => unknown = (replace) => replace(),
): Promise<void> {
  try {
    await blobs.keepNames(state.blobs);
    await storage.load(state.database, (replace) =>
      whenRead(() => {
        let time: unknown;
        try {
          replace((note) => {
            blobs.replace(state.blobs);
            time = note("clock");
          });
        } finally {
          blobs.renew();
        }
        return time;
      }),
    );
  } finally {
    await blobs.sweep();
  }
}

async function unpack(file: string, folder: string): Promise<void> {
  const open = promisify<string, { lazyEntries: boolean }, OpenZip>(yauzl().open);
  let zip: OpenZip;
  try {
    zip = await open(file, { lazyEntries: true });
  } catch (error) {
    throw notAState((error as Error).message);
  }
  const room = statfsSync(folder);
  let roomBytes = room.bavail * room.bsize;
  let hasDatabase = false;
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName.endsWith("/")) continue;
      roomBytes -= entry.uncompressedSize;
      if (roomBytes < 0)
        throw new Error("There is not enough room on the disk for what is in this state file.");
      hasDatabase ||= entry.fileName === DATABASE;
      await unpackEntry(zip, entry, join(folder, nameOf(entry)));
    }
  } finally {
    zip.close();
  }
  if (!hasDatabase) throw notAState("it has no database in it");
}

function nameOf({ fileName }: Entry): string {
  if (fileName === DATABASE) return DATABASE;
  if (!fileName.startsWith(BLOBS)) throw notAState(`it has a file ${JSON.stringify(fileName)}`);
  return BLOBS + checkedName(fileName.slice(BLOBS.length));
}

async function unpackEntry(zip: OpenZip, entry: Entry, path: string): Promise<void> {
  await files().mkdir(dirname(path), { recursive: true });
  let checksum = 0;
  const summed = async function* (chunks: AsyncIterable<Uint8Array>) {
    for await (const chunk of chunks) {
      checksum = zlib().crc32(chunk, checksum);
      yield chunk;
    }
  };
  try {
    await pipeline(await zip.openReadStreamPromise(entry), summed, createWriteStream(path, { flush: true }));
  } catch (error) {
    throw notAState(`${entry.fileName}: ${(error as Error).message}`);
  }
  if (checksum !== entry.crc32) throw notAState(`${entry.fileName} is damaged`);
}

const notAState = (why: string) =>
  new Error(`This is not a state file that Squall saved, or not a whole one: ${why.replace(/\.$/, "")}.`);
