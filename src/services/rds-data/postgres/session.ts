import type { AwsError } from "../../../core/aws-error.ts";
import { databaseError, multistatements, resultTooLarge, unsupportedType } from "../errors.ts";
import {
  type Answer,
  ConnectionLost,
  type Login,
  MOST_RESULT_BYTES,
  type Result,
  type Session,
  type Statement,
  type Where,
} from "../running/session.ts";
import { CATALOGUED_COLUMNS, describe, type TableColumn } from "./columns.ts";
import { answer } from "./login.ts";
import {
  type Bound,
  cancelRequest,
  copyFail,
  errorFieldsOf,
  type Field,
  fieldsOf,
  PostgresWire,
  parse,
  rowOf,
  run,
  startup,
  sync,
} from "./messages.ts";
import { boundTo, numbered } from "./parameters.ts";
import { read } from "./read.ts";
import { furtherType, type ResultType, typeOf, unsupportedName } from "./types.ts";

/** The server goes, or is not there yet: connections end with it. */
const GOING = /^(?:57P0[123]|0800[0-6])$/;
/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const SYNTAX_ERROR = "42601";
/** `INSERT 0 5`, `UPDATE 3` */
const COUNT = /(\d+)$/;

/** What came of a statement. */
interface Heard {
  readonly fields: readonly Field[] | undefined;
  readonly rows: readonly (readonly (string | null)[])[];
  readonly tag: string;
}

/** A session of PostgreSQL's. */
export class PostgresSession implements Session {
  readonly id: number;
  readonly #wire: PostgresWire;
  readonly #where: Where;
  /** What another connection needs to cancel what this one does. */
  readonly #key: Buffer;

  private constructor(wire: PostgresWire, where: Where, key: Buffer) {
    this.#wire = wire;
    this.#where = where;
    this.#key = key;
    this.id = key.readUInt32BE(0);
  }

  /** @throws AwsError what the database says @throws ConnectionLost */
  static async open(
    where: Where,
    login: Login,
    database: string | undefined,
    signal: AbortSignal,
  ): Promise<PostgresSession> {
    const wire = await PostgresWire.open(where, signal);
    wire.send(
      startup({
        user: login.user,
        // Without one it is the user's, as on AWS.
        ...(database !== undefined && { database }),
        client_encoding: "UTF8",
        DateStyle: "ISO",
        TimeZone: "UTC",
        bytea_output: "hex",
      }),
    );
    let key: Buffer | undefined;
    for (;;) {
      const { kind, body } = await wire.expect();
      if (kind === "E") {
        wire.end();
        throw failureOf(body);
      }
      if (kind === "R") await answer(body, login, wire);
      if (kind === "K") key = body;
      if (kind === "Z" && key) return new PostgresSession(wire, where, key);
    }
  }

  set lost(lost: () => void) {
    this.#wire.wire.lost = lost;
  }

  async run({ sql, parameters, isDescribed }: Statement): Promise<Answer> {
    const { sql: written, names } = numbered(sql);
    const { fields, rows, tag } = await this.#ask(written, boundTo(names, parameters));
    if (!fields) return { updated: Number(COUNT.exec(tag)?.[1] ?? 0), generated: [] };
    return { result: await this.#resultOf(fields, rows, isDescribed), updated: 0, generated: [] };
  }

  async begin(): Promise<void> {
    await this.#ask("BEGIN");
  }

  /** @throws AwsError where a statement of the transaction has failed: then nothing is committed */
  async commit(): Promise<void> {
    const { tag } = await this.#ask("COMMIT");
    if (tag === "ROLLBACK")
      throw databaseError(
        "ERROR: current transaction is aborted, commands ignored until end of transaction block; SQLState: 25P02",
      );
  }

  async rollback(): Promise<void> {
    await this.#ask("ROLLBACK");
  }

  async cancel(): Promise<void> {
    const wire = await PostgresWire.open(this.#where, AbortSignal.timeout(1000));
    wire.wire.end(cancelRequest(this.#key));
  }

  close(): void {
    this.#wire.end();
  }

  /** Asks for one statement, and hears all that is said about it. */
  async #ask(sql: string, bound: readonly Bound[] = []): Promise<Heard> {
    this.#wire.send(parse(sql, bound), run(bound), sync);
    let fields: Field[] | undefined;
    const rows: (string | null)[][] = [];
    let tag = "";
    let failure: Error | undefined;
    let bytes = 0;
    for (;;) {
      const { kind, body } = await this.#wire.next();
      if (kind === "D") {
        bytes += body?.length ?? MOST_RESULT_BYTES + 1;
        if (bytes > MOST_RESULT_BYTES) failure ??= resultTooLarge();
        else if (body) rows.push(rowOf(body));
      } else if (!body) throw new ConnectionLost();
      else if (kind === "T") fields = fieldsOf(body);
      else if (kind === "C") tag = body.toString("utf8", 0, body.length - 1);
      else if (kind === "E") {
        failure ??= failureOf(body);
        // Nothing follows what ends the connection.
        if (failure instanceof ConnectionLost) throw failure;
      } else if (kind === "G" || kind === "W") this.#wire.send(copyFail, sync);
      // What it copies to its client is not heard.
      else if (kind === "H") failure ??= databaseError("unexpected message: CopyOutResponse");
      else if (kind === "Z") break;
    }
    if (failure) throw failure;
    return { fields, rows, tag };
  }

  async #resultOf(
    fields: readonly Field[],
    rows: readonly (readonly (string | null)[])[],
    isDescribed: boolean,
  ): Promise<Result> {
    const types = await this.#typesOf(fields);
    const described = isDescribed ? await this.#columnsOf(fields) : undefined;
    return {
      columns: fields.map((field, at) => {
        // biome-ignore lint/style/noNonNullAssertion: each field has its type
        const type = types[at]!;
        return {
          label: field.name,
          kind: type.type.kind,
          ...(described && {
            metadata: describe(field, type, described.get(`${field.table}.${field.column}`)),
          }),
        };
      }),
      // biome-ignore lint/style/noNonNullAssertion: each value of a row is of a field
      rows: rows.map((row) => row.map((value, at) => read(value, types[at]!))),
    };
  }

  /** @throws UnsupportedResultException */
  async #typesOf(fields: readonly Field[]): Promise<ResultType[]> {
    const unknown = [...new Set(fields.map(({ type }) => type))].filter((type) => !typeOf(type));
    const catalogued = new Map<number, ResultType>();
    if (unknown.length > 0) {
      const { rows } = await this.#ask(
        "SELECT oid, typname, typtype FROM pg_catalog.pg_type WHERE oid = ANY ($1::pg_catalog.oid[])",
        [{ type: 0, text: `{${unknown.join()}}` }],
      );
      for (const [oid, name, sort] of rows) {
        const type = furtherType({ name: name ?? "", sort: sort ?? "" });
        if (!type) throw unsupportedType(unsupportedName(name ?? ""));
        catalogued.set(Number(oid), type);
      }
    }
    return fields.map(({ type }) => {
      const known = typeOf(type) ?? catalogued.get(type);
      if (!known) throw unsupportedType(String(type));
      return known;
    });
  }

  /** What is known of the columns of tables that a result has. */
  async #columnsOf(fields: readonly Field[]): Promise<ReadonlyMap<string, TableColumn>> {
    const tables = [...new Set(fields.map(({ table }) => table))].filter((table) => table !== 0);
    if (tables.length === 0) return new Map();
    const { rows } = await this.#ask(CATALOGUED_COLUMNS, [{ type: 0, text: `{${tables.join()}}` }]);
    return new Map(
      rows.map(([key, table, isNotNull, countsItself]) => [
        key ?? "",
        { table: table ?? "", isNotNull: isNotNull === "t", countsItself: countsItself === "t" },
      ]),
    );
  }
}

/** `ERROR: relation "x" does not exist; Position: 15; SQLState: 42P01` */
function failureOf(body: Buffer): AwsError | ConnectionLost {
  const { C: state = "", M: said = "", H: hint, P: position } = errorFieldsOf(body);
  if (GOING.test(state)) return new ConnectionLost(said);
  if (state === SYNTAX_ERROR && said.startsWith("cannot insert multiple commands")) return multistatements();
  const parts = [
    // The server means a statement without a name by its name.
    `ERROR: ${said.replace(' ""', "")}`,
    ...(hint === undefined ? [] : [`Hint: ${hint}`]),
    ...(position === undefined ? [] : [`Position: ${position}`]),
    `SQLState: ${state}`,
  ];
  return databaseError(parts.join("; "));
}
