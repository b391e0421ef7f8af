import type { AwsError } from "../../../core/aws-error.ts";
import { databaseError, multistatements, resultTooLarge } from "../errors.ts";
import {
  type Answer,
  ConnectionLost,
  type Login,
  MOST_RESULT_BYTES,
  type Session,
  type Statement,
  type Where,
} from "../running/session.ts";
import { filled } from "./literals.ts";
import { introduction, proveAgain } from "./login.ts";
import {
  countOf,
  eofStatusOf,
  errorOf,
  type Field,
  fieldOf,
  greetingOf,
  isEof,
  MysqlWire,
  okOf,
  QUERY,
  rowOf,
} from "./packets.ts";
import { columnOf, describe, read } from "./types.ts";

const NO_BACKSLASH_ESCAPES = 0x200;
const MORE_RESULTS = 0x8;

/** The server goes, has ended the connection, or takes no more of them. */
const GOING = new Set([1040, 1053, 1077, 1079, 1927, 3169]);
const SYNTAX_ERROR = 1064;
const MISSING_PARAMETER = "Incorrect arguments to EXECUTE; Error code: 1210; SQLState: HY000";
/** `INSERT` makes an id for each row; `… ON DUPLICATE KEY UPDATE` counts a row twice that it changes. */
const UPSERTS = /\bon\s+duplicate\s+key\b/i;
const ID_BYTES = 8;

/** What came of a statement. */
interface Heard {
  readonly fields: readonly Field[] | undefined;
  readonly rows: readonly (readonly (Buffer | null)[])[];
  readonly updated: number;
  readonly lastId: bigint;
}

/** A session of MySQL's or MariaDB's. */
export class MysqlSession implements Session {
  readonly id: number;
  readonly #wire: MysqlWire;
  /** Opens another one like this. */
  readonly #another: () => Promise<MysqlSession>;
  #status = 0;

  private constructor(wire: MysqlWire, id: number, another: () => Promise<MysqlSession>) {
    this.#wire = wire;
    this.id = id;
    this.#another = another;
  }

  /** @throws AwsError what the database says @throws ConnectionLost */
  static async open(
    where: Where,
    login: Login,
    database: string | undefined,
    signal: AbortSignal,
  ): Promise<MysqlSession> {
    const wire = await MysqlWire.open(where, signal);
    const first = await wire.expect();
    if (first[0] === 0xff) throw ended(wire, first);
    const greeting = greetingOf(first);
    wire.send(introduction(greeting, login, database));
    for (;;) {
      const packet = await wire.expect();
      if (packet[0] === 0xff) throw ended(wire, packet);
      if (packet[0] === 0) break;
      await proveAgain(packet, login, greeting.nonce, wire);
    }
    const another = () => MysqlSession.open(where, login, undefined, AbortSignal.timeout(1000));
    const session = new MysqlSession(wire, greeting.id, another);
    // Aurora's own, unless a parameter group says otherwise.
    await session.#ask("SET time_zone = '+00:00'");
    return session;
  }

  set lost(lost: () => void) {
    this.#wire.wire.lost = lost;
  }

  async run({ sql, parameters, isDescribed }: Statement): Promise<Answer> {
    const written = filled(sql, parameters, (this.#status & NO_BACKSLASH_ESCAPES) === 0);
    if (written === undefined) throw databaseError(MISSING_PARAMETER);
    const { fields, rows, updated, lastId } = await this.#ask(written);
    if (!fields) return { updated, generated: idsFrom(lastId, updated, sql) };
    const columns = fields.map(columnOf);
    return {
      result: {
        columns: fields.map((field, at) => {
          // biome-ignore lint/style/noNonNullAssertion: each field has its column
          const column = columns[at]!;
          return {
            label: field.label,
            kind: column.kind,
            ...(isDescribed && { metadata: describe(field, column) }),
          };
        }),
        rows: rows.map((row) =>
          // biome-ignore lint/style/noNonNullAssertion: each value of a row is of a column
          row.map((value, at) => read(value, columns[at]!)),
        ),
      },
      updated: 0,
      generated: [],
    };
  }

  async begin(): Promise<void> {
    await this.#ask("START TRANSACTION");
  }

  async commit(): Promise<void> {
    await this.#ask("COMMIT");
  }

  async rollback(): Promise<void> {
    await this.#ask("ROLLBACK");
  }

  async cancel(): Promise<void> {
    const other = await this.#another();
    try {
      await other.#ask(`KILL QUERY ${this.id}`);
    } finally {
      other.close();
    }
  }

  close(): void {
    this.#wire.end();
  }

  /** Asks for one statement, and hears all that is said about it: a procedure says more than its first result. */
  async #ask(sql: string): Promise<Heard> {
    this.#wire.command(QUERY, sql);
    const heard = await this.#hear(sql);
    while ((this.#status & MORE_RESULTS) !== 0) await this.#hear(sql);
    return heard;
  }

  async #hear(sql: string): Promise<Heard> {
    const first = await this.#wire.expect();
    if (first[0] === 0xff) throw failureOf(first, sql);
    if (first[0] === 0) {
      const { updated, lastId, status } = okOf(first);
      this.#status = status;
      return { fields: undefined, rows: [], updated, lastId };
    }
    const fields: Field[] = [];
    for (let left = countOf(first); left > 0; left--) fields.push(fieldOf(await this.#wire.expect()));
    await this.#wire.expect();
    return { fields, rows: await this.#rows(sql), updated: 0, lastId: 0n };
  }

  async #rows(sql: string): Promise<(Buffer | null)[][]> {
    const rows: (Buffer | null)[][] = [];
    let bytes = 0;
    for (;;) {
      const packet = await this.#wire.next();
      if (packet && isEof(packet)) {
        this.#status = eofStatusOf(packet);
        break;
      }
      if (packet?.[0] === 0xff) throw failureOf(packet, sql);
      bytes += packet?.length ?? MOST_RESULT_BYTES + 1;
      if (packet && bytes <= MOST_RESULT_BYTES) rows.push(rowOf(packet));
    }
    if (bytes > MOST_RESULT_BYTES) throw resultTooLarge();
    return rows;
  }
}

function ended(wire: MysqlWire, packet: Buffer): Error {
  wire.end();
  return failureOf(packet, "");
}

/** `Table 'shop.x' doesn't exist; Error code: 1146; SQLState: 42S02` */
function failureOf(packet: Buffer, sql: string): AwsError | ConnectionLost {
  const { code, state, message } = errorOf(packet);
  if (GOING.has(code)) return new ConnectionLost(message);
  if (code === SYNTAX_ERROR && isSecondStatement(message, sql)) return multistatements();
  return databaseError(`${message}; Error code: ${code}; SQLState: ${state}`);
}

/** A server that takes one statement finds an error where the next one begins. */
function isSecondStatement(message: string, sql: string): boolean {
  const near = /near '([\s\S]*)' at line \d+$/.exec(message)?.[1] ?? "";
  const at = near === "" ? -1 : sql.lastIndexOf(near);
  return at > 0 && sql.slice(0, at).trimEnd().endsWith(";");
}

/** The ids that an INSERT has made: the server says the first one. */
function idsFrom(first: bigint, updated: number, sql: string): bigint[] {
  if (first === 0n) return [];
  const count = UPSERTS.test(sql) ? 1 : Math.max(1, updated);
  if (count * ID_BYTES > MOST_RESULT_BYTES) throw resultTooLarge();
  return Array.from({ length: count }, (_, at) => first + BigInt(at));
}
