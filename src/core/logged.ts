import { rmSync } from "node:fs";
import { join } from "node:path";
import type { DirectoryLock } from "./directory-lock.ts";
import { NOTES } from "./kept-storage.ts";
import type { Write } from "./log/appending.ts";
import { DataFiles } from "./log/data-files.ts";
import { explained, readDataFiles } from "./log/opening.ts";
import { SnapshotWriting } from "./log/snapshot-writing.ts";
import { StateLog } from "./log/state-log.ts";
import { PagedStorage, pieces } from "./paged-storage.ts";
import type { PagedTable } from "./paged-table.ts";
import type { SortedPages } from "./pages/sorted-pages.ts";
import { Turns } from "./turns.ts";

/** What survives beside the process itself: `process`, any death of it; `full`, a power cut of the machine, too. */
export type Durability = "process" | "full";

export interface LoggedOptions {
  /** Default `process`. */
  readonly durability?: Durability;
  /** Is told, in a sentence, of what is amiss with the files and goes on all the same. */
  readonly warn?: (text: string) => void;
  /** What keeps other processes out of the folder: it is looked after. */
  readonly lock?: DirectoryLock;
  /** How a log is written to: for tests that have it fail. */
  readonly write?: Write;
  /** Logs are compacted when they have so many bytes, and as many as the snapshot before them. Default 32 MiB. */
  readonly leastCompactedBytes?: number;
  /** How long after a compaction that has failed another one is tried, in milliseconds. Default 10,000. */
  readonly compactionRetryMs?: number;
}

/** Where versions before this one kept everything. */
const DATABASE = "squall.db";

/**
 * Storage that outlives its process: tables of sorted pages, and a log of what has been written to them, from which they are made again.
 * All writes of one turn of the event loop are one batch of the log, written in the check phase; replies wait for it (`flushed`).
 */
export class LoggedStorage extends PagedStorage {
  readonly turns: Turns;
  readonly kept: StateLog;
  readonly #files: DataFiles;
  readonly #write: Write | undefined;

  /** @throws Error that says which file cannot be used, why, and the way out */
  constructor(folder: string, options: LoggedOptions = {}) {
    super();
    const { durability = "process", warn = () => {}, ...rest } = options;
    this.#write = options.write;
    this.#files = new DataFiles(folder);
    if (options.lock?.isMissed) explained(folder, () => this.#files.fence());
    const opened = readDataFiles(this.#files, (name) => this.table(name).pages, join(folder, DATABASE));
    if (opened.warning) warn(opened.warning);
    this.kept = explained(
      this.#files.log(opened.log),
      () =>
        new StateLog(this.#files, opened, {
          ...rest,
          isDurable: durability === "full",
          tables: this.tables,
          warn,
        }),
    );
    this.turns = new Turns(this.events, this.kept);
    // Its process has ended before it went from the files.
    if (opened.wiped > this.#rows()) this.kept.wiped();
  }

  override get isLost(): boolean {
    return this.kept.isLost;
  }

  override reset(service?: string, also?: () => void): void {
    this.kept.check();
    const before = this.#rows();
    super.reset(service, also);
    const left = this.#rows();
    if (service === undefined || before - left > left) this.kept.wiped();
  }

  /** What was read is a snapshot before it counts. */
  protected override async bring(
    read: ReadonlyMap<PagedTable, SortedPages>,
    whenReady: (replace: (also?: () => void) => void) => unknown,
  ): Promise<void> {
    const number = await this.kept.hold();
    const part = this.#files.part(number);
    const writing = new SnapshotWriting(part, this.#write);
    try {
      for (const [table, pages] of read) {
        writing.table(table.name);
        for (const piece of pieces(pages.rows())) {
          for (const [key, value] of piece) writing.put(key, value);
          await this.pause();
        }
      }
      await writing.kept();
      this.turns.check();
      await whenReady((also) =>
        this.replaced(() => {
          const snapshot = this.kept.rotate();
          this.exchange(read, also);
          writing.table(NOTES);
          for (const [key, value] of this.table(NOTES).pages.rows()) writing.put(key, value);
          this.kept.publish(snapshot, writing.end());
          this.turns.settle();
        }),
      );
    } finally {
      writing.close();
      rmSync(part, { force: true });
      this.kept.release();
    }
  }

  #rows(): number {
    let rows = 0;
    for (const { pages } of this.tables.values()) rows += pages.size;
    return rows;
  }

  override close(): void {
    super.close();
    this.kept.close();
  }
}
