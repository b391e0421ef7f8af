import { setImmediate as nextTurn } from "node:timers/promises";

/** Work that may pause wherever it yields: what one request brings may be large, and others want their turn meanwhile. */
export type Unhurried<T> = Generator<void, T, void>;

/** How long work goes on before others have their turn. */
const SLICE_MS = 10;

/** Works that wait for each other. */
class Queue {
  #last: Promise<unknown> = Promise.resolve();

  add<T>(work: Unhurried<T>): Promise<T> {
    const done = this.#last.then(() => inSlices(work));
    this.#last = done.catch(() => {});
    return done;
  }
}

const ofRequests = new Queue();
const aside = new Queue();

/**
 * Does work in slices of a few milliseconds, one turn of the event loop each, and one work after the other: however many there
 * are, a turn holds one slice, and what is half done is held once.
 */
export const unhurried = <T>(work: Unhurried<T>): Promise<T> => ofRequests.add(work);

/** The same for work that takes seconds (all that there is, looked at): large requests do not wait for it. */
export const unhurriedAside = <T>(work: Unhurried<T>): Promise<T> => aside.add(work);

async function inSlices<T>(work: Unhurried<T>): Promise<T> {
  for (;;) {
    await nextTurn();
    const endsAt = performance.now() + SLICE_MS;
    do {
      const { done, value } = work.next();
      if (done) return value as T;
    } while (performance.now() < endsAt);
  }
}

/** The same for work that is likely to be small: what takes no longer than a slice is done at once. */
export function inTime<T>(work: Unhurried<T>): T | Promise<T> {
  const endsAt = performance.now() + SLICE_MS;
  do {
    const { done, value } = work.next();
    if (done) return value as T;
  } while (performance.now() < endsAt);
  return unhurried(work);
}

/** The same work without a pause. */
export function atOnce<T>(work: Unhurried<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value as T;
  }
}

/**
 * The same for pieces of work that are promises: one begins after the other, once those before it have gone as far as they come
 * without the world outside, and when these have taken a slice of a turn of the event loop, the next begins in the next turn.
 */
export class Slices {
  #last: Promise<void> = Promise.resolve();
  #endsAt: number | undefined;

  /** Resolves when a piece may begin. */
  next(): Promise<void> {
    this.#sliceEndsAt();
    this.#last = this.#last.then(() => this.#begin());
    return this.#last;
  }

  async #begin(): Promise<void> {
    // What promises have ready comes first.
    await new Promise<void>((resolve) => process.nextTick(resolve));
    if (performance.now() < this.#sliceEndsAt()) return;
    await nextTurn();
    this.#sliceEndsAt();
  }

  /** When the slice of this turn ends: it has begun with the first question. */
  #sliceEndsAt(): number {
    if (this.#endsAt === undefined) {
      this.#endsAt = performance.now() + SLICE_MS;
      setImmediate(() => {
        this.#endsAt = undefined;
      });
    }
    return this.#endsAt;
  }
}

const large = new WeakSet<object>();

/** Remembers that an object or an array holds so much that whoever walks through it should pause within. */
export function markLarge<T extends object>(value: T): T {
  large.add(value);
  return value;
}

export function isLarge(value: unknown): value is object {
  return typeof value === "object" && value !== null && large.has(value);
}
