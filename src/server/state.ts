import { mkdtempSync, rmSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { promisify } from "node:util";
import { type Entry, fromBuffer, type ZipFile as OpenZip } from "yauzl";
import { ZipFile } from "yazl";
import type { Blobs } from "../core/blobs.ts";
import type { Storage } from "../core/storage.ts";

/** A state file is a zip: `squall.db` (the storage) and `blobs/…`. */
const DATABASE = "squall.db";

/** Everything that is kept, as the bytes of one state file. */
export async function saveState(storage: Storage, blobs: Blobs): Promise<AsyncIterable<Uint8Array>> {
  const folder = mkdtempSync(join(tmpdir(), "squall-state-"));
  const zip = new ZipFile();
  storage.save(join(folder, DATABASE));
  zip.addFile(join(folder, DATABASE), DATABASE);
  for (const file of await filesBelow(blobs.folder)) zip.addFile(join(blobs.folder, file), `blobs/${file}`);
  zip.end();
  return (async function* () {
    try {
      for await (const chunk of zip.outputStream) yield chunk as Uint8Array;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  })();
}

/**
 * Replaces everything that is kept with a state file's content.
 * @throws Error that says what is wrong with the file; the storage then stays as it was
 */
export async function loadState(state: Uint8Array, storage: Storage, blobs: Blobs): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "squall-state-"));
  try {
    const files = await unpack(state, folder);
    if (!files.includes(DATABASE))
      throw new Error("This is not a state file that Squall saved: it has no database in it.");
    storage.load(join(folder, DATABASE));
    blobs.clear();
    const { readFile } = await import("node:fs/promises");
    for (const file of files) {
      if (file.startsWith("blobs/"))
        await blobs.write(file.slice("blobs/".length), await readFile(join(folder, file)));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

/** Unpacks a zip below a folder. yauzl refuses names that lead out of it. */
async function unpack(state: Uint8Array, folder: string): Promise<string[]> {
  const open = promisify<Buffer, { lazyEntries: boolean }, OpenZip>(fromBuffer);
  let zip: OpenZip;
  try {
    zip = await open(Buffer.from(state), { lazyEntries: true });
  } catch (error) {
    throw new Error(`This is not a state file that Squall saved: ${(error as Error).message}`);
  }
  const files: string[] = [];
  const read = promisify(
    zip.openReadStream.bind(zip) as (
      entry: Entry,
      done: (error: Error | null, stream: AsyncIterable<Uint8Array>) => void,
    ) => void,
  );
  await new Promise<void>((resolve, reject) => {
    zip.on("error", reject);
    zip.on("end", resolve);
    zip.on("entry", (entry: Entry) => {
      const store = async () => {
        const path = join(folder, entry.fileName);
        await mkdir(dirname(path), { recursive: true });
        const chunks: Uint8Array[] = [];
        for await (const chunk of (await read(entry)) as AsyncIterable<Uint8Array>) chunks.push(chunk);
        await writeFile(path, Buffer.concat(chunks));
        files.push(entry.fileName);
      };
      (entry.fileName.endsWith("/") ? Promise.resolve() : store()).then(() => zip.readEntry(), reject);
    });
    zip.readEntry();
  });
  return files;
}
