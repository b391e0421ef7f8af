import type { Socket } from "node:net";
import type { Replying } from "../replying.ts";
import { headText } from "./reply-head.ts";

/** So much of a body is put behind its head in one piece of memory; what is longer is written beside it. */
const COPIED_BYTES = 16 * 1024;

type Listener = () => void;

/** The answer to one request of a connection, written straight to its socket; as much of Node's `ServerResponse` as the server uses. */
export class Reply implements Replying {
  readonly socket: Socket;
  headersSent = false;
  writableEnded = false;
  readonly #isHead: boolean;
  readonly #keepAliveMs: number;
  readonly #ended: (isLast: boolean) => void;
  #extra: Record<string, string> | undefined;
  #head = "";
  #hasBody = true;
  #isChunked = false;
  #isLast = false;
  #listeners: { readonly event: string; readonly listener: Listener; readonly isOnce: boolean }[] = [];

  /** @param ended is told when all has been written, and whether the connection shall close behind it */
  constructor(socket: Socket, method: string, keepAliveMs: number, ended: (isLast: boolean) => void) {
    this.socket = socket;
    this.#isHead = method === "HEAD";
    this.#keepAliveMs = keepAliveMs;
    this.#ended = ended;
  }

  get destroyed(): boolean {
    return this.socket.destroyed;
  }

  get writableLength(): number {
    return this.#head.length;
  }

  get writableFinished(): boolean {
    return this.writableEnded;
  }

  setHeader(name: string, value: string): void {
    this.#extra = { ...this.#extra, [name]: value };
  }

  /** @throws TypeError for a header that HTTP cannot carry */
  writeHead(status: number, headers: Readonly<Record<string, string | string[]>>): void {
    const given = this.#extra === undefined ? headers : { ...this.#extra, ...headers };
    const connection = { keepAliveMs: this.#keepAliveMs, isHead: this.#isHead };
    const { text, hasBody, isChunked, isLast } = headText(status, given, connection);
    this.#head = text;
    this.#hasBody = hasBody;
    this.#isChunked = isChunked;
    this.#isLast = isLast;
    this.headersSent = true;
  }

  flushHeaders(): void {
    if (this.#head === "") return;
    this.socket.write(this.#head, "latin1");
    this.#head = "";
  }

  /** False when the client should have read some of it before more is written. */
  write(piece: Uint8Array): boolean {
    this.flushHeaders();
    if (!this.#hasBody || piece.length === 0) return true;
    if (!this.#isChunked) return this.socket.write(piece);
    this.socket.cork();
    this.socket.write(`${piece.length.toString(16)}\r\n`, "latin1");
    this.socket.write(piece);
    const isTaken = this.socket.write("\r\n", "latin1");
    this.socket.uncork();
    return isTaken;
  }

  end(body?: string | Uint8Array): void {
    if (this.writableEnded) return;
    if (body !== undefined && body.length > 0 && this.#hasBody) this.#writeLast(body);
    else if (this.#isChunked && this.#hasBody) this.socket.write(`${this.#head}0\r\n\r\n`, "latin1");
    else this.flushHeaders();
    this.#head = "";
    this.writableEnded = true;
    this.emit("finish");
    this.#ended(this.#isLast);
  }

  destroy(error?: Error): void {
    this.socket.destroy(error);
  }

  /** Calls when the client has read nothing for so long of what is there for it. */
  setTimeout(ms: number, listener: Listener): void {
    this.socket.setTimeout(ms);
    this.on("timeout", listener);
  }

  on(event: string, listener: Listener): void {
    this.#listeners.push({ event, listener, isOnce: false });
  }

  once(event: string, listener: Listener): void {
    this.#listeners.push({ event, listener, isOnce: true });
  }

  off(event: string, listener: Listener): void {
    this.#listeners = this.#listeners.filter((known) => known.event !== event || known.listener !== listener);
  }

  /** What its connection says: `close`, `drain`, `timeout`. */
  emit(event: string): void {
    if (this.#listeners.length === 0) return;
    const heard = this.#listeners.filter((known) => known.event === event);
    this.#listeners = this.#listeners.filter((known) => known.event !== event || !known.isOnce);
    for (const { listener } of heard) listener();
  }

  #writeLast(body: string | Uint8Array): void {
    const head = this.#head;
    if (this.#isChunked) {
      this.write(typeof body === "string" ? Buffer.from(body) : body);
      this.socket.write("0\r\n\r\n", "latin1");
      return;
    }
    if (body.length > COPIED_BYTES) {
      this.socket.cork();
      this.socket.write(head, "latin1");
      this.socket.write(body);
      this.socket.uncork();
      return;
    }
    const bytes = typeof body === "string" ? Buffer.byteLength(body) : body.length;
    if (bytes === body.length && typeof body === "string") {
      this.socket.write(head + body, "latin1");
      return;
    }
    const whole = Buffer.allocUnsafe(head.length + bytes);
    whole.write(head, "latin1");
    if (typeof body === "string") whole.write(body, head.length, "utf8");
    else whole.set(body, head.length);
    this.socket.write(whole);
  }
}
