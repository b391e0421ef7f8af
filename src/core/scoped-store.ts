import { frozen } from "./frozen.ts";
import { decodeKey, encodeKey, type Key } from "./key.ts";
import { readJson } from "./read-json.ts";
import type { Collection, CollectionDefinition, IndexView, PutListener, Range, Store } from "./storage.ts";
import { decodeStructured, encodeStructured } from "./structured-value.ts";
import { boundsOf, type Row, type Stored, type Table } from "./table.ts";

/** How what is written is undone. */
export interface Undoing {
  /** Before every write. @throws Error when nothing can be written */
  touch(): void;
  /** All or nothing: when `work` throws, none of its writes stay. What it does after an `await` is not part of it. */
  atomically<T>(work: () => T): T;
  /**
   * As `atomically`, for a few writes that belong together whoever makes them: also in a handler that is `async`, whose failure
   * `atomically` does not see.
   */
  whole<T>(work: () => T): T;
}

/** What collections ask of the database that they are in. */
export interface Database {
  readonly generation: number;
  readonly revision: number;
  lossesOf(service: string): number;
  readonly turns: Undoing;
  table(name: string): Table;
  /** A collection is in use: its tables, and how its index keys are made of its values. */
  opened(name: string, definition: CollectionDefinition<never>): void;
  /** Who hears of what is put in a table; the same list for the same name. */
  putListeners(name: string): readonly PutListener[];
}

/** An account and region, and what the keys of everything in it begin with. */
export interface Scope {
  readonly account: string;
  readonly region: string;
  readonly prefix: string;
}

/** A service's store in one account and region. */
export class ScopedStore implements Store {
  readonly #storage: Database;
  readonly #service: string;
  readonly #scope: Scope;
  readonly #collections = new Map<unknown, Collection<never>>();

  constructor(storage: Database, service: string, scope: Scope) {
    this.#storage = storage;
    this.#service = service;
    this.#scope = scope;
  }

  collection<V>(definition: CollectionDefinition<V>): Collection<V> {
    let collection = this.#collections.get(definition) as Collection<V> | undefined;
    if (!collection) {
      collection = new ScopedCollection(
        this.#storage,
        `${this.#service}/${definition.name}`,
        this.#scope,
        definition,
      );
      this.#collections.set(definition, collection as unknown as Collection<never>);
    }
    return collection;
  }

  transaction<T>(work: () => T): T {
    return this.#storage.turns.atomically(() => {
      const result = work();
      if (result instanceof Promise)
        throw new Error("A transaction cannot wait: its work must be synchronous.");
      return result;
    });
  }

  get generation(): number {
    return this.#storage.generation;
  }

  get revision(): number {
    return this.#storage.revision;
  }

  get losses(): number {
    return this.#storage.lossesOf(this.#service);
  }
}

const CODECS: Record<
  "json" | "structured" | "text",
  { encode: (value: unknown) => Stored; decode: (stored: Stored) => unknown }
> = {
  json: { encode: (value) => JSON.stringify(value), decode: (stored) => readJson(stored as string) },
  structured: { encode: encodeStructured, decode: (stored) => decodeStructured(stored as Uint8Array) },
  text: { encode: (value) => value as string, decode: (stored) => stored },
};

/** How many values of a collection are kept to be looked at, at most. */
const MOST_LOOKED_AT = 1000;

class ScopedCollection<V> implements Collection<V> {
  readonly #database: Pick<Database, "revision">;
  readonly #turns: Database["turns"];
  readonly #scope: string;
  readonly #place: Scope;
  readonly #listeners: readonly PutListener[];
  readonly #table: Table;
  readonly #indexes: readonly Index<V>[];
  readonly #encode: (value: V) => Stored;
  readonly #decode: (stored: Stored) => V;
  /** Values that have been looked at, by encoded key, since the state that `#lookedAt` counts. */
  readonly #looked = new Map<string, V>();
  #lookedAt = -1;

  constructor(storage: Database, name: string, scope: Scope, definition: CollectionDefinition<V>) {
    storage.opened(name, definition as CollectionDefinition<never>);
    this.#database = storage;
    this.#turns = storage.turns;
    this.#scope = scope.prefix;
    this.#place = scope;
    this.#listeners = storage.putListeners(name);
    this.#table = storage.table(name);
    const { encode, decode } = CODECS[definition.codec ?? "json"];
    this.#encode = encode;
    this.#decode = decode as (stored: Stored) => V;
    this.#indexes = Object.entries(definition.indexes ?? {}).map(([index, keyOf]) => ({
      name: index,
      keyOf,
      table: storage.table(`${name}#${index}`),
    }));
  }

  get(key: Key): V | undefined {
    const stored = this.#table.get(this.#scope + encodeKey(key));
    return stored === undefined ? undefined : this.#decode(stored);
  }

  get revision(): number {
    // Both only go up.
    return this.#table.writes + this.#database.revision;
  }

  look(key: Key): V | undefined {
    const state = this.revision;
    if (state !== this.#lookedAt || this.#looked.size >= MOST_LOOKED_AT) {
      this.#looked.clear();
      this.#lookedAt = state;
    }
    const place = encodeKey(key);
    const known = this.#looked.get(place);
    if (known !== undefined) return known;
    const stored = this.#table.get(this.#scope + place);
    if (stored === undefined) return undefined;
    const value = frozen(this.#decode(stored));
    this.#looked.set(place, value);
    return value;
  }

  has(key: Key): boolean {
    return this.#table.get(this.#scope + encodeKey(key)) !== undefined;
  }

  put(key: Key, value: V): void {
    if (this.#indexes.length > 0) {
      this.#turns.whole(() => this.#putIndexed(key, value));
    } else {
      this.#turns.touch();
      this.#table.put(this.#scope + encodeKey(key), this.#encode(value));
    }
    for (const heard of this.#listeners) heard(this.#place, key, value);
  }

  add(key: Key, value: V): boolean {
    if (this.#indexes.length > 0) throw new Error(`${this.#table.name} has indexes: put what is in it.`);
    this.#turns.touch();
    if (!this.#table.add(this.#scope + encodeKey(key), this.#encode(value))) return false;
    for (const heard of this.#listeners) heard(this.#place, key, value);
    return true;
  }

  delete(key: Key): boolean {
    if (this.#indexes.length > 0) return this.#turns.whole(() => this.#deleteIndexed(key));
    this.#turns.touch();
    return this.#table.delete(this.#scope + encodeKey(key));
  }

  #putIndexed(key: Key, value: V): void {
    const primary = encodeKey(key);
    const place = this.#scope + primary;
    const before = this.#table.get(place);
    const old = before === undefined ? undefined : this.#decode(before);
    this.#turns.touch();
    for (const index of this.#indexes) {
      const was = old === undefined ? undefined : indexKey(index, old, key);
      const is = indexKey(index, value, key);
      if (was === is) continue;
      if (was !== undefined) index.table.delete(this.#scope + was + primary);
      if (is !== undefined) index.table.put(this.#scope + is + primary, is.length);
    }
    this.#table.put(place, this.#encode(value));
  }

  #deleteIndexed(key: Key): boolean {
    const primary = encodeKey(key);
    const place = this.#scope + primary;
    const before = this.#table.get(place);
    if (before === undefined) return false;
    this.#turns.touch();
    const old = this.#decode(before);
    for (const index of this.#indexes) {
      const was = indexKey(index, old, key);
      if (was !== undefined) index.table.delete(this.#scope + was + primary);
    }
    return this.#table.delete(place);
  }

  *values(range?: Range): Iterable<V> {
    for (const row of this.#table.scan(boundsOf(this.#scope, range), "v")) yield this.#decode(row[1]);
  }

  *entries(range?: Range): Iterable<{ key: Key; value: V }> {
    for (const row of this.#table.scan(boundsOf(this.#scope, range), "k, v")) {
      yield { key: decodeKey(row[0].slice(this.#scope.length)), value: this.#decode(row[1]) };
    }
  }

  *keys(range?: Range): Iterable<Key> {
    for (const row of this.#table.scan(boundsOf(this.#scope, range), "k"))
      yield decodeKey(row[0].slice(this.#scope.length));
  }

  count(range?: Range): number {
    return this.#table.count(boundsOf(this.#scope, range));
  }

  clear(range?: Range): number {
    if (this.#indexes.length === 0) {
      this.#turns.touch();
      return this.#table.clear(boundsOf(this.#scope, range));
    }
    return this.#turns.whole(() => {
      let cleared = 0;
      for (const key of this.keys(range)) if (this.#deleteIndexed(key)) cleared++;
      return cleared;
    });
  }

  by(name: string): IndexView<V> {
    const index = this.#indexes.find((candidate) => candidate.name === name);
    if (!index) throw new Error(`${this.#table.name} has no index ${name}.`);
    const scope = this.#scope;
    const split = (row: Row) => {
      const text = row[0].slice(scope.length);
      const length = row[1] as number;
      return { key: text.slice(0, length), primary: text.slice(length) };
    };
    const table = this.#table;
    const decode = this.#decode;
    const view: IndexView<V> = {
      *entries(range) {
        for (const row of index.table.scan(boundsOf(scope, range), "k, v")) {
          const { key, primary } = split(row);
          const stored = table.get(scope + primary);
          if (stored !== undefined)
            yield { key: decodeKey(key), primary: decodeKey(primary), value: decode(stored) };
        }
      },
      *values(range) {
        for (const row of index.table.scan(boundsOf(scope, range), "k, v")) {
          const stored = table.get(scope + split(row).primary);
          if (stored !== undefined) yield decode(stored);
        }
      },
      *keys(range) {
        for (const row of index.table.scan(boundsOf(scope, range), "k, v")) {
          const { key, primary } = split(row);
          yield { key: decodeKey(key), primary: decodeKey(primary) };
        }
      },
      first(range) {
        for (const value of view.values({ ...range, limit: 1 })) return value;
        return undefined;
      },
      count: (range) => index.table.count(boundsOf(scope, range)),
    };
    return view;
  }
}

interface Index<V> {
  readonly name: string;
  readonly keyOf: (value: V, key: Key) => Key | undefined;
  readonly table: Table;
}

function indexKey<V>(index: Index<V>, value: V, key: Key): string | undefined {
  const parts = index.keyOf(value, key);
  return parts && encodeKey(parts);
}
