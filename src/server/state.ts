import { createWriteStream, linkSync, mkdirSync, mkdtempSync, statfsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { crc32 } from "node:zlib";
import { type Entry, type ZipFile as OpenZip, open as openZip } from "yauzl";
import { ZipFile } from "yazl";
import { type Blobs, checkedName } from "../core/blobs.ts";
import type { SqliteStorage } from "../core/sqlite.ts";

/** A state file is a zip: `squall.db` (the storage) and `blobs/…`. */
const DATABASE = "squall.db";
const BLOBS = "blobs/";

/** Everything that is kept at this moment, as the bytes of one state file. */
export function saveState(storage: SqliteStorage, blobs: Blobs): AsyncIterable<Uint8Array> {
  const folder = mkdtempSync(join(dirname(blobs.folder), "saving-"));
  // In one go: nothing may come between the database and the blobs that it speaks of.
  storage.save(join(folder, DATABASE));
  const names = blobs.names();
  for (const name of names) holdOn(blobs.path(name), join(folder, BLOBS, name));
  const zip = new ZipFile();
  zip.addFile(join(folder, DATABASE), DATABASE);
  for (const name of names) zip.addFile(join(folder, BLOBS, name), BLOBS + name);
  zip.end();
  return (async function* () {
    try {
      for await (const chunk of zip.outputStream) yield chunk as Uint8Array;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  })();
}

/** A second name for a blob: it stays while it is being sent, whatever happens to the first. */
function holdOn(path: string, copy: string): void {
  mkdirSync(dirname(copy), { recursive: true });
  linkSync(path, copy);
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
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const file = join(folder, "state.zip");
    await pipeline(Readable.from(body), createWriteStream(file));
    const blobs = join(folder, "blobs");
    mkdirSync(blobs);
    await unpack(file, folder);
    await rm(file);
    return { database: join(folder, DATABASE), blobs, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/**
 * Replaces everything that is kept with a state's content, all at once: a process that ends on the way has kept what there
 * was before, or has the new state.
 * @returns the time that it was when the state was saved
 * @throws Error that says what is wrong with it; everything then stays as it was
 */
export function loadState(state: ReadState, storage: SqliteStorage, blobs: Blobs): unknown {
  let time: unknown;
  storage.load(state.database, (note) => {
    blobs.replace(state.blobs);
    time = note("clock");
  });
  return time;
}

async function unpack(file: string, folder: string): Promise<void> {
  const open = promisify<string, { lazyEntries: boolean }, OpenZip>(openZip);
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
  await mkdir(dirname(path), { recursive: true });
  let checksum = 0;
  const summed = async function* (chunks: AsyncIterable<Uint8Array>) {
    for await (const chunk of chunks) {
      checksum = crc32(chunk, checksum);
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
