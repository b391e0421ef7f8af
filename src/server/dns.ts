import type { Socket } from "node:dgram";
import { once } from "node:events";
import { isIPv4 } from "node:net";
import type { Clock } from "../core/clock.ts";
import type { DnsAnswer, DnsQuestion } from "../core/dns.ts";
import { lazily } from "../core/lazily.ts";
import type { Log } from "../core/log.ts";
import { AWS_NAME, OWN_NAME } from "../core/machine-names.ts";
import type { DnsFault } from "./dns-faults.ts";
import { encodeRecord, typeName } from "./dns-records.ts";

const dgram = lazily<typeof import("node:dgram")>("node:dgram");

export interface DnsOptions {
  /** What the names are. Default: 127.0.0.1. */
  readonly resolveTo?: string;
  /** AWS's names are this machine's, too: what is configured for AWS then asks here, and never there. */
  readonly aws?: boolean;
  readonly log: Log;
  readonly clock: Pick<Clock, "sleep">;
  /** What goes wrong with a question. */
  readonly fault?: (name: string, type: number) => DnsFault;
  /** What hosted zones say of a name; undefined for one that lies in none. `address` is this machine's. */
  readonly zones?: (question: DnsQuestion, address: string) => DnsAnswer | undefined;
}

/**
 * A small DNS server: this machine's own names (`*.localhost.localstack.cloud`, `*.localhost`), and AWS's if it shall, are
 * 127.0.0.1, what lies in a hosted zone is what that says, and everything else is refused, so that a resolver asks elsewhere.
 * RFC 1035, over UDP.
 */
export class DnsServer {
  readonly #socket: Socket;
  readonly #options: DnsOptions;
  readonly #log: Log;
  #isClosed = false;

  constructor(options: DnsOptions) {
    this.#socket = dgram().createSocket("udp4");
    this.#options = options;
    this.#log = options.log.named("squall.dns");
    this.#socket.on("message", (message, peer) => {
      const send = (answer: Buffer | undefined) => {
        if (answer && !this.#isClosed) this.#socket.send(answer, peer.port, peer.address);
      };
      this.#answer(message, send).catch((error) => this.#log.error("A DNS question failed.", error));
    });
    this.#socket.on("error", (error) => this.#log.error("The DNS server failed.", error));
  }

  async #answer(message: Buffer, send: (answer: Buffer | undefined) => void): Promise<void> {
    const { resolveTo = "127.0.0.1", aws = false, fault, clock } = this.#options;
    const asked = questionOf(message);
    const wrong = asked && fault?.(asked.name, asked.type);
    if (wrong && wrong.delayMs > 0) await clock.sleep(wrong.delayMs);
    if (wrong?.answer === "timeout") return;
    if (asked && wrong?.answer !== undefined) return send(reply(message, asked.bytes, CODES[wrong.answer]));
    const ip = wrong?.ip ?? resolveTo;
    if (!isIPv4(ip)) throw new Error(`${ip} is no IPv4 address.`);
    const zoned = asked && this.#fromZones(message, asked, resolveTo, wrong?.ip);
    if (zoned) return send(zoned);
    const address = Uint8Array.from(ip.split(".").map(Number));
    send(answerTo(message, address, aws ? AWS_NAME : undefined));
  }

  /** The answer of a hosted zone, if the name lies in one. @param moved the address that names have by a rule */
  #fromZones(
    message: Buffer,
    question: Question,
    address: string,
    moved: string | undefined,
  ): Buffer | undefined {
    const { zones } = this.#options;
    if (!zones || question.class !== CLASS_IN || OWN_NAME.test(question.name)) return undefined;
    const type = typeName(question.type);
    const answer = zones({ name: question.name, type: type ?? "OTHER" }, address);
    if (!answer) return undefined;
    const records = answer.records.map((record) =>
      moved !== undefined && record.type === "A" ? { ...record, value: moved } : record,
    );
    return zoneReply(message, question.bytes, { ...answer, records });
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
    this.#isClosed = true;
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
const SERVER_FAILURE = 2;
const NO_SUCH_NAME = 3;
const NOT_IMPLEMENTED = 4;
const REFUSED = 5;
const CODES = { nxdomain: NO_SUCH_NAME, servfail: SERVER_FAILURE, refused: REFUSED } as const;
const ZONE_CODES = { NOERROR: NO_ERROR, NXDOMAIN: NO_SUCH_NAME, SERVFAIL: SERVER_FAILURE } as const;
/** What a client takes over UDP that does not say how much (RFC 1035, 4.2.1). */
const PLAIN_BYTES = 512;
const TYPE_OPT = 41;
const TRUNCATED = 0x02;

/** The question of a query that has one and can be answered. */
function questionOf(query: Uint8Array): Question | undefined {
  if (query.length < HEADER_BYTES || ((query[2] ?? 0) & 0xf8) !== 0) return undefined;
  return readQuestion(Buffer.from(query.buffer, query.byteOffset, query.length));
}

/**
 * The answer to a query, or undefined for what is no query.
 * @param further names that are this machine's beside its own
 */
export function answerTo(query: Uint8Array, address: Uint8Array, further?: RegExp): Buffer | undefined {
  if (query.length < HEADER_BYTES) return undefined;
  const message = Buffer.from(query.buffer, query.byteOffset, query.length);
  const flags = message.readUInt8(2);
  const isResponse = (flags & 0x80) !== 0;
  if (isResponse) return undefined;
  if ((flags & 0x78) !== 0)
    return reply(message, message.subarray(HEADER_BYTES, HEADER_BYTES), NOT_IMPLEMENTED);
  const question = readQuestion(message);
  if (!question) return reply(message, message.subarray(HEADER_BYTES, HEADER_BYTES), FORMAT_ERROR);
  if (!OWN_NAME.test(question.name) && !further?.test(question.name))
    return reply(message, question.bytes, REFUSED);
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

function reply(message: Buffer, question: Buffer, code: number, record?: Buffer): Buffer {
  return whole(message, question, code, { answers: record ? [record] : [], authority: [] });
}

/** What a zone says of a name; without any record where that is more than the client takes. */
function zoneReply(message: Buffer, question: Buffer, { code, records, authority }: DnsAnswer): Buffer {
  const encoded = {
    answers: records.flatMap((record) => encodeRecord(record) ?? []),
    authority: authority.flatMap((record) => encodeRecord(record) ?? []),
  };
  const answer = whole(message, question, ZONE_CODES[code], encoded);
  if (answer.length <= roomOf(message, question)) return answer;
  const truncated = reply(message, question, ZONE_CODES[code]);
  truncated.writeUInt8(truncated.readUInt8(2) | TRUNCATED, 2);
  return truncated;
}

interface Sections {
  readonly answers: readonly Buffer[];
  readonly authority: readonly Buffer[];
}

function whole(message: Buffer, question: Buffer, code: number, { answers, authority }: Sections): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  message.copy(header, 0, 0, 2);
  const recursionDesired = message.readUInt8(2) & 0x01;
  header[2] = 0x84 | recursionDesired; // a response, with authority
  header[3] = code;
  header.writeUInt16BE(question.length > 0 ? 1 : 0, 4);
  header.writeUInt16BE(answers.length, 6);
  header.writeUInt16BE(authority.length, 8);
  return Buffer.concat([header, question, ...answers, ...authority]);
}

/** How many bytes a client takes: what it says behind its question (EDNS, RFC 6891), if it does. */
function roomOf(message: Buffer, question: Buffer): number {
  const at = HEADER_BYTES + question.length;
  const hasOption =
    message.length >= at + 5 && message[at] === 0 && message.readUInt16BE(at + 1) === TYPE_OPT;
  return hasOption ? Math.max(message.readUInt16BE(at + 3), PLAIN_BYTES) : PLAIN_BYTES;
}
