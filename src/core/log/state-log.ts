import { statSync } from "node:fs";
import type { DirectoryLock } from "../directory-lock.ts";
import type { Writes } from "../paged-table.ts";
import { StoreFailure } from "../storage.ts";
import type { Stored } from "../table.ts";
import type { Journal } from "../turns.ts";
import { whyNot } from "../why-not.ts";
import { Appending, type Write } from "./appending.ts";
import { Compacting } from "./compacting.ts";
import type { DataFiles } from "./data-files.ts";
import { FILE_HEADER } from "./file-header.ts";
import { Holding } from "./holding.ts";
import type { Opened } from "./opening.ts";
import { Batch } from "./records.ts";

/** Logs are compacted when they have more bytes than this, and than the snapshot that they go on from. */
const LEAST_COMPACTED_BYTES = 32 * 1024 * 1024;

/** So much is compacted at once when most of it has been wiped. */
const LEAST_WIPED_BYTES = 1024 * 1024;

/** A compaction that has failed is not tried again before this has passed: the disk may be full. */
const RETRY_MS = 10_000;

export interface StateLogOptions {
  /** What has been kept outlives the machine, too. */
  readonly isDurable: boolean;
  /** For tests that have it fail. */
  readonly write?: Write;
  readonly leastCompactedBytes?: number;
  /** What keeps others out: it is looked after, and nothing is written once another process has come in. */
  readonly lock?: DirectoryLock;
  readonly compactionRetryMs?: number;
  /** All tables by their names, in the order of their numbers. */
  readonly tables: ReadonlyMap<string, unknown>;
  /** Is told, in a sentence, what could not be done and is tried again later. */
  readonly warn: (text: string) => void;
}

/** The log of a data directory: what a turn writes is one batch of it, and what has grown too long is compacted behind everybody's back. */
export class StateLog implements Journal, Writes {
  readonly #files: DataFiles;
  readonly #options: StateLogOptions;
  readonly #batch = new Batch();
  #number: number;
  #file: Appending;
  /** How many tables the file knows the names of. */
  #known = 0;
  #snapshot: number;
  #snapshotBytes: number;
  /** The log in which most of what was there before has been wiped; behind the snapshot, that is left for no reason. */
  #wipedIn = -1;
  /** Of the logs that are done with and in no snapshot yet. */
  #sealedBytes: number;
  /** By the process's clock; later, after one has failed. */
  #notBeforeMs = 0;
  #compacting: Compacting | undefined;
  readonly #holding: Holding | undefined;
  /** No compaction begins. */
  #isHeld = false;
  #isClosed = false;

  constructor(files: DataFiles, { snapshot, log, size }: Opened, options: StateLogOptions) {
    this.#files = files;
    this.#options = options;
    this.#number = log;
    this.#snapshot = snapshot;
    this.#file = this.#open(log, size);
    this.#sealedBytes = 0;
    for (const number of files.found().logs)
      if (number < log) this.#sealedBytes += statSync(files.log(number)).size;
    this.#snapshotBytes = snapshot > 0 ? statSync(files.snapshot(snapshot)).size : 0;
    const hasFile = () => this.#file.isAt(files.log(this.#number));
    this.#holding = options.lock && new Holding(options.lock, hasFile, options.warn);
  }

  get mark(): number {
    return this.#batch.mark;
  }

  back(mark: number): void {
    this.#batch.back(mark);
  }

  put(table: number, key: string, value: Stored): void {
    this.#batch.put(table, key, value);
  }

  remove(table: number, key: string): void {
    this.#batch.remove(table, key);
  }

  clear(table: number, low: string, high: string): void {
    this.#batch.clear(table, low, high);
  }

  empty(table: number): void {
    this.#batch.empty(table);
  }

  keep(): void {
    if (this.#batch.isEmpty) return;
    if (this.#holding?.lost) throw new StoreFailure(this.#holding.lost);
    try {
      const { tables } = this.#options;
      const batch = this.#batch.sealed();
      this.#file.append(this.#known < tables.size ? Buffer.concat([this.#names(), batch]) : batch);
      this.#known = tables.size;
    } catch (error) {
      throw new StoreFailure(error);
    }
    this.#batch.clearAll();
    this.#compactDue();
  }

  /** Most of what the files have is not there any more. If that is much, it goes from them, too, and soon. */
  wiped(): void {
    if (this.#snapshotBytes + this.#sealedBytes + this.#file.size < LEAST_WIPED_BYTES) return;
    this.#wipedIn = this.#isEmpty ? this.#number - 1 : this.#number;
    this.#compactDue();
  }

  /** Writes what follows to a log of its own. @returns its number @throws Error when it cannot be made: then the old one goes on */
  rotate(): number {
    this.check();
    const next = this.#number + 1;
    const file = this.#open(next, this.#files.begin(next));
    this.#seal();
    const old = this.#file;
    this.#sealedBytes += old.size;
    // Else a power cut might leave the next log, and of this one not all: nobody could tell that from damage.
    void old
      .kept()
      .catch(() => {})
      .finally(() => old.close());
    this.#file = file;
    this.#number = next;
    this.#known = 0;
    return next;
  }

  /** Holds compactions off while a snapshot is written that takes the place of everything. @returns its number */
  async hold(): Promise<number> {
    this.#isHeld = true;
    await this.#compacting?.written.catch(() => {});
    return this.#number + 1;
  }

  /** After `hold`. */
  release(): void {
    this.#isHeld = false;
    this.#compactDue();
  }

  /** A snapshot that has been written counts from now on. @throws Error when it does not */
  publish(snapshot: number, size: number): void {
    this.check();
    this.#files.publish(snapshot);
    this.#snapshot = snapshot;
    this.#snapshotBytes = size;
    this.#sealedBytes = 0;
    this.#tidy();
  }

  /** Has another process come in? */
  get isLost(): boolean {
    this.#holding?.look();
    return this.#holding?.lost !== undefined;
  }

  /** @throws Error when another process has come in: no file may be touched any more */
  check(): void {
    this.#holding?.check();
  }

  close(): void {
    this.#isClosed = true;
    this.#holding?.close();
    this.#compacting?.stop();
    this.#file.close();
  }

  /** Is nothing in the log that is written to? */
  get #isEmpty(): boolean {
    return this.#file.size === FILE_HEADER.length;
  }

  get #isDue(): boolean {
    const least = this.#options.leastCompactedBytes ?? LEAST_COMPACTED_BYTES;
    return (
      this.#wipedIn >= this.#snapshot ||
      this.#sealedBytes + this.#file.size >= Math.max(this.#snapshotBytes, least)
    );
  }

  #open(number: number, size: number): Appending {
    const { isDurable, write } = this.#options;
    const file = new Appending(this.#files.log(number), size, isDurable, write);
    if (isDurable) this.#files.keepNames();
    return file;
  }

  /** Says that there is a next log: whoever reads this one misses it when it is gone. */
  #seal(): void {
    const sealed = new Batch();
    sealed.end();
    try {
      this.#file.append(sealed.sealed());
    } catch {
      // On a full disk nobody would miss it.
    }
  }

  /** What says the names of the tables that the file does not know yet. */
  #names(): Uint8Array {
    const names = new Batch();
    for (const [number, name] of [...this.#options.tables.keys()].entries())
      if (number >= this.#known) names.name(number, name);
    return names.sealed();
  }

  #compactDue(): void {
    if (this.#compacting || this.#isHeld || this.#isClosed || this.#holding?.lost) return;
    if (!this.#isDue || performance.now() < this.#notBeforeMs) return;
    try {
      // What has been tried in vain has left a log that is as good.
      const until = this.#isEmpty ? this.#number : this.rotate();
      const { folder, mark } = this.#files;
      this.#compacting = new Compacting({ folder, mark, snapshot: this.#snapshot, until });
      this.#compacting.written
        .then((size) => this.#compacted(until, size))
        .catch((error) => this.#failed(error))
        .finally(() => {
          this.#compacting = undefined;
          // It may have been wiped meanwhile.
          this.#compactDue();
        });
    } catch (error) {
      this.#failed(error);
    }
  }

  #compacted(until: number, size: number): void {
    if (!this.#isClosed) this.publish(until, size);
  }

  #failed(error: unknown): void {
    if (this.#isClosed || this.#holding?.lost) return;
    const retryMs = this.#options.compactionRetryMs ?? RETRY_MS;
    this.#notBeforeMs = performance.now() + retryMs;
    this.#options.warn(
      `The logs in ${this.#files.folder} could not be compacted, which is tried again in ${retryMs / 1000} seconds: ${whyNot(error)}.`,
    );
  }

  #tidy(): void {
    try {
      this.#files.removeBefore(this.#snapshot);
    } catch (error) {
      this.#options.warn(
        `What a snapshot in ${this.#files.folder} has taken the place of is still there: ${error}`,
      );
    }
  }
}
