import { connect, type Socket } from "node:net";
import { Duplex } from "node:stream";
import type { HttpResponse } from "../core/http.ts";
import { severedAfter } from "../core/http.ts";
import { joined } from "../core/joined.ts";
import { lookup } from "../core/loopback.ts";
import { type AnswerHead, readAnswerHead } from "./answer-head.ts";
import type { Onward } from "./onward.ts";

/** A body up to this size goes with its head in one piece. */
const MOST_TOGETHER_BYTES = 16 * 1024;
const MOST_HEAD_BYTES = 64 * 1024;
const HTTP = "HTTP/1.1 ";
const BARE_LINE_FEED = /(?:^|[^\r])\n/;
const HEAD_END = Buffer.from("\r\n\r\n");

export interface ShortExchange {
  readonly request: Pick<Onward, "method" | "path" | "query" | "headers" | "body">;
  readonly signal: AbortSignal;
  /** How long the upstream may keep silent. */
  readonly timeoutMs: number;
  readonly connectMs: number;
  /** Answers that announce more are handed over. */
  readonly mostBodyBytes: number;
  resolve(answer: HttpResponse): void;
  /** The client has left. */
  abandon(): void;
  /** There is no answer. */
  fail(error: NodeJS.ErrnoException): void;
  /** `connecting`: no connection; else no answer. */
  silent(isConnecting: boolean): void;
  /** The answer is none of the ordinary ones: what comes is read by somebody else, from its first byte on. */
  handOver(connection: Duplex): void;
}

/**
 * Connections to one origin over plain HTTP/1.1, for requests that are there whole. What Node's client does for every kind of exchange takes
 * as much of the processor as all else that a gateway does; here are those that are most, and all others are handed to it.
 */
export class ShortWayOn {
  readonly #place: { readonly host: string; readonly port: number };
  readonly #mostIdleMs: number;
  /** The last one used comes first. */
  readonly #idle: Connection[] = [];
  #sweep: NodeJS.Timeout | undefined;
  /** Set when its answers are not ordinary: to find that out each time costs a connection. */
  isClosed = false;

  /** @param mostIdleMs how long a connection is kept that nobody uses */
  constructor(place: { host: string; port: number }, mostIdleMs: number) {
    this.#place = place;
    this.#mostIdleMs = mostIdleMs;
  }

  /** @returns whether it is sent: not what is no plain text, on which Node's client has the word */
  send(exchange: ShortExchange): boolean {
    const head = headText(exchange.request);
    if (head === undefined) return false;
    (this.#kept() ?? this.#open(exchange.connectMs)).send(exchange, head);
    return true;
  }

  #kept(): Connection | undefined {
    for (;;) {
      const last = this.#idle.pop();
      if (!last || last.isUsable()) return last;
      last.close();
    }
  }

  #open(connectMs: number): Connection {
    return new Connection(connect({ ...this.#place, lookup, noDelay: true, keepAlive: true }), {
      connectMs,
      mostIdleMs: this.#mostIdleMs,
      keep: (connection) => this.#keep(connection),
      isExtraordinary: () => {
        this.isClosed = true;
      },
    });
  }

  #keep(connection: Connection): void {
    this.#idle.push(connection);
    this.#sweep ??= setInterval(() => this.#tidy(), this.#mostIdleMs / 2).unref();
  }

  #tidy(): void {
    const usable = this.#idle.filter((connection) => {
      if (connection.isUsable()) return true;
      connection.close();
      return false;
    });
    this.#idle.length = 0;
    this.#idle.push(...usable);
    if (usable.length > 0) return;
    clearInterval(this.#sweep);
    this.#sweep = undefined;
  }
}

interface ConnectionParts {
  readonly connectMs: number;
  readonly mostIdleMs: number;
  keep(connection: Connection): void;
  isExtraordinary(): void;
}

/** A connection, and the exchange that it is in. */
class Connection {
  readonly #socket: Socket;
  readonly #parts: ConnectionParts;
  readonly #onAbort = () => this.#abandon();
  #exchange: ShortExchange | undefined;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #head: AnswerHead | undefined;
  #idleUntilMs = 0;
  #connecting: NodeJS.Timeout | undefined;

  constructor(socket: Socket, parts: ConnectionParts) {
    this.#socket = socket;
    this.#parts = parts;
    this.#connecting = setTimeout(() => this.#silent(true), parts.connectMs);
    socket.once("connect", () => clearTimeout(this.#connecting));
    socket.on("data", (chunk: Buffer) => this.#take(chunk));
    socket.on("timeout", () => this.#silent(false));
    socket.on("error", (error) => this.#end(error));
    socket.on("close", () => this.#end(HUNG_UP));
  }

  isUsable(): boolean {
    return this.#socket.readyState === "open" && performance.now() < this.#idleUntilMs;
  }

  close(): void {
    this.#socket.destroy();
  }

  send(exchange: ShortExchange, head: string): void {
    const { request, signal, timeoutMs } = exchange;
    const socket = this.#socket;
    this.#exchange = exchange;
    if (socket.timeout !== timeoutMs) socket.setTimeout(timeoutMs);
    socket.ref();
    signal.addEventListener("abort", this.#onAbort, { once: true });
    if (signal.aborted) {
      this.#abandon();
      return;
    }
    const { body } = request;
    if (body.length > MOST_TOGETHER_BYTES) {
      socket.cork();
      socket.write(head, "latin1");
      socket.write(body);
      socket.uncork();
    } else {
      const whole = Buffer.allocUnsafe(head.length + body.length);
      whole.write(head, 0, "latin1");
      whole.set(body, head.length);
      socket.write(whole);
    }
  }

  #take(chunk: Buffer): void {
    // Nobody has asked for anything.
    if (!this.#exchange) {
      this.close();
      return;
    }
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (!this.#head && !this.#readHead()) return;
    const head = this.#head as AnswerHead;
    if (this.#bytes < head.bodyBytes) return;
    const isMore = this.#bytes > head.bodyBytes;
    const body = joined(this.#chunks);
    const { status, headers, idleMs } = head;
    this.#leave()?.resolve({ status, headers, body: isMore ? body.subarray(0, head.bodyBytes) : body });
    // An answer that came before the request's end leaves a connection that nobody can use again.
    if (isMore || idleMs <= 0 || this.#socket.writableLength > 0) this.close();
    else {
      this.#idleUntilMs = performance.now() + idleMs;
      this.#socket.unref();
      this.#parts.keep(this);
    }
  }

  /** @returns whether there is an ordinary head now; what has come of the body is in the chunks then */
  #readHead(): boolean {
    const exchange = this.#exchange as ShortExchange;
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)];
    const [bytes] = this.#chunks as [Buffer];
    const end = bytes.indexOf(HEAD_END);
    if (end < 0) {
      // What is no HTTP at all need not come to an end.
      const begun = bytes.toString("latin1");
      const isHttp = HTTP.startsWith(begun.slice(0, HTTP.length)) && !BARE_LINE_FEED.test(begun);
      if (bytes.length > MOST_HEAD_BYTES || !isHttp) this.#handOver(true);
      return false;
    }
    const text = bytes.toString("latin1", 0, end + 2);
    const head = readAnswerHead(text, exchange.request.method, this.#parts.mostIdleMs);
    if (!head || head.bodyBytes > exchange.mostBodyBytes) {
      this.#handOver(!head);
      return false;
    }
    const rest = bytes.subarray(end + HEAD_END.length);
    this.#head = head;
    this.#chunks = rest.length > 0 ? [rest] : [];
    this.#bytes = rest.length;
    return true;
  }

  /** @param isExtraordinary not only a long one */
  #handOver(isExtraordinary: boolean): void {
    if (isExtraordinary) this.#parts.isExtraordinary();
    const socket = this.#socket;
    const chunks = this.#chunks;
    socket.removeAllListeners("data").removeAllListeners("close").removeAllListeners("timeout");
    const exchange = this.#leave();
    if (!exchange) return;
    const connection = new Handed(socket);
    for (const chunk of chunks) connection.push(chunk);
    exchange.handOver(connection);
  }

  #silent(isConnecting: boolean): void {
    if (this.#head) this.#end(HUNG_UP);
    this.#leave()?.silent(isConnecting);
    this.close();
  }

  #abandon(): void {
    this.#leave()?.abandon();
    this.close();
  }

  #end(error: NodeJS.ErrnoException): void {
    clearTimeout(this.#connecting);
    const [head, chunks] = [this.#head, this.#chunks];
    const exchange = this.#leave();
    this.close();
    if (!exchange) return;
    if (head) {
      const { status, headers } = head;
      const body = severedAfter(chunks);
      exchange.resolve({ status, headers, body, whenOver: (over) => over("broken-off") });
    } else exchange.fail(error);
  }

  /** The exchange is over. */
  #leave(): ShortExchange | undefined {
    const exchange = this.#exchange;
    exchange?.signal.removeEventListener("abort", this.#onAbort);
    this.#exchange = undefined;
    this.#head = undefined;
    this.#chunks = [];
    this.#bytes = 0;
    return exchange;
  }
}

/** As Node says that a connection closed without an answer. */
const HUNG_UP = Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });

/** What comes over a connection, for somebody who reads it from its beginning; what they would send has been sent. */
class Handed extends Duplex {
  readonly #socket: Socket;

  constructor(socket: Socket) {
    super();
    this.#socket = socket;
    socket.on("data", (chunk) => this.push(chunk) || socket.pause());
    let isEnded = false;
    socket.on("end", () => {
      isEnded = true;
      this.push(null);
    });
    socket.on("error", (error) => this.destroy(error));
    // What has come is read to its end, however slowly.
    socket.on("close", () => isEnded || this.destroy());
    socket.on("timeout", () => this.emit("timeout"));
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(_chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }

  /** Node's client ends so what it has read whole. */
  destroySoon(): void {
    this.destroy();
  }

  /** What Node's client sets on the connection that it gets. */
  setTimeout(timeoutMs: number): this {
    this.#socket.setTimeout(timeoutMs);
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
}

const ODD_IN_TARGET = /[^!-~]/;
const ODD_IN_HEADER = /[^\t -~\x80-\xff]/;

/** @returns undefined where something in it would not be read as it is meant */
function headText({ method, path, query, headers }: ShortExchange["request"]): string | undefined {
  const target = query === "" ? path : `${path}?${query}`;
  if (ODD_IN_TARGET.test(target)) return undefined;
  let text = `${method} ${target} HTTP/1.1\r\n`;
  for (const name in headers) {
    const line = `${name}: ${headers[name]}`;
    if (ODD_IN_HEADER.test(line)) return undefined;
    text += `${line}\r\n`;
  }
  return `${text}connection: keep-alive\r\n\r\n`;
}
