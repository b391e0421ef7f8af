import { connect, type Socket } from "node:net";

/** What Valkey answers: https://valkey.io/topics/protocol/ (RESP2) */
export type Reply = string | number | null | readonly Reply[];

/** How texts are bytes: `latin1` has each byte as one character, whatever it is. */
type Encoding = "utf8" | "latin1";

/** Asks one server one thing after the other. */
export class RespClient {
  readonly #socket: Socket;
  readonly #encoding: Encoding;
  readonly #waiting: PromiseWithResolvers<Reply>[] = [];
  #left = Buffer.alloc(0);

  /** What comes without having been asked for: the messages of what is subscribed to. */
  told: (message: Reply) => void = () => {};
  /** The connection has ended. */
  over: () => void = () => {};

  constructor(path: string, encoding: Encoding = "utf8") {
    this.#encoding = encoding;
    this.#socket = connect({ path });
    this.#socket.unref();
    this.#socket.on("data", (chunk) => this.#read(chunk));
    this.#socket.on("error", (error) => this.#fail(error));
    this.#socket.on("close", () => {
      this.#fail(new Error("The connection has been closed."));
      this.over();
    });
  }

  /** Has the connection ended? */
  get isOver(): boolean {
    return this.#socket.destroyed;
  }

  /** @throws Error with what it says is wrong */
  ask(...command: readonly string[]): Promise<Reply> {
    const waiting = Promise.withResolvers<Reply>();
    if (this.#socket.destroyed) waiting.reject(new Error("The connection has been closed."));
    else {
      this.#waiting.push(waiting);
      const words = command.map((word) => `$${Buffer.byteLength(word, this.#encoding)}\r\n${word}\r\n`);
      this.#socket.write(`*${command.length}\r\n${words.join("")}`, this.#encoding);
    }
    return waiting.promise;
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    this.#left = Buffer.concat([this.#left, chunk]);
    for (;;) {
      const found = replyAt(this.#left, 0, this.#encoding);
      if (!found) return;
      this.#left = this.#left.subarray(found.end);
      const waiting = this.#waiting.shift();
      if (found.reply instanceof Error) waiting?.reject(found.reply);
      else if (waiting) waiting.resolve(found.reply);
      else this.told(found.reply);
    }
  }

  #fail(error: Error): void {
    for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
  }
}

/** The reply that begins at a place, and where it ends; undefined when not all of it is there. */
function replyAt(
  buffer: Buffer,
  at: number,
  encoding: Encoding,
): { reply: Reply | Error; end: number } | undefined {
  const lineEnd = buffer.indexOf("\r\n", at);
  if (lineEnd < 0) return undefined;
  const end = lineEnd + 2;
  const text = buffer.toString(encoding, at + 1, lineEnd);
  const kind = String.fromCharCode(buffer[at] ?? 0);
  if (kind === "+") return { reply: text, end };
  if (kind === "-") return { reply: new Error(text), end };
  if (kind === ":") return { reply: Number(text), end };
  const count = Number(text);
  if (count < 0) return { reply: null, end };
  if (kind === "$") {
    const last = end + count;
    return buffer.length < last + 2
      ? undefined
      : { reply: buffer.toString(encoding, end, last), end: last + 2 };
  }
  return listAt(buffer, end, count, encoding);
}

function listAt(
  buffer: Buffer,
  at: number,
  count: number,
  encoding: Encoding,
): { reply: Reply; end: number } | undefined {
  const items: Reply[] = [];
  let end = at;
  for (let n = 0; n < count; n++) {
    const found = replyAt(buffer, end, encoding);
    if (!found) return undefined;
    items.push(found.reply instanceof Error ? found.reply.message : found.reply);
    end = found.end;
  }
  return { reply: items, end };
}
