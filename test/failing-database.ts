import { DatabaseSync, type StatementSync } from "node:sqlite";

/** A database whose n-th write fails, as on a full disk; the writes behind it succeed. */
export class FailingDatabase {
  /** Which write is to fail, from 1; 0 none. */
  failsAt = 0;
  /** Writes so far: rows, and commits. */
  writes = 0;

  readonly open = (file: string): DatabaseSync => {
    const db = new DatabaseSync(file);
    const prepare = db.prepare.bind(db);
    db.prepare = (sql: string) => this.#watched(sql, prepare(sql));
    return db;
  };

  #watched(sql: string, statement: StatementSync): StatementSync {
    if (!/^\s*(?:INSERT|DELETE|COMMIT)/.test(sql)) return statement;
    const run = statement.run.bind(statement);
    statement.run = ((...values: never[]) => {
      this.writes++;
      if (this.writes === this.failsAt) {
        throw Object.assign(new Error("database or disk is full"), { code: "ERR_SQLITE_ERROR", errcode: 13 });
      }
      return run(...values);
    }) as typeof statement.run;
    return statement;
  }
}
