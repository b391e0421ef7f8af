import { dirname, isAbsolute, join, normalize } from "node:path";
import { type Entry, fromBuffer } from "yauzl";
import { zlib } from "../../../core/zlib.ts";

/** What is wrong with an archive. */
export class ZipError extends Error {
  readonly reason: "malformed" | "too-large" | "unsafe";
  constructor(reason: ZipError["reason"], message: string) {
    super(message);
    this.reason = reason;
  }
}

/** Something in an archive, its name relative to it: checked, but for what it would replace. */
export type Member =
  | { readonly kind: "folder"; readonly name: string }
  | { readonly kind: "file"; readonly name: string; readonly contents: Buffer; readonly mode: number }
  | { readonly kind: "link"; readonly name: string; readonly target: string };

const FILE_TYPE = 0o170000;
const SYMLINK = 0o120000;
const LONGEST_LINK_BYTES = 4096;
/** Linux's. */
const LONGEST_NAME_BYTES = 255;
const LONGEST_PATH = 3000;
const ENCRYPTED = 1;
const STORED = 0;
const DEFLATED = 8;
const LOCAL_HEADER_BYTES = 30;

/**
 * Reads an archive from its first member to its last, contents and checksums too. Resolves to the size of its contents in
 * bytes; rejects with a ZipError, or with what `visit` throws. Contents are inflated in one go: large archives belong into a thread of their own.
 */
export function readArchive(
  zip: Uint8Array,
  limitBytes: number,
  visit: (member: Member) => void,
): Promise<number> {
  const bytes = Buffer.from(zip.buffer, zip.byteOffset, zip.byteLength);
  const names = new Names();
  let sizeBytes = 0;
  return new Promise((resolve, reject) => {
    // yauzl refuses absolute names, `..` and backslashes by itself.
    fromBuffer(bytes, { lazyEntries: true }, (error, archive) => {
      if (error) return reject(malformed(error));
      archive.on("entry", (entry: Entry) => {
        let member: Member;
        try {
          sizeBytes += entry.uncompressedSize;
          if (sizeBytes > limitBytes)
            throw new ZipError("too-large", `The contents exceed ${limitBytes} bytes.`);
          member = memberOf(bytes, entry);
          names.take(member);
        } catch (failure) {
          return reject(malformed(failure as Error));
        }
        try {
          visit(member);
        } catch (failure) {
          return reject(failure);
        }
        archive.readEntry();
      });
      archive.on("end", () => resolve(sizeBytes));
      archive.on("error", (failure: Error) => reject(malformed(failure)));
      archive.readEntry();
    });
  });
}

/** Folders and what is none: one name cannot be both. */
class Names {
  readonly #folders = new Set(["."]);
  readonly #others = new Set<string>();

  take({ kind, name }: Member): void {
    this.#takeFolders(kind === "folder" ? normalize(name).replace(/\/$/, "") : dirname(normalize(name)));
    if (kind === "folder") return;
    if (this.#folders.has(normalize(name))) throw new ZipError("malformed", `${name} is a folder, too.`);
    this.#others.add(normalize(name));
  }

  #takeFolders(folder: string): void {
    for (let path = folder; !this.#folders.has(path); path = dirname(path)) {
      if (this.#others.has(path)) throw new ZipError("malformed", `${path} is a file and a folder.`);
      this.#folders.add(path);
    }
  }
}

function memberOf(zip: Buffer, entry: Entry): Member {
  const { fileName: name } = entry;
  const mode = entry.externalFileAttributes >>> 16;
  const isNamed = name.split("/").every((part) => Buffer.byteLength(part) <= LONGEST_NAME_BYTES);
  if (!isNamed || name.includes("\0") || name.length > LONGEST_PATH)
    throw new ZipError("malformed", "The archive has a name that no file can have.");
  if (name.endsWith("/")) return { kind: "folder", name };
  if ((mode & FILE_TYPE) !== SYMLINK) return { kind: "file", name, contents: contentsOf(zip, entry), mode };
  if (entry.uncompressedSize > LONGEST_LINK_BYTES) throw new ZipError("unsafe", "A link is too long.");
  const target = normalize(contentsOf(zip, entry).toString());
  if (isAbsolute(target) || join(dirname(name), target).split("/").includes("..")) {
    throw new ZipError("unsafe", `The link ${name} points out of the archive.`);
  }
  return { kind: "link", name, target };
}

function contentsOf(zip: Buffer, entry: Entry): Buffer {
  const { relativeOffsetOfLocalHeader: at, compressedSize, uncompressedSize, fileName } = entry;
  if (entry.generalPurposeBitFlag & ENCRYPTED) throw new ZipError("malformed", `${fileName} is encrypted.`);
  // The local header's own name and extra field may be of other lengths than the directory's.
  const begin = at + LOCAL_HEADER_BYTES + zip.readUInt16LE(at + 26) + zip.readUInt16LE(at + 28);
  const packed = zip.subarray(begin, begin + compressedSize);
  const contents = unpacked(packed, entry);
  if (contents.length !== uncompressedSize || zlib().crc32(contents) !== entry.crc32)
    throw new ZipError("malformed", `${fileName} is not what its directory says.`);
  return contents;
}

function unpacked(packed: Buffer, { compressionMethod, uncompressedSize, fileName }: Entry): Buffer {
  if (compressionMethod === STORED) return packed;
  if (compressionMethod !== DEFLATED)
    throw new ZipError("malformed", `${fileName} is compressed by the unknown method ${compressionMethod}.`);
  // Never more than was announced: what inflates without end is an error here.
  return zlib().inflateRawSync(packed, { maxOutputLength: Math.max(1, uncompressedSize) });
}

function malformed(error: Error): ZipError {
  return error instanceof ZipError ? error : new ZipError("malformed", error.message);
}
