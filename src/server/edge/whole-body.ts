import type { IncomingBody } from "../../core/http.ts";
import { ReadOnce } from "../read-once.ts";

/** A body that has come whole, for an operation that takes a stream. */
export class WholeBody extends ReadOnce implements IncomingBody {
  readonly length: number;
  readonly trailers = {};
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    super();
    this.#bytes = bytes;
    this.length = bytes.length;
  }

  /** It is here already, and nobody waits to send it. */
  receive(): void {}
  discard(): void {}
  withholdContinue(): void {}

  protected override async *chunks(): AsyncGenerator<Uint8Array> {
    yield this.#bytes;
  }
}
