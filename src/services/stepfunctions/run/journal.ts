import type { Store } from "../../../core/storage.ts";
import { type EventRecord, eventRecords } from "../history-event.ts";
import { type Frame, frames } from "./frame.ts";

/** Where an execution's events and frames go. */
export interface Journal {
  event(event: EventRecord): void;
  keep(path: readonly number[], frame: Frame): void;
  /** The frames of branches below a place; their parent's stays. */
  forgetBelow(path: readonly number[]): void;
  /** What an earlier process left. */
  frameAt(path: readonly number[]): Frame | undefined;
}

/** Writes what an execution goes on from, and sees that it is kept. @throws Lost */
export type Write = (work: () => void) => void;

/** Of a Standard execution: everything is kept. */
export class KeptJournal implements Journal {
  readonly #events;
  readonly #frames;
  readonly #key: readonly [string, string];
  readonly #write: Write;

  constructor(store: Store, machine: string, name: string, write: Write) {
    this.#write = write;
    this.#events = store.collection(eventRecords);
    this.#frames = store.collection(frames);
    this.#key = [machine, name];
  }

  event(event: EventRecord): void {
    this.#write(() => this.#events.put([...this.#key, event.id], event));
  }

  keep(path: readonly number[], frame: Frame): void {
    this.#write(() => this.#frames.put([...this.#key, ...path], frame));
  }

  forgetBelow(path: readonly number[]): void {
    this.#write(() => {
      const own = this.#frames.get([...this.#key, ...path]);
      this.#frames.clear({ prefix: [...this.#key, ...path] });
      if (own) this.#frames.put([...this.#key, ...path], own);
    });
  }

  frameAt(path: readonly number[]): Frame | undefined {
    return this.#frames.get([...this.#key, ...path]);
  }

  /** The id of the last event. */
  lastId(): number {
    for (const { id } of this.#events.values({ prefix: [...this.#key], reverse: true, limit: 1 })) return id;
    return 0;
  }

  forgetFrames(): void {
    this.#write(() => this.#frames.clear({ prefix: [...this.#key] }));
  }
}

/** Of an Express execution, or of a test of one state: nothing is kept of its way. */
export const PASSING_JOURNAL: Journal = {
  event() {},
  keep() {},
  forgetBelow() {},
  frameAt: () => undefined,
};
