import { Transform, type TransformCallback } from "node:stream";
import type { Bend } from "./bend.ts";

/** What a piece has to pass. */
export type Passage = Pick<Bend, "pieceBytes" | "room" | "sent" | "passing">;

/** So much may be on its way, and in so many pieces. */
const MOST_BYTES = 1024 * 1024;
const MOST_PIECES = 1024;

/** One direction of a connection: hands on what it gets, each piece when it has passed what bends it, and none before the one before it. */
export class Way extends Transform {
  /** What bends it now: what is under way meets those that come as well. */
  bends: readonly Passage[] = [];
  readonly #cut: () => void;
  #bytes = 0;
  #pieces = 0;
  #isCut = false;
  #last: Promise<void> | undefined;
  #more: (() => void) | undefined;

  /** @param cut what happens when as much has arrived as is to arrive */
  constructor(cut: () => void = () => {}) {
    super();
    this.#cut = cut;
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback): void {
    if (this.#isCut || (this.bends.length === 0 && !this.#last)) done(null, this.#isCut ? undefined : chunk);
    else void this.#take(chunk).then(() => done());
  }

  /** Somebody reads on: what waits to be taken is taken. */
  override _read(bytes: number): void {
    super._read(bytes);
    this.#goOn();
  }

  #goOn(): void {
    this.#more?.();
    this.#more = undefined;
  }

  override _flush(done: TransformCallback): void {
    const crossed = this.#cross(0);
    void Promise.all([this.#last, crossed]).then(() => done());
  }

  async #take(chunk: Buffer): Promise<void> {
    for (let from = 0; from < chunk.length && !this.#isCut && !this.destroyed; ) {
      const piece = chunk.subarray(from, from + Math.min(...this.bends.map((bend) => bend.pieceBytes)));
      from += piece.length;
      this.#send(piece);
      while (!this.#isCut && (this.#bytes + this.readableLength >= MOST_BYTES || this.#pieces >= MOST_PIECES))
        await new Promise<void>((resolve) => {
          this.#more = resolve;
        });
    }
  }

  #send(piece: Buffer): void {
    this.#bytes += piece.length;
    this.#pieces++;
    const before = this.#last;
    const mine = Promise.all([before, this.#cross(piece.length)]).then(() => {
      this.#bytes -= piece.length;
      this.#pieces--;
      if (this.#last === mine) this.#last = undefined;
      this.#deliver(piece);
      this.#goOn();
    });
    this.#last = mine;
  }

  async #cross(bytes: number): Promise<void> {
    const met = new Set<Passage>();
    for (;;) {
      const next = this.bends.find((bend) => !met.has(bend));
      if (!next) return;
      met.add(next);
      const passing = next.passing(bytes);
      if (passing) await passing;
    }
  }

  #deliver(piece: Buffer): void {
    if (this.#isCut || this.destroyed) return;
    const room = Math.max(0, Math.min(...this.bends.map((bend) => bend.room)));
    const sent = piece.subarray(0, room);
    for (const bend of this.bends) bend.sent(sent.length);
    if (sent.length > 0) this.push(sent);
    if (sent.length < room) return;
    this.#isCut = true;
    this.once("end", this.#cut);
    this.push(null);
  }
}
