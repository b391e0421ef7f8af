import type { Key } from "../../core/key.ts";
import { type Collection, defineCollection, type Store } from "../../core/storage.ts";

/** What an action says of what it has to undo: plain data, for a later process may be the one that does it. */
export type Owed = Readonly<Record<string, unknown>>;

/** Something that an action has to do when it ends. */
interface Debt {
  readonly experimentId: string;
  /** The action's name in its experiment. */
  readonly action: string;
  readonly owed: Owed;
}

const DEBTS = defineCollection<Debt>({ name: "debts" });

/**
 * What actions have to do when they end, kept before they do what is to be undone. So it is done, whatever ends them: their time,
 * their experiment, or a process that is killed; then the next one does it.
 */
export class Debts {
  readonly #store: Store;
  readonly #debts: Collection<Debt>;

  constructor(store: Store) {
    this.#store = store;
    this.#debts = store.collection(DEBTS);
  }

  add(experimentId: string, action: string, owed: Owed): void {
    this.#store.transaction(() => {
      const [last] = this.#debts.keys({ prefix: [experimentId], reverse: true, limit: 1 });
      const number = Number(last?.[1] ?? -1) + 1;
      this.#debts.put([experimentId, number], { experimentId, action, owed });
    });
  }

  /** The experiments that owe something. */
  experiments(): ReadonlySet<string> {
    return new Set([...this.#debts.values()].map(({ experimentId }) => experimentId));
  }

  /** What an experiment, or one action of it, owes: the last first. */
  of(experimentId: string, action?: string): { readonly key: Key; readonly value: Debt }[] {
    return [...this.#debts.entries({ prefix: [experimentId] })]
      .filter(({ value }) => action === undefined || value.action === action)
      .reverse();
  }

  delete(key: Key): void {
    this.#debts.delete(key);
  }
}
