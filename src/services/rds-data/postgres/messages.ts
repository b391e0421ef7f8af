import { ConnectionLost, MOST_RESULT_BYTES, type Where } from "../running/session.ts";
import { Wire } from "../running/wire.ts";

/* PostgreSQL's messages, version 3 of its protocol: https://www.postgresql.org/docs/current/protocol-message-formats.html */

const VERSION_3 = 196_608;
const CANCEL_REQUEST = 80_877_102;

export interface PostgresMessage {
  readonly kind: string;
  /** Undefined for a row that is larger than any result. */
  readonly body: Buffer | undefined;
}

/** A connection that speaks PostgreSQL's messages. */
export class PostgresWire {
  readonly wire: Wire;

  private constructor(wire: Wire) {
    this.wire = wire;
  }

  /** @throws ConnectionLost */
  static async open(where: Where, signal: AbortSignal): Promise<PostgresWire> {
    const form = {
      headBytes: 5,
      bodyBytes: (head: Buffer) => head.readUInt32BE(1) - 4,
      mostBodyBytes: MOST_RESULT_BYTES,
    };
    return new PostgresWire(await Wire.open(where, form, signal));
  }

  async next(): Promise<PostgresMessage> {
    const { head, body } = await this.wire.next();
    return { kind: String.fromCharCode(head[0] ?? 0), body };
  }

  /** The next message, which is none that may be large. */
  async expect(): Promise<{ readonly kind: string; readonly body: Buffer }> {
    const { kind, body } = await this.next();
    if (!body) throw new ConnectionLost();
    return { kind, body };
  }

  send(...messages: readonly Buffer[]): void {
    this.wire.send(Buffer.concat(messages));
  }

  end(): void {
    this.wire.end(message("X"));
  }
}

export const message = (kind: string, ...parts: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(kind), int32(body.length + 4), body]);
};

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

/** An unsigned one: an OID. */
function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

/** A text and the zero that ends it. */
export const text = (value: string): Buffer => Buffer.from(`${value}\0`);

export const startup = (parameters: Readonly<Record<string, string>>): Buffer => {
  const words = Object.entries(parameters).flatMap(([name, value]) => [text(name), text(value)]);
  const body = Buffer.concat([int32(VERSION_3), ...words, text("")]);
  return Buffer.concat([int32(body.length + 4), body]);
};

/** Asks a server, by a connection of its own, to stop what another connection has it do. */
export const cancelRequest = (key: Buffer): Buffer =>
  Buffer.concat([int32(8 + key.length), int32(CANCEL_REQUEST), key]);

/** A parameter's value, as text; null for none. */
export interface Bound {
  /** OID of its type; 0 leaves it to the server. */
  readonly type: number;
  readonly text: string | null;
}

/** Parses a statement, and says of which types its parameters are. */
export const parse = (sql: string, bound: readonly Bound[]): Buffer =>
  message("P", text(""), text(sql), int16(bound.length), ...bound.map(({ type }) => uint32(type)));

/** Runs a statement that has been parsed with values for its parameters, all of them and its results as texts. */
export const run = (bound: readonly Bound[]): Buffer =>
  Buffer.concat([
    message("B", text(""), text(""), int16(0), int16(bound.length), ...bound.map(written), int16(0)),
    message("D", Buffer.from("P"), text("")),
    message("E", text(""), int32(0)),
  ]);

export const sync = message("S");

/** What a COPY from its client is told: there is nothing to come. */
export const copyFail = message("f", text("The Data API has no data to copy."));

function written({ text: value }: Bound): Buffer {
  if (value === null) return int32(-1);
  const bytes = Buffer.from(value);
  return Buffer.concat([int32(bytes.length), bytes]);
}

/** A column as the server describes it with a result. */
export interface Field {
  readonly name: string;
  readonly table: number;
  readonly column: number;
  readonly type: number;
  readonly modifier: number;
}

export function fieldsOf(body: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 2;
  for (let left = body.readUInt16BE(0); left > 0; left--) {
    const end = body.indexOf(0, at);
    const name = body.toString("utf8", at, end);
    fields.push({
      name,
      table: body.readUInt32BE(end + 1),
      column: body.readInt16BE(end + 5),
      type: body.readUInt32BE(end + 7),
      modifier: body.readInt32BE(end + 13),
    });
    at = end + 19;
  }
  return fields;
}

export function rowOf(body: Buffer): (string | null)[] {
  const row: (string | null)[] = [];
  let at = 2;
  for (let left = body.readUInt16BE(0); left > 0; left--) {
    const length = body.readInt32BE(at);
    at += 4;
    row.push(length < 0 ? null : body.toString("utf8", at, at + length));
    at += Math.max(0, length);
  }
  return row;
}

/** The fields of an error, by their letters. */
export function errorFieldsOf(body: Buffer): Readonly<Record<string, string | undefined>> {
  const words = body.toString("utf8").split("\0");
  return Object.fromEntries(words.filter((word) => word !== "").map((word) => [word[0], word.slice(1)]));
}
