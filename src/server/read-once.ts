import type { BodyStep } from "../core/http.ts";

/** A body that is read once, through the steps that it has been bent to. */
export abstract class ReadOnce {
  readonly #steps: BodyStep[] = [];
  #isRead = false;

  /** What is read, before the steps. */
  protected abstract chunks(): AsyncIterable<Uint8Array>;

  protected get isRead(): boolean {
    return this.#isRead;
  }

  bend(step: BodyStep): void {
    this.#steps.push(step);
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    if (this.#isRead) throw new Error("A request's body can be read only once.");
    this.#isRead = true;
    let chunks = this.chunks();
    for (const step of this.#steps) chunks = step(chunks);
    return chunks[Symbol.asyncIterator]();
  }
}
