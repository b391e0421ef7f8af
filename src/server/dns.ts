import type { Socket } from "node:dgram";
import { once } from "node:events";
import { lazily } from "../core/lazily.ts";
import type { Log } from "../core/log.ts";
import { sure } from "../core/sure.ts";

const dgram = lazily<typeof import("node:dgram")>("node:dgram");

/**
 * A small DNS server: this machine's own names (`*.localhost.localstack.cloud`, `*.localhost`) are 127.0.0.1, everything
 * else is refused, so that a resolver asks elsewhere. RFC 1035, over UDP.
 */
export class DnsServer {
  readonly #socket: Socket;
  readonly #address: Uint8Array;
  readonly #log: Log;

  constructor(options: { resolveTo?: string; log: Log }) {
    this.#socket = dgram().createSocket("udp4");
    this.#address = Uint8Array.from((options.resolveTo ?? "127.0.0.1").split(".").map(Number));
    this.#log = options.log.named("squall.dns");
    this.#socket.on("message", (message, peer) => {
      const answer = answerTo(message, this.#address);
      if (answer) this.#socket.send(answer, peer.port, peer.address);
    });
    this.#socket.on("error", (error) => this.#log.error("The DNS server failed.", error));
  }

  /** Resolves to the port that is listened on: the first one that is free and permitted. */
  async listen(host: string, ports: readonly number[]): Promise<number> {
    for (const port of ports) {
      try {
        this.#socket.bind(port, host);
        await Promise.race([
          once(this.#socket, "listening"),
          once(this.#socket, "error").then(([error]) => Promise.reject(error)),
        ]);
        return this.#socket.address().port;
      } catch (error) {
        this.#log.debug(`DNS port ${port}: ${(error as Error).message}`);
      }
    }
    throw new Error(`The DNS server can listen on none of the ports ${ports.join(", ")} of ${host}.`);
  }

  close(): void {
    try {
      this.#socket.close();
    } catch {
      // It never listened.
    }
  }
}

const HEADER_BYTES = 12;
const TYPE_A = 1;
const CLASS_IN = 1;
const TTL_SECONDS = 60;
const NO_ERROR = 0;
const FORMAT_ERROR = 1;
const NOT_IMPLEMENTED = 4;
const REFUSED = 5;
const OWN_NAME = /(?:^|\.)(?:localhost\.localstack\.cloud|localhost)$/i;

/** The answer to a query, or undefined for what is no query. */
export function answerTo(query: Uint8Array, address: Uint8Array): Buffer | undefined {
  if (query.length < HEADER_BYTES) return undefined;
  const message = Buffer.from(query.buffer, query.byteOffset, query.length);
  const isResponse = (sure(message[2]) & 0x80) !== 0;
  if (isResponse) return undefined;
  if ((sure(message[2]) & 0x78) !== 0)
    return reply(message, message.subarray(HEADER_BYTES, HEADER_BYTES), NOT_IMPLEMENTED);
  const question = readQuestion(message);
  if (!question) return reply(message, message.subarray(HEADER_BYTES, HEADER_BYTES), FORMAT_ERROR);
  if (!OWN_NAME.test(question.name)) return reply(message, question.bytes, REFUSED);
  if (question.type !== TYPE_A || question.class !== CLASS_IN)
    return reply(message, question.bytes, NO_ERROR);
  const record = Buffer.alloc(16);
  record.writeUInt16BE(0xc000 | HEADER_BYTES, 0); // the name: where the question has it
  record.writeUInt16BE(TYPE_A, 2);
  record.writeUInt16BE(CLASS_IN, 4);
  record.writeUInt32BE(TTL_SECONDS, 6);
  record.writeUInt16BE(4, 10);
  record.set(address, 12);
  return reply(message, question.bytes, NO_ERROR, record);
}

interface Question {
  readonly name: string;
  readonly type: number;
  readonly class: number;
  readonly bytes: Buffer;
}

/** The one question of a query; undefined when it is malformed. */
function readQuestion(message: Buffer): Question | undefined {
  if (message.readUInt16BE(4) !== 1) return undefined;
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (;;) {
    const length = message[at];
    if (length === undefined || length > 63) return undefined;
    at++;
    if (length === 0) break;
    if (at + length > message.length) return undefined;
    labels.push(message.toString("latin1", at, at + length));
    at += length;
  }
  if (at + 4 > message.length) return undefined;
  return {
    name: labels.join("."),
    type: message.readUInt16BE(at),
    class: message.readUInt16BE(at + 2),
    bytes: message.subarray(HEADER_BYTES, at + 4),
  };
}

function reply(message: Buffer, question: Buffer, code: number, record: Buffer = Buffer.alloc(0)): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  message.copy(header, 0, 0, 2);
  const recursionDesired = sure(message[2]) & 0x01;
  header[2] = 0x84 | recursionDesired; // a response, with authority
  header[3] = code;
  header.writeUInt16BE(question.length > 0 ? 1 : 0, 4);
  header.writeUInt16BE(record.length > 0 ? 1 : 0, 6);
  return Buffer.concat([header, question, record]);
}
