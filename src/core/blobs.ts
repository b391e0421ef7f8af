import {
  closeSync,
  createReadStream,
  type Dirent,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { DurableNames, syncFolder } from "./durable-names.ts";
import { files } from "./file-promises.ts";
import type { Scratch } from "./scratch.ts";
import { SpareFiles } from "./spare-files.ts";
import { whyNot } from "./why-not.ts";

/** What the blobs ask of the storage that says which folder is theirs. */
export interface BlobsHome {
  note(name: string): unknown;
  setNote(name: string, value: unknown): void;
  flushed(): Promise<void> | undefined;
  readonly isLost: boolean;
}

const NOTE = "blobs";
const FIRST = "blobs";
const SPARE = "spare";
const FOLDER = /^blobs(?:-\d+)?$/;

/**
 * Large bodies (Lambda zips, S3 objects) as files. A name is a path of plain segments: `lambda/<sha256>.zip`.
 *
 * The storage says in which folder they are. So a reset or a load puts all of them in the place of the old ones by one write,
 * in the transaction that replaces everything else, too.
 */
export class Blobs {
  readonly #scratch: Scratch;
  readonly #home: BlobsHome;
  #parent: string | undefined;
  /** Whether who writes a blob waits until it is on the disk. */
  readonly isDurable: boolean;
  #name: string;
  #holders = 0;
  readonly #names = new DurableNames(() => dirname(this.folder));
  /** None of those that outlive the process. */
  readonly #spare: SpareFiles | undefined;
  /** How files are removed when nobody holds the blobs. */
  readonly #doomed = new Map<string, () => void>();

  /**
   * @param options.parent where the folder is; without it they are scratch files, and go with the process
   * @param options.isDurable whether a blob is on the disk, not only on its way to it, when it has been written
   */
  constructor(scratch: Scratch, home: BlobsHome, options: { parent?: string; isDurable?: boolean } = {}) {
    this.#scratch = scratch;
    this.#home = home;
    this.#parent = options.parent;
    this.isDurable = options.isDurable ?? false;
    if (options.parent === undefined && !this.isDurable)
      this.#spare = new SpareFiles(() => join(dirname(this.folder), SPARE));
    this.#name = String(home.note(NOTE) ?? FIRST);
    if (this.#parent !== undefined) this.#open();
  }

  get folder(): string {
    this.#parent ??= this.#scratch.folder("bodies");
    return join(this.#parent, this.#name);
  }

  /** The file of a blob. */
  path(name: string): string {
    return join(this.folder, checkedName(name));
  }

  /** Writes a blob whole: readers see the old one or the new one, never a part. */
  async write(name: string, body: Uint8Array | AsyncIterable<Uint8Array>): Promise<void> {
    const path = this.path(name);
    await files().mkdir(dirname(path), { recursive: true });
    const part = `${path}${PART}${process.hrtime.bigint()}`;
    try {
      const file = await files().open(part, "wx");
      try {
        await file.writeFile(body);
        if (this.isDurable) await file.sync();
      } finally {
        await file.close();
      }
      await files().rename(part, path);
      this.#doomed.delete(path);
      this.keepName(path);
    } catch (error) {
      await files().rm(part, { force: true });
      throw error;
    }
  }

  /** Has the name of a blob's file on the disk, if it is to be: for whoever writes one by `create`, or gives one a second name. */
  keepName(path: string): void {
    if (this.isDurable) this.#names.keep(path);
  }

  /** As `keepName`, of all in a folder that is to be the blobs' (`replace`), while others go on. */
  async keepNames(folder: string): Promise<void> {
    if (!this.isDurable) return;
    const entries = await files().readdir(folder, { recursive: true, withFileTypes: true });
    for (const entry of entries) {
      if (!entry.isDirectory()) continue;
      syncFolder(join(entry.parentPath, entry.name));
      await nextTurn();
    }
    syncFolder(folder);
  }

  /** Begins a blob whose name nobody knows yet. @returns its file's descriptor, for whoever writes it to close */
  create(name: string): number {
    return inFolder(this.path(name), (path) => openSync(path, "wx"));
  }

  /** Writes a small blob whose name nobody knows yet, before this returns. */
  writeSmall(name: string, bytes: Uint8Array): void {
    const path = this.path(name);
    if (inFolder(path, () => this.#spare?.write(path, bytes))) return;
    const file = this.create(name);
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
      if (this.isDurable) fsyncSync(file);
    } catch (error) {
      rmSync(path, { force: true });
      throw error;
    } finally {
      closeSync(file);
    }
    this.keepName(path);
  }

  read(name: string): Promise<Uint8Array> {
    return files().readFile(this.path(name));
  }

  /** @param range first and last byte, both included */
  stream(name: string, range?: { start: number; end: number }): AsyncIterable<Uint8Array> {
    return createReadStream(this.path(name), range);
  }

  async size(name: string): Promise<number | undefined> {
    try {
      return (await files().stat(this.path(name))).size;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  }

  /** Removes a blob that nobody reads and whose name is never used again; when nobody holds them. */
  delete(name: string): void {
    const path = this.path(name);
    this.#unheld(path, () => {
      if (!this.#spare?.keep(path))
        void files()
          .unlink(path)
          .catch(() => {});
    });
  }

  /** Removes a blob before this returns, so that its name can be used again; or when nobody holds them, unless it has been. */
  deleteNow(name: string): void {
    const path = this.path(name);
    this.#unheld(path, () => rmSync(path, { force: true }));
  }

  /** All blobs stay until the hold is disposed of. */
  hold(): Disposable {
    this.#holders++;
    return {
      [Symbol.dispose]: () => {
        this.#holders--;
        if (this.#holders > 0) return;
        for (const remove of this.#doomed.values()) remove();
        this.#doomed.clear();
      },
    };
  }

  #unheld(path: string, remove: () => void): void {
    if (this.#holders > 0) this.#doomed.set(path, remove);
    else remove();
  }

  /** Resolves when what this turn has written is kept, or was undone; undefined when all that is written is kept. */
  unsettled(): Promise<void> | undefined {
    return this.#home.flushed()?.catch(() => {});
  }

  /** Does something once what this turn has written is kept, and never when it is not. */
  whenKept(work: () => void): void {
    const flushed = this.#home.flushed();
    if (flushed) flushed.then(work, () => {});
    else work();
  }

  /** The names of all of them, or of one service's, now. Those that are still being written are not there yet. */
  names(service = ""): string[] {
    const { folder } = this;
    return namesIn(folder, filesBelow(join(folder, service)));
  }

  /** As `names`, of all of them, however many: others have their turn meanwhile. */
  async allNames(): Promise<string[]> {
    const { folder } = this;
    return namesIn(
      folder,
      await files().readdir(folder, { recursive: true, withFileTypes: true }).catch(nothing),
    );
  }

  /** Inside of a transaction of the storage: the files of a folder are the blobs from its commit on, or none are. */
  replace(folder?: string): void {
    const name = `blobs-${Number(/\d+/.exec(this.#name)?.[0] ?? 0) + 1}`;
    const parent = dirname(this.folder);
    const next = join(parent, name);
    rmSync(next, { recursive: true, force: true });
    if (folder === undefined) mkdirSync(next, { recursive: true });
    else renameSync(folder, next);
    if (this.isDurable) syncFolder(parent);
    this.#names.forget();
    this.#home.setNote(NOTE, name);
    this.#name = name;
  }

  /** The services that have any. */
  services(): string[] {
    const { folder } = this;
    if (!existsSync(folder)) return [];
    return readdirSync(folder).filter((name) => filesBelow(join(folder, name)).length > 0);
  }

  /** Removes the blobs of one service. */
  clear(service: string): void {
    rmSync(this.path(service), { recursive: true, force: true });
    this.#names.forget();
  }

  /** After the storage's content has been replaced, or has not: the blobs are in the folder that the storage names. */
  renew(): void {
    this.#name = String(this.#home.note(NOTE) ?? FIRST);
  }

  /** Removes the folders that have been replaced. */
  async sweep(): Promise<void> {
    if (this.#home.isLost) return;
    const parent = dirname(this.folder);
    for (const name of await files().readdir(parent).catch(nothing))
      if (this.#isReplaced(name)) await files().rm(join(parent, name), { recursive: true, force: true });
  }

  /** @throws Error that names the folder when it cannot be used */
  #open(): void {
    try {
      this.#sweepLeft();
    } catch (error) {
      throw new Error(
        `The folder ${this.folder} of the data directory cannot be read: ${whyNot(error)}. Put that right, or choose another data directory with --data-dir.`,
        { cause: error },
      );
    }
  }

  /** Removes what an ended process has left: folders that had been replaced, and what was never written whole. */
  #sweepLeft(): void {
    const parent = dirname(this.folder);
    if (!existsSync(parent)) return;
    for (const name of readdirSync(parent))
      if (this.#isReplaced(name)) rmSync(join(parent, name), { recursive: true, force: true });
    for (const entry of filesBelow(this.folder)) {
      if (entry.name.includes(PART)) rmSync(join(entry.parentPath, entry.name), { force: true });
    }
  }

  #isReplaced(name: string): boolean {
    return FOLDER.test(name) && name !== this.#name;
  }
}

/** Stands in the name of a file that is still being written. */
const PART = ".part-";

/** Makes the folder when it is missing, and only then: a reset removes it. */
function inFolder<T>(path: string, work: (path: string) => T): T {
  try {
    return work(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    mkdirSync(dirname(path), { recursive: true });
    return work(path);
  }
}

function nothing(error: unknown): [] {
  if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
  throw error;
}

/** The names of blobs, of all files that are found in their folder or below. */
function namesIn(folder: string, entries: readonly Dirent[]): string[] {
  return entries
    .filter((entry) => entry.isFile() && !entry.name.includes(PART))
    .map(({ name, parentPath }) => relative(folder, join(parentPath, name)));
}

function filesBelow(folder: string): Dirent[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
}

/** @throws Error for a name that is no plain path */
export function checkedName(name: string): string {
  if (!/^[\w.-]+(\/[\w.-]+)*$/.test(name) || name.split("/").includes("..")) {
    throw new Error(`A blob's name is made of plain path segments, not "${name}".`);
  }
  return name;
}
