import { connect } from "node:net";
import type { Duplex } from "node:stream";
import { type Door, doorway, nextOf } from "../../../processes/connections/door.ts";
import { type Certificate, Secure } from "../../../processes/connections/secure.ts";

/** Who wants to be let in. */
export interface Login {
  readonly user: string;
  readonly database: string;
  readonly password: string;
}

/** What somebody is told who is not. */
export interface Refusal {
  readonly message: string;
  readonly hint: string;
}

interface Options {
  refusalOf(login: Login): Refusal | undefined;
  /** Undefined where Squall has none: then nobody is offered TLS. */
  readonly certificate: (() => Promise<Certificate>) | undefined;
}

/** Codes in the place of a protocol's version: https://www.postgresql.org/docs/current/protocol-message-formats.html */
const SSL_REQUEST = 80_877_103;
const GSS_REQUEST = 80_877_104;
const CANCEL_REQUEST = 80_877_102;
const CLEARTEXT_PASSWORD = 3;
/** A message that a connection begins with is no longer. */
const LONGEST = 64 * 1024;
/** What a connection is refused with. */
const CONNECTION_FAILURE = "08006";

/**
 * A door in front of a PostgreSQL that trusts whoever comes by it: asks for a password, as plain text, as DSQL does, and leads those
 * to the server whose password is one.
 */
export function postgresDoor({ refusalOf, certificate }: Options): Door {
  const secure = certificate && new Secure(certificate);
  return doorway(async (outside, socket) => {
    let front = outside;
    let messages = new Messages(front);
    let startup = await messages.startup();
    while (codeOf(startup) === SSL_REQUEST || codeOf(startup) === GSS_REQUEST) {
      const isSecured = codeOf(startup) === SSL_REQUEST && secure !== undefined;
      front.write(isSecured ? "S" : "N");
      if (isSecured) {
        front = await secure.inside(front);
        messages = new Messages(front);
      }
      startup = await messages.startup();
    }
    if (codeOf(startup) !== CANCEL_REQUEST) {
      const { user = "", database = user } = parametersOf(startup);
      front.write(message("R", int32(CLEARTEXT_PASSWORD)));
      const password = textOf((await messages.next()).subarray(5));
      const refusal = refusalOf({ user, database, password });
      if (refusal) {
        front.end(errorOf(refusal));
        return undefined;
      }
    }
    const back = connect({ path: socket, allowHalfOpen: true });
    back.write(startup);
    back.write(messages.rest());
    return { front, back };
  });
}

/** Reads whole messages off a connection. */
class Messages {
  readonly #front: Duplex;
  #read = Buffer.alloc(0);

  constructor(front: Duplex) {
    this.#front = front;
  }

  /** A message without a kind: what a connection begins with. */
  startup(): Promise<Buffer> {
    return this.#take(0);
  }

  next(): Promise<Buffer> {
    return this.#take(1);
  }

  /** What has been read beyond the last message. */
  rest(): Buffer {
    return this.#read;
  }

  async #take(kindBytes: number): Promise<Buffer> {
    await this.#has(kindBytes + 4);
    const length = kindBytes + this.#read.readUInt32BE(kindBytes);
    if (length > LONGEST) throw new Error("A message is longer than any that a connection begins with.");
    await this.#has(length);
    const message = this.#read.subarray(0, length);
    this.#read = this.#read.subarray(length);
    return message;
  }

  async #has(bytes: number): Promise<void> {
    while (this.#read.length < bytes) this.#read = Buffer.concat([this.#read, await nextOf(this.#front)]);
  }
}

const codeOf = (startup: Buffer): number => (startup.length >= 8 ? startup.readUInt32BE(4) : 0);

function parametersOf(startup: Buffer): Partial<Record<string, string>> {
  const words = startup.toString("utf8", 8).split("\0");
  const parameters: Record<string, string> = Object.create(null);
  for (let at = 0; at + 1 < words.length && words[at] !== ""; at += 2)
    parameters[words[at] ?? ""] = words[at + 1] ?? "";
  return parameters;
}

const textOf = (bytes: Buffer): string => bytes.toString("utf8").replace(/\0$/, "");

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

const message = (kind: string, body: Buffer): Buffer =>
  Buffer.concat([Buffer.from(kind), int32(body.length + 4), body]);

function errorOf({ message: text, hint }: Refusal): Buffer {
  const fields = { S: "FATAL", V: "FATAL", C: CONNECTION_FAILURE, M: text, H: hint };
  const written = Object.entries(fields).map(([field, value]) => `${field}${value}\0`);
  return message("E", Buffer.from(`${written.join("")}\0`));
}
