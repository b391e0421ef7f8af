import { ConnectionLost, MOST_RESULT_BYTES, type Where } from "../running/session.ts";
import { Wire } from "../running/wire.ts";

/* MySQL's packets, which are MariaDB's: https://dev.mysql.com/doc/dev/mysql-server/latest/PAGE_PROTOCOL.html */

/** A packet of this length goes on in the next one. */
const GOES_ON = 0xffffff;

/** A connection that speaks MySQL's packets. */
export class MysqlWire {
  readonly wire: Wire;
  #sequence = 0;

  private constructor(wire: Wire) {
    this.wire = wire;
  }

  /** @throws ConnectionLost */
  static async open(where: Where, signal: AbortSignal): Promise<MysqlWire> {
    const form = {
      headBytes: 4,
      bodyBytes: (head: Buffer) => head.readUIntLE(0, 3),
      mostBodyBytes: MOST_RESULT_BYTES,
    };
    return new MysqlWire(await Wire.open(where, form, signal));
  }

  /** @returns undefined for a row that is larger than any result */
  async next(): Promise<Buffer | undefined> {
    let isWhole = true;
    for (;;) {
      const { head, body } = await this.wire.next();
      this.#sequence = (head[3] ?? 0) + 1;
      if (head.readUIntLE(0, 3) < GOES_ON) return isWhole ? body : undefined;
      isWhole = false;
    }
  }

  /** The next packet, which is none that may be large. */
  async expect(): Promise<Buffer> {
    const packet = await this.next();
    if (!packet) throw new ConnectionLost();
    return packet;
  }

  /** Goes on with what is being said. */
  send(body: Buffer): void {
    const head = Buffer.alloc(4);
    head.writeUIntLE(body.length, 0, 3);
    head[3] = this.#sequence & 0xff;
    this.wire.send(Buffer.concat([head, body]));
  }

  /** Begins with something else. */
  command(code: number, argument = ""): void {
    this.#sequence = 0;
    this.send(Buffer.concat([Buffer.from([code]), Buffer.from(argument)]));
  }

  end(): void {
    this.wire.end(Buffer.from([1, 0, 0, 0, QUIT]));
  }
}

const QUIT = 1;
export const QUERY = 3;

/** What a server says of itself and of who may log in. */
export interface Greeting {
  readonly id: number;
  readonly plugin: string;
  readonly nonce: Buffer;
}

export function greetingOf(packet: Buffer): Greeting {
  const reader = new Reader(packet, 1);
  reader.ended();
  const id = reader.integer(4);
  const first = reader.bytes(8);
  // A filler, and what it can, in which order its characters are, and how it is.
  reader.bytes(1 + 2 + 1 + 2 + 2);
  const nonceBytes = reader.integer(1);
  reader.bytes(10);
  const rest = reader.bytes(Math.max(13, nonceBytes - 8)).subarray(0, 12);
  return { id, nonce: Buffer.concat([first, rest]), plugin: reader.ended() };
}

/** How a statement has ended that has no rows, or no more of them. */
export interface Ended {
  readonly updated: number;
  readonly lastId: bigint;
  readonly status: number;
}

export function okOf(packet: Buffer): Ended {
  const reader = new Reader(packet, 1);
  const updated = Number(reader.length());
  const lastId = reader.length();
  return { updated, lastId, status: reader.integer(2) };
}

/** Of a packet that ends columns or rows. */
export const eofStatusOf = (packet: Buffer): number => packet.readUInt16LE(3);
export const isEof = (packet: Buffer): boolean => packet[0] === 0xfe && packet.length < 9;

export interface ServerError {
  readonly code: number;
  readonly state: string;
  readonly message: string;
}

export function errorOf(packet: Buffer): ServerError {
  const code = packet.readUInt16LE(1);
  if (packet[3] !== 0x23) return { code, state: "HY000", message: packet.toString("utf8", 3) };
  return { code, state: packet.toString("latin1", 4, 9), message: packet.toString("utf8", 9) };
}

/** A column as the server describes it with a result. */
export interface Field {
  readonly label: string;
  readonly name: string;
  readonly table: string;
  readonly charset: number;
  readonly length: number;
  readonly type: number;
  readonly flags: number;
  readonly decimals: number;
}

export function fieldOf(packet: Buffer): Field {
  const reader = new Reader(packet);
  reader.text();
  reader.text();
  reader.text();
  const table = reader.text();
  const label = reader.text();
  const name = reader.text();
  reader.length();
  return {
    label,
    name: name === "" ? label : name,
    table,
    charset: reader.integer(2),
    length: reader.integer(4),
    type: reader.integer(1),
    flags: reader.integer(2),
    decimals: reader.integer(1),
  };
}

export function rowOf(packet: Buffer): (Buffer | null)[] {
  const reader = new Reader(packet);
  const row: (Buffer | null)[] = [];
  while (!reader.isOver) row.push(reader.value());
  return row;
}

/** How many columns a result has. */
export const countOf = (packet: Buffer): number => Number(new Reader(packet).length());

const NULL = 0xfb;

class Reader {
  readonly #packet: Buffer;
  #at: number;

  constructor(packet: Buffer, at = 0) {
    this.#packet = packet;
    this.#at = at;
  }

  get isOver(): boolean {
    return this.#at >= this.#packet.length;
  }

  integer(bytes: number): number {
    const value = this.#packet.readUIntLE(this.#at, bytes);
    this.#at += bytes;
    return value;
  }

  bytes(count: number): Buffer {
    const bytes = this.#packet.subarray(this.#at, this.#at + count);
    this.#at += count;
    return bytes;
  }

  /** A text that ends with a zero, or with the packet. */
  ended(): string {
    const end = this.#packet.indexOf(0, this.#at);
    const value = this.#packet.toString("utf8", this.#at, end < 0 ? undefined : end);
    this.#at = end < 0 ? this.#packet.length : end + 1;
    return value;
  }

  /** An integer of a length of its own. */
  length(): bigint {
    const first = this.integer(1);
    if (first === 0xfc) return BigInt(this.integer(2));
    if (first === 0xfd) return BigInt(this.integer(3));
    if (first !== 0xfe) return BigInt(first);
    const value = this.#packet.readBigUInt64LE(this.#at);
    this.#at += 8;
    return value;
  }

  text(): string {
    return this.bytes(Number(this.length())).toString("utf8");
  }

  value(): Buffer | null {
    if (this.#packet[this.#at] !== NULL) return this.bytes(Number(this.length()));
    this.#at++;
    return null;
  }
}
