import { createWriteStream } from "node:fs";
import { mkdir, symlink, unlink } from "node:fs/promises";
import { dirname, isAbsolute, join, normalize, relative, resolve, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import yauzl, { type Entry, type ZipFile } from "yauzl";

/** What is wrong with an archive. */
export class ZipError extends Error {
  readonly reason: "malformed" | "too-large" | "unsafe";
  constructor(reason: ZipError["reason"], message: string) {
    super(message);
    this.reason = reason;
  }
}

const FILE_TYPE = 0o170000;
const SYMLINK = 0o120000;
const LONGEST_LINK_BYTES = 4096;

/** Reads the directory of an archive without unpacking it. Resolves to the size of its contents in bytes; rejects with a ZipError. */
export async function inspectZip(zip: Uint8Array, limitBytes: number): Promise<number> {
  let sizeBytes = 0;
  await eachEntry(zip, async (entry) => {
    sizeBytes += entry.uncompressedSize;
    if (sizeBytes > limitBytes) throw new ZipError("too-large", `The contents exceed ${limitBytes} bytes.`);
  });
  return sizeBytes;
}

/**
 * Unpacks an archive into a folder. Nothing is written outside of it: names that climb out are refused, and so are links
 * that point out. Rejects with a ZipError.
 */
export async function unpackZip(zip: Uint8Array, folder: string, limitBytes: number): Promise<void> {
  let sizeBytes = 0;
  const made = new Set<string>();
  const makeFolder = async (path: string) => {
    if (made.has(path)) return;
    await mkdir(path, { recursive: true });
    made.add(path);
  };
  const links: { path: string; target: string }[] = [];
  await makeFolder(folder);
  await eachEntry(zip, async (entry, archive) => {
    const path = join(folder, entry.fileName);
    if (entry.fileName.endsWith("/")) return makeFolder(path);
    sizeBytes += entry.uncompressedSize;
    if (sizeBytes > limitBytes) throw new ZipError("too-large", `The contents exceed ${limitBytes} bytes.`);
    const mode = entry.externalFileAttributes >>> 16;
    await makeFolder(dirname(path));
    if ((mode & FILE_TYPE) === SYMLINK) {
      links.push({ path, target: await readLink(archive, entry) });
      return;
    }
    const permissions = mode & 0o777 || 0o644;
    const contents = await open(archive, entry);
    await unlink(path).catch(() => {});
    await pipeline(contents, createWriteStream(path, { mode: permissions | 0o600 }));
  });
  // Links come last, so that no file is ever written through one.
  for (const { path, target } of links) {
    const place = resolve(dirname(path), target);
    if (isAbsolute(target) || !isInside(folder, place)) {
      throw new ZipError("unsafe", `The link ${relative(folder, path)} points out of the archive.`);
    }
    await unlink(path).catch(() => {});
    await symlink(target, path);
  }
}

function isInside(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder + sep);
}

async function readLink(archive: ZipFile, entry: Entry): Promise<string> {
  if (entry.uncompressedSize > LONGEST_LINK_BYTES) throw new ZipError("unsafe", "A link is too long.");
  const chunks: Buffer[] = [];
  for await (const chunk of await open(archive, entry)) chunks.push(chunk as Buffer);
  return normalize(Buffer.concat(chunks).toString());
}

function open(archive: ZipFile, entry: Entry): Promise<NodeJS.ReadableStream> {
  return new Promise((resolve, reject) => {
    archive.openReadStream(entry, (error, stream) => (error ? reject(malformed(error)) : resolve(stream)));
  });
}

function malformed(error: Error): ZipError {
  return error instanceof ZipError ? error : new ZipError("malformed", error.message);
}

/** Visits entries one after the other. yauzl refuses absolute names, `..` and backslashes by itself. */
function eachEntry(zip: Uint8Array, visit: (entry: Entry, archive: ZipFile) => Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const bytes = Buffer.from(zip.buffer, zip.byteOffset, zip.byteLength);
    yauzl.fromBuffer(bytes, { lazyEntries: true }, (error, archive) => {
      if (error) return reject(malformed(error));
      archive.on("entry", (entry: Entry) => {
        visit(entry, archive).then(
          () => archive.readEntry(),
          (failure: Error) => reject(malformed(failure)),
        );
      });
      archive.on("end", () => resolve());
      archive.on("error", (failure: Error) => reject(malformed(failure)));
      archive.readEntry();
    });
  });
}
