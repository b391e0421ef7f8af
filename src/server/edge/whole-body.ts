import type { BodyStep, IncomingBody } from "../../core/http.ts";

/** A body that has come whole, for an operation that takes a stream. */
export class WholeBody implements IncomingBody {
  readonly length: number;
  readonly trailers = {};
  readonly #bytes: Uint8Array;
  readonly #steps: BodyStep[] = [];
  #isRead = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.length = bytes.length;
  }

  bend(step: BodyStep): void {
    this.#steps.push(step);
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    if (this.#isRead) throw new Error("A request's body can be read only once.");
    this.#isRead = true;
    let chunks: AsyncIterable<Uint8Array> = this.#chunks();
    for (const step of this.#steps) chunks = step(chunks);
    return chunks[Symbol.asyncIterator]();
  }

  /** It is here already, and nobody waits to send it. */
  receive(): void {}
  discard(): void {}
  withholdContinue(): void {}

  async *#chunks(): AsyncGenerator<Uint8Array> {
    yield this.#bytes;
  }
}
