import type * as RdsData from "../../../models/generated/rds-data.ts";
import type { Column, Value } from "../values.ts";

/** Who logs in. */
export interface Login {
  readonly user: string;
  readonly password: string;
}

/** Where a database is found. */
export interface Where {
  readonly address: string;
  readonly port: number;
}

export interface Statement {
  /** With parameters by their names. */
  readonly sql: string;
  readonly parameters: readonly RdsData.SqlParameter[];
  /** Are the columns of its result described? */
  readonly isDescribed: boolean;
}

export interface Answer {
  /** Undefined for a statement that has no rows. */
  readonly result?: Result | undefined;
  readonly updated: number;
  /** Values that the database has made: of columns that count by themselves. */
  readonly generated: readonly bigint[];
}

export interface Result {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Value[])[];
}

/** A connection to a database, with one statement at a time. */
export interface Session {
  /** What the database calls it. */
  readonly id: number;
  /** Hears that the connection has ended by itself. */
  lost: () => void;
  /** @throws AwsError what the database says @throws ConnectionLost */
  run(statement: Statement): Promise<Answer>;
  begin(): Promise<void>;
  commit(): Promise<void>;
  rollback(): Promise<void>;
  /** Has the database stop what it does. */
  cancel(): Promise<void>;
  /** Ends it: what is not committed is rolled back. */
  close(): void;
}

/** The database is not reached, or no longer. */
export class ConnectionLost extends Error {}

/** What is read of a result, of its rows as the database sends them: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api.limitations.html */
export const MOST_RESULT_BYTES = 1024 * 1024;
