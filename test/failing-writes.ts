import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeAll } from "../src/core/log/appending.ts";
import { LoggedStorage } from "../src/core/logged.ts";
import { PagedTable } from "../src/core/paged-table.ts";
import type { Stored } from "../src/core/table.ts";

/** Writes to a storage whose n-th one fails, as on a full disk; those behind it succeed. */
export class FailingWrites {
  /** Which write is to fail, from 1; 0 none. */
  failsAt = 0;
  /** Writes so far: what turns have appended to the log. */
  writes = 0;
  /** The tables that rows have been put in. */
  readonly tables = new Set<string>();

  /**
   * Does work, the n-th write of which fails.
   * @returns what came of it, and how many writes there were: with fewer than n none has failed
   */
  async failing<T>(n: number, work: () => Promise<T>): Promise<{ result: T; written: number }> {
    const before = this.writes;
    this.failsAt = before + n;
    const result = await work();
    this.failsAt = 0;
    return { result, written: this.writes - before };
  }

  count(): void {
    this.writes++;
    if (this.writes === this.failsAt)
      throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  }
}

/** A storage in a folder of its own, which is removed when it is closed. */
export class FailingStorage extends LoggedStorage {
  readonly #writes: FailingWrites;
  readonly #folder: string;

  constructor(writes: FailingWrites) {
    const folder = mkdtempSync(join(tmpdir(), "squall-failing-"));
    let isOpen = false;
    super(folder, {
      write: (...what) => {
        if (isOpen) writes.count();
        writeAll(...what);
      },
    });
    isOpen = true;
    this.#folder = folder;
    this.#writes = writes;
  }

  protected override newTable(name: string): PagedTable {
    return new NotingTable(this, name, this.tables.size, this.#writes.tables);
  }

  override close(): void {
    super.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Notes which tables are written to. */
class NotingTable extends PagedTable {
  readonly #tables: Set<string>;

  constructor(host: FailingStorage, name: string, number: number, tables: Set<string>) {
    super(host, name, number);
    this.#tables = tables;
  }

  override put(key: string, value: Stored): void {
    super.put(key, value);
    this.#tables.add(this.name);
  }

  override add(key: string, value: Stored): boolean {
    this.#tables.add(this.name);
    return super.add(key, value);
  }
}
