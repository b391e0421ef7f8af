import type { IncomingMessage } from "node:http";
import { AwsError, awsError } from "../core/aws-error.ts";
import type { IncomingBody } from "../core/http.ts";
import { ReadOnce } from "./read-once.ts";
import { passedBy } from "./tidy.ts";

export const incompleteBody = awsError("IncompleteBody", 400, "The request body terminated unexpectedly");
export const entityTooLarge = awsError(
  "EntityTooLarge",
  400,
  "Your proposed upload exceeds the maximum allowed size",
);

/** S3's: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList */
export const requestTimeout = awsError(
  "RequestTimeout",
  400,
  "Your socket connection to the server was not read from or written to within the timeout period. Idle connections will be closed.",
);

/** A request's body as it comes from the socket: read once, no faster than its reader takes it. */
export class RequestStream extends ReadOnce implements IncomingBody {
  readonly length?: number;
  readonly trailers = {};
  readonly #incoming: IncomingMessage;
  readonly #largest: number;
  readonly #early: Buffer[] = [];
  #earlyBytes = 0;
  #sendContinue: (() => void) | undefined;
  #stopReceiving: (() => void) | undefined;
  readonly #idleMs: number;
  #isStalled = false;

  /** @param options.sendContinue asks for the body of a client that waits to be asked; undefined for one that does not */
  constructor(
    incoming: IncomingMessage,
    {
      largest,
      idleMs,
      sendContinue,
    }: { largest: number; idleMs: number; sendContinue: (() => void) | undefined },
  ) {
    super();
    this.#incoming = incoming;
    this.#largest = largest;
    this.#idleMs = idleMs;
    this.#sendContinue = sendContinue;
    const announced = incoming.headers["content-length"];
    if (announced !== undefined) this.length = Number(announced);
  }

  /** Does the client still wait for `100 Continue`? */
  get isAwaited(): boolean {
    return this.#sendContinue !== undefined;
  }

  /** Has it been given up, because nothing of it came any more? */
  get isStalled(): boolean {
    return this.#isStalled;
  }

  withholdContinue(): void {
    this.#sendContinue = undefined;
  }

  receive(atMostBytes: number): void {
    if (this.isRead || this.#stopReceiving || this.#isTooLarge()) return;
    this.#continue();
    const take = (chunk: Buffer) => {
      this.#early.push(chunk);
      this.#earlyBytes += chunk.length;
      if (this.#earlyBytes >= atMostBytes) stop();
    };
    const stop = () => {
      this.#incoming.pause();
      this.#incoming.off("data", take);
    };
    this.#stopReceiving = stop;
    this.#incoming.on("data", take);
  }

  discard(atMostBytes: number): void {
    const incoming = this.#incoming;
    if (incoming.readableEnded || incoming.destroyed) return;
    this.#stopReceiving?.();
    discard(incoming, atMostBytes);
  }

  /** One generator for all of it: a large body passes here in some hundred thousand pieces. */
  protected override async *chunks(): AsyncGenerator<Uint8Array> {
    if (this.#isTooLarge()) throw entityTooLarge();
    this.#stopReceiving?.();
    this.#continue();
    let size = this.#earlyBytes;
    yield* this.#early.splice(0);
    const incoming = this.#incoming;
    if (!incoming.readableEnded) {
      try {
        for await (const piece of this.#pieces()) {
          size += piece.length;
          passedBy(piece.length);
          if (size > this.#largest) throw entityTooLarge();
          yield piece;
        }
      } catch (error) {
        // Else the connection broke.
        throw error instanceof AwsError ? error : incompleteBody();
      }
    }
    if (this.length !== undefined && size !== this.length) throw incompleteBody();
  }

  /** What comes from the socket, until nothing has come for a while that somebody waits for. */
  async *#pieces(): AsyncGenerator<Uint8Array> {
    const incoming = this.#incoming;
    let wake = () => {};
    let fail: (error: Error) => void = () => {};
    const come = () => wake();
    const gone = (error?: Error) => (incoming.readableEnded ? wake() : fail(error ?? incompleteBody()));
    const idle = setTimeout(() => {
      this.#isStalled = true;
      fail(requestTimeout());
    }, this.#idleMs).unref();
    const listeners = { readable: come, end: come, error: gone, close: gone } as const;
    for (const [event, listener] of Object.entries(listeners)) incoming.on(event, listener);
    try {
      for (;;) {
        const piece = incoming.read() as Uint8Array | null;
        if (piece !== null) yield piece;
        else if (incoming.readableEnded) return;
        else if (incoming.destroyed) throw incompleteBody();
        else {
          idle.refresh();
          await new Promise<void>((resolve, reject) => {
            wake = resolve;
            fail = reject;
          });
        }
      }
    } finally {
      // A reader that stops early still wants to answer on this connection.
      clearTimeout(idle);
      for (const [event, listener] of Object.entries(listeners)) incoming.off(event, listener);
    }
  }

  #isTooLarge(): boolean {
    return this.length !== undefined && this.length > this.#largest;
  }

  #continue(): void {
    this.#sendContinue?.();
    this.#sendContinue = undefined;
  }
}

/** Reads what nobody wants and throws it away; behind so many bytes the connection closes. */
export function discard(incoming: IncomingMessage, atMostBytes: number): void {
  let size = 0;
  incoming.on("error", () => {});
  incoming.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > atMostBytes) incoming.destroy();
  });
}
