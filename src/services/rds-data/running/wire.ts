import { connect, type Socket } from "node:net";
import { ConnectionLost, type Where } from "./session.ts";

/** A message as it came: its head, and its body, or nothing where that is longer than anybody wants it. */
export interface Message {
  readonly head: Buffer;
  readonly body: Buffer | undefined;
}

interface Form {
  readonly headBytes: number;
  /** How long a body is, by its head. */
  bodyBytes(head: Buffer): number;
  /** Bodies longer than that are not kept. */
  readonly mostBodyBytes: number;
}

const NOTHING = Buffer.alloc(0);

/** A connection that messages come by: who reads them one by one waits for the next. */
export class Wire {
  readonly #socket: Socket;
  readonly #form: Form;
  #read: Buffer = NOTHING;
  #skipped: { readonly head: Buffer; bytes: number } | undefined;
  readonly #messages: Message[] = [];
  #waiting: PromiseWithResolvers<Message> | undefined;
  #isOver = false;
  /** Hears that it has ended by itself. */
  lost: () => void = () => {};

  private constructor(socket: Socket, form: Form) {
    this.#socket = socket;
    this.#form = form;
    socket.on("data", (chunk: Buffer) => this.#hear(chunk));
    socket.on("error", () => socket.destroy());
    socket.once("close", () => this.#over());
  }

  /** @param signal ends it, wherever it is @throws ConnectionLost */
  static open({ address, port }: Where, form: Form, signal: AbortSignal): Promise<Wire> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: address, port, noDelay: true, signal });
      socket.once("error", (error) => reject(new ConnectionLost(error.message)));
      socket.once("connect", () => resolve(new Wire(socket, form)));
    });
  }

  send(bytes: Buffer): void {
    if (!this.#isOver) this.#socket.write(bytes);
  }

  /** @throws ConnectionLost */
  next(): Promise<Message> {
    const message = this.#messages.shift();
    if (message) return Promise.resolve(message);
    if (this.#isOver) return Promise.reject(new ConnectionLost());
    this.#waiting = Promise.withResolvers<Message>();
    return this.#waiting.promise;
  }

  /** Ends it, after some last words. */
  end(words: Buffer = NOTHING): void {
    this.lost = () => {};
    this.#socket.end(words);
    this.#socket.resume();
    // A server that is held does not hear it.
    this.#socket.unref();
  }

  #over(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#waiting?.reject(new ConnectionLost());
    this.lost();
  }

  #hear(chunk: Buffer): void {
    let read = this.#read.length === 0 ? chunk : Buffer.concat([this.#read, chunk]);
    const { headBytes, mostBodyBytes } = this.#form;
    for (;;) {
      const skipped = this.#skipped;
      if (skipped) {
        const bytes = Math.min(skipped.bytes, read.length);
        read = read.subarray(bytes);
        skipped.bytes -= bytes;
        if (skipped.bytes > 0) break;
        this.#skipped = undefined;
        this.#tell({ head: skipped.head, body: undefined });
      }
      if (read.length < headBytes) break;
      const head = read.subarray(0, headBytes);
      const bodyBytes = this.#form.bodyBytes(head);
      if (bodyBytes > mostBodyBytes) {
        this.#skipped = { head, bytes: bodyBytes };
        read = read.subarray(headBytes);
        continue;
      }
      if (read.length < headBytes + bodyBytes) break;
      this.#tell({ head, body: read.subarray(headBytes, headBytes + bodyBytes) });
      read = read.subarray(headBytes + bodyBytes);
    }
    this.#read = read;
  }

  #tell(message: Message): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting) waiting.resolve(message);
    else this.#messages.push(message);
  }
}
