import type { WrittenRule } from "../calls/copies.ts";
import { Store } from "../store.ts";

/** A rule that somebody is writing. */
export interface Draft {
  readonly title: string;
  readonly rule: WrittenRule | Readonly<Record<string, unknown>>;
  /** Of the rule that it changes; none for a new one. */
  readonly id?: string;
}

export const draft = new Store<Draft | undefined>(undefined);

export const edit = (one: Draft): void => draft.set(one);
