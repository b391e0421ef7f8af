import type { Socket } from "node:net";
import { type Head, readHead } from "./head.ts";
import { kept, LendingSocket } from "./lending-socket.ts";
import { Reply } from "./reply.ts";

/** What the short way needs of the server behind it. */
export interface ShortWayParts {
  /** How long a connection may rest between two requests. */
  readonly keepAliveMs: number;
  /** How long a client may take over one request. */
  readonly patienceMs: number;
  /** The largest body that is waited for here. */
  readonly mostBodyBytes: number;
  /** Serves a request; false, before anything was done, when it is not for the short way. */
  serve(head: Head, body: Uint8Array, reply: Reply): boolean;
  /** Is a body read as it comes? Its handler must hear at once of what has come, and that the rest does not. */
  streams(head: Head, socket: Socket): boolean;
  /** Takes a connection over, whose bytes have been given back to it. */
  handOver(socket: Socket): void;
  /** Answers a client that takes too long over a head. */
  refuseSlow(socket: Socket): void;
}

/** A head of more bytes is left to Node's parser, with its own limits. */
const MOST_HEAD_BYTES = 16 * 1024;
/** In so many pieces a request may come here. */
const MOST_PIECES = 4;
/** More than this of later requests is not taken in while one is served. */
const MOST_AHEAD_BYTES = 256 * 1024;
const HEAD_END = Buffer.from("\r\n\r\n");
const NOTHING = Buffer.alloc(0);

/**
 * A connection of HTTP/1.1 as long as what comes on it is ordinary: whole requests with a length, one after the other, each answered before
 * the next is looked at. With the first that is not, the connection goes to Node's server for good, with every byte that was not served.
 */
export class ShortWay {
  readonly #socket: Socket;
  readonly #parts: ShortWayParts;
  #held: Buffer = NOTHING;
  #pieces = 0;
  #reply: Reply | undefined;
  #isReading = false;
  readonly #take = (piece: Buffer) => this.#read(piece);
  readonly #drained = () => {
    if (this.#reply) this.#reply.emit("drain");
    else this.#goOn();
  };
  readonly #closed = () => this.#reply?.emit("close");
  readonly #failed = () => this.#socket.destroy();
  readonly #rested = () => this.#rest();

  constructor(socket: Socket, first: Buffer, parts: ShortWayParts) {
    this.#socket = socket;
    this.#parts = parts;
    socket.setNoDelay(true);
    if (socket instanceof LendingSocket) {
      socket.lendTo(this.#take);
      socket.resume();
    } else socket.on("data", this.#take);
    socket.on("drain", this.#drained);
    socket.on("close", this.#closed);
    socket.on("error", this.#failed);
    socket.on("timeout", this.#rested);
    socket.setTimeout(parts.keepAliveMs);
    this.#read(first);
  }

  #read(piece: Buffer): void {
    this.#held = this.#held.length === 0 ? piece : Buffer.concat([this.#held, piece]);
    this.#pieces++;
    if (this.#mayGoOn()) this.#next();
    else if (this.#held.length > MOST_AHEAD_BYTES) this.#socket.pause();
    this.#held = kept(this.#held);
  }

  /** Serves what has come whole, one request after the other. */
  #next(): void {
    // A request that is answered at once comes back here: its successor is the loop's.
    if (this.#isReading) return;
    this.#isReading = true;
    while (this.#mayGoOn() && this.#held.length > 0 && this.#serveOne());
    this.#isReading = false;
  }

  /** False when there is nothing more to do here for now. */
  #serveOne(): boolean {
    const held = this.#held;
    const headBytes = held.indexOf(HEAD_END) + HEAD_END.length;
    if (headBytes < HEAD_END.length) return this.#wait(held.length <= MOST_HEAD_BYTES);
    const head =
      headBytes <= MOST_HEAD_BYTES ? readHead(held.toString("latin1", 0, headBytes - 2)) : undefined;
    if (head === undefined || head.bodyBytes > this.#parts.mostBodyBytes) return this.#handOver();
    const end = headBytes + head.bodyBytes;
    if (held.length < end) return this.#wait(!this.#parts.streams(head, this.#socket));
    const reply = new Reply(this.#socket, head.method, this.#parts.keepAliveMs, this.#ended);
    this.#reply = reply;
    if (!this.#parts.serve(head, kept(held.subarray(headBytes, end)), reply)) {
      this.#reply = undefined;
      return this.#handOver();
    }
    this.#held = held.length === end ? NOTHING : held.subarray(end);
    this.#pieces = this.#held.length > 0 ? 1 : 0;
    return true;
  }

  /** The rest of a request is to come, unless it comes in too many pieces. */
  #wait(mayWait: boolean): boolean {
    if (!mayWait || this.#pieces >= MOST_PIECES) return this.#handOver();
    this.#socket.setTimeout(this.#parts.patienceMs);
    return false;
  }

  readonly #ended = (isLast: boolean): void => {
    this.#reply = undefined;
    const socket = this.#socket;
    if (isLast) {
      socket.destroySoon();
      return;
    }
    if (socket.destroyed) return;
    if (socket.timeout !== this.#parts.keepAliveMs) socket.setTimeout(this.#parts.keepAliveMs);
    this.#goOn();
  };

  /** Who does not read its answers gets no more of them made. */
  #mayGoOn(): boolean {
    return this.#reply === undefined && !this.#socket.writableNeedDrain;
  }

  #goOn(): void {
    if (!this.#mayGoOn()) return;
    if (this.#socket.isPaused()) this.#socket.resume();
    if (this.#held.length > 0) this.#next();
  }

  #handOver(): boolean {
    const socket = this.#socket;
    if (socket instanceof LendingSocket) socket.lendTo(undefined);
    else socket.off("data", this.#take);
    socket.off("drain", this.#drained);
    socket.off("close", this.#closed);
    socket.off("error", this.#failed);
    socket.off("timeout", this.#rested);
    socket.setTimeout(0);
    const held = kept(this.#held);
    this.#held = NOTHING;
    socket.pause();
    socket.unshift(held);
    this.#parts.handOver(socket);
    return false;
  }

  #rest(): void {
    if (this.#reply !== undefined) this.#reply.emit("timeout");
    else if (this.#held.length > 0 && !this.#held.includes(HEAD_END)) this.#parts.refuseSlow(this.#socket);
    else this.#socket.destroy();
  }
}
