import { DatabaseSync, type StatementSync } from "node:sqlite";

/** A database whose n-th write fails, as on a full disk; the writes behind it succeed. */
export class FailingDatabase {
  /** Does the failure end the whole transaction? SQLite does either when the disk is full. */
  rollsBack = false;
  /** Which write is to fail, from 1; 0 none. */
  failsAt = 0;
  /** Writes so far: rows, tables that are made, and commits. */
  writes = 0;
  /** The tables that rows have been put in. */
  readonly tables = new Set<string>();

  readonly open = (file: string): DatabaseSync => {
    const db = new DatabaseSync(file);
    const prepare = db.prepare.bind(db);
    db.prepare = (sql: string) => this.#watched(db, sql, prepare(sql));
    const exec = db.exec.bind(db);
    db.exec = (sql: string) => {
      if (/^CREATE TABLE "/.test(sql)) this.#count(db);
      exec(sql);
    };
    return db;
  };

  /**
   * Does work, the n-th write of which fails: every other one ends its whole transaction.
   * @returns what came of it, and how many writes there were: with fewer than n none has failed
   */
  async failing<T>(n: number, work: () => Promise<T>): Promise<{ result: T; written: number }> {
    const before = this.writes;
    this.failsAt = before + n;
    this.rollsBack = n % 2 === 0;
    const result = await work();
    this.failsAt = 0;
    return { result, written: this.writes - before };
  }

  #count(db: DatabaseSync): void {
    this.writes++;
    if (this.writes !== this.failsAt) return;
    if (this.rollsBack && db.isTransaction) db.prepare("ROLLBACK").run();
    throw Object.assign(new Error("database or disk is full"), { code: "ERR_SQLITE_ERROR", errcode: 13 });
  }

  #watched(db: DatabaseSync, sql: string, statement: StatementSync): StatementSync {
    if (!/^\s*(?:INSERT|DELETE|COMMIT)/.test(sql)) return statement;
    const run = statement.run.bind(statement);
    const [, table] = /^\s*INSERT INTO "([^"]+)"/.exec(sql) ?? [];
    statement.run = ((...values: never[]) => {
      if (table !== undefined) this.tables.add(table);
      this.#count(db);
      return run(...values);
    }) as typeof statement.run;
    return statement;
  }
}
