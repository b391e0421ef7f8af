import type { Key } from "../core/key.ts";
import type { Collection } from "../core/storage.ts";
import { type DueHost, untilKept, whenKept } from "./due.ts";

/**
 * A record of something that goes on whether it can be noted or not (a task's processes, an experiment's faults): what the store
 * could not keep is owed, and kept a little later with what has come since.
 */
export class Owing<T extends object> {
  readonly #host: DueHost;
  readonly #records: Collection<T>;
  readonly #key: Key;
  readonly #kept: () => void;
  #owed: Partial<T> = {};

  /** @param kept hears, each time, that what was owed is kept */
  constructor(host: DueHost, records: Collection<T>, key: Key, kept: () => void = () => {}) {
    this.#host = host;
    this.#records = records;
    this.#key = key;
    this.#kept = kept;
  }

  /** As it is, whether all of it is kept or not; undefined when it is gone. */
  get record(): T | undefined {
    const kept = this.#records.get(this.#key);
    return kept && { ...kept, ...this.#owed };
  }

  change(change: Partial<T>): void {
    this.#owed = { ...this.#owed, ...change };
    untilKept(this.#host, () => this.#keep());
  }

  #keep(): void {
    const owed = this.#owed;
    const { record } = this;
    if (!record || Object.keys(owed).length === 0) return;
    this.#records.put(this.#key, record);
    whenKept(this.#host.storage, () => {
      const left = Object.entries(this.#owed).filter(
        ([name, value]) => !(name in owed) || value !== owed[name as keyof T],
      );
      this.#owed = Object.fromEntries(left) as Partial<T>;
      this.#kept();
    });
  }
}
