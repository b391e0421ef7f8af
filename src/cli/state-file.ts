import { closeSync, createReadStream, openSync, readSync } from "node:fs";
import { Catalog } from "../aws/catalog.ts";
import { digestOf, type ResourceDigest } from "../aws/digest.ts";
import { MemoryStorage } from "../core/memory.ts";
import { Scratch } from "../core/scratch.ts";
import { whyNot } from "../core/why-not.ts";
import { readState } from "../server/state.ts";
import { loadDeclarations } from "../service-folders.ts";
import { CliError } from "./cli-error.ts";

/**
 * What is in a state file, read without any service: nothing begins to run, no queue is polled.
 * @throws CliError that names the file and what is wrong with it
 */
export async function digestOfStateFile(file: string): Promise<ResourceDigest[]> {
  const scratch = new Scratch();
  try {
    const { database } = await readState(createReadStream(file), scratch.folder("state"));
    const storage = new MemoryStorage();
    try {
      await storage.load(database);
      return digestOf(new Catalog(await loadDeclarations(), storage));
    } finally {
      storage.close();
    }
  } catch (error) {
    throw new CliError(`${file} cannot be read as a state: ${whyNot(error)}`);
  } finally {
    await scratch.remove();
  }
}

/** Does it begin as a zip does? What is in it is seen when it is read. */
export function looksLikeState(file: string): boolean {
  const begin = Buffer.alloc(4);
  const fd = openSync(file, "r");
  try {
    readSync(fd, begin, 0, 4, 0);
  } finally {
    closeSync(fd);
  }
  return begin.toString("latin1") === "PK\x03\x04";
}
