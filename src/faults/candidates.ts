import { sure } from "../core/sure.ts";
import { type Handle, handlesOf, textsIn } from "./handles.ts";
import type { Facts } from "./match.ts";
import type { CompiledRule } from "./rule-table.ts";

/** So few are asked one by one: to find them would cost more. */
const FEW = 4;

/** Where rules stand in the table that are found by what a call has in one respect. */
interface Shelf {
  readonly respect: string;
  readonly textsOf: (facts: Facts) => readonly string[];
  readonly places: Map<string, number[]>;
}

/**
 * The rules that calls of an operation can meet, in table order. A rule whose match wants something exact (a table, a key, a
 * role) is found by it, so that what a call costs hangs on the rules that it may meet and not on how many there are.
 */
export class Candidates {
  readonly rules: readonly CompiledRule[];
  /** Does one of them want to know who a call is? */
  readonly askWho: boolean;
  readonly #shelves: Shelf[] = [];
  /** What nothing exact leads to is asked at every call. */
  readonly #always: readonly number[];
  readonly #alwaysAsked: readonly CompiledRule[];

  constructor(rules: readonly CompiledRule[]) {
    this.rules = rules;
    this.askWho = rules.some(({ wantsIdentity }) => wantsIdentity);
    this.#always = rules.length > FEW ? this.#shelve(rules) : [...rules.keys()];
    this.#alwaysAsked = this.#at(this.#always);
  }

  /** Those that a call may meet: every one that its match holds for, and few others. */
  for(facts: Facts): readonly CompiledRule[] {
    let found: Set<number> | undefined;
    for (const { textsOf, places } of this.#shelves) {
      for (const text of textsOf(facts)) {
        const at = places.get(text);
        if (at === undefined) continue;
        found ??= new Set(this.#always);
        for (const place of at) found.add(place);
      }
    }
    return found === undefined ? this.#alwaysAsked : this.#at([...found].sort((a, b) => a - b));
  }

  #at(places: readonly number[]): readonly CompiledRule[] {
    return places.map((place) => sure(this.rules[place]));
  }

  /** @returns the places of the rules that have nothing to be found by */
  #shelve(rules: readonly CompiledRule[]): number[] {
    const handles = rules.map(({ rule }) => handlesOf(rule.match));
    const shared = howOften(handles.flat(2));
    const most = (alternatives: readonly Handle[]) =>
      Math.max(...alternatives.map((handle) => shared.get(keyOf(handle)) ?? 0));
    return [...rules.keys()].filter((place) => {
      const criteria = handles[place] ?? [];
      // By what it has to itself; of alike ones, by what is looked up most cheaply.
      const best = criteria.toSorted((a, b) => most(a) - most(b))[0];
      for (const handle of best ?? []) this.#put(handle, place);
      return best === undefined;
    });
  }

  #put({ respect, text }: Handle, place: number): void {
    let shelf = this.#shelves.find((known) => known.respect === respect);
    if (shelf === undefined) {
      shelf = { respect, textsOf: textsIn(respect), places: new Map() };
      this.#shelves.push(shelf);
    }
    const places = shelf.places.get(text);
    if (places === undefined) shelf.places.set(text, [place]);
    else places.push(place);
  }
}

const keyOf = ({ respect, text }: Handle) => `${respect}\n${text}`;

function howOften(handles: readonly Handle[]): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const handle of handles) times.set(keyOf(handle), (times.get(keyOf(handle)) ?? 0) + 1);
  return times;
}
