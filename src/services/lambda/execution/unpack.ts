import { lstatSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { readArchive } from "./archive.ts";

/** Reads an archive without unpacking it. Resolves to the size of its contents in bytes; rejects with a ZipError. */
export function inspectZip(zip: Uint8Array, limitBytes: number): Promise<number> {
  return readArchive(zip, limitBytes, () => {});
}

/**
 * Unpacks an archive into a folder. Nothing is written outside of it: names that climb out are refused, and so are links
 * that point out. Rejects with a ZipError.
 */
export async function unpackZip(zip: Uint8Array, folder: string, limitBytes: number): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const made = new Set([folder]);
  // One by one: what an earlier archive (a layer below) has left as a link is no folder to go on from.
  const makeFolder = (path: string) => {
    if (made.has(path)) return;
    makeFolder(dirname(path));
    if (!lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) replacing(path, () => mkdirSync(path));
    made.add(path);
  };
  const links: { path: string; target: string }[] = [];
  await readArchive(zip, limitBytes, (member) => {
    const path = join(folder, member.name).replace(/\/$/, "");
    if (member.kind === "folder") return makeFolder(path);
    makeFolder(dirname(path));
    if (member.kind === "link") {
      links.push({ path, target: member.target });
      return;
    }
    const mode = (member.mode & 0o777 || 0o644) | 0o600;
    replacing(path, () => writeFileSync(path, member.contents, { mode, flag: "wx" }));
  });
  // Links come last, so that no file of this archive is ever written through one.
  for (const { path, target } of links) {
    replacing(path, () => symlinkSync(target, path));
  }
}

/** What an earlier archive left there goes: it may be a link, and nothing is written through one. */
function replacing(path: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    rmSync(path, { recursive: true });
    write();
  }
}
