import { existsSync } from "node:fs";
import { decodeKey, encodePart } from "./key.ts";
import { type Database, ScopedStore, type Undoing } from "./scoped-store.ts";
import { checkedInThread } from "./sqlite-check.ts";
import type { CollectionDefinition, PutListener, Storage, Store } from "./storage.ts";
import { type Bounds, boundsOf, type Table } from "./table.ts";

/** Brings what was saved into its place, all at once. `also` belongs to it, and is given the notes of the saved copy. */
export type Replace = (also?: (note: (name: string) => unknown) => void) => void;

/** The notes about a database itself, which belong to no service. */
export const NOTES = "squall";

const EVERYTHING: Bounds = { low: "", high: "\u{10ffff}", reverse: false, limit: Number.MAX_SAFE_INTEGER };

/** What the engines have in common: stores by service, account and region, and notes about the whole. */
export abstract class KeptStorage<T extends Table = Table> implements Storage, Database {
  abstract readonly turns: Undoing & { readonly flushed: Promise<void> | undefined };
  /** By service, account and region: one after the other, so that nobody makes a text of the three for each look. */
  readonly #stores = new Map<string, Map<string, Map<string, ScopedStore>>>();
  protected readonly tables = new Map<string, T>();
  readonly #definitions = new Map<string, CollectionDefinition<never>>();
  readonly #putListeners = new Map<string, PutListener[]>();
  /** Called before what has been written is kept: what it writes is part of it. */
  beforeCommit: (() => void) | undefined;
  generation = 0;
  revision = 0;
  #copying: Promise<unknown> = Promise.resolve();

  /** The notes, and the services' collections in which something may be. */
  abstract names(): string[];
  protected abstract newTable(name: string): T;
  abstract lossesOf(service: string): number;
  /** Keeps what has been written at once. */
  abstract commit(): void;
  /** @param also what belongs to the same transaction */
  abstract reset(service?: string, also?: () => void): void;
  /** Writes everything to a file that is not there yet, while others go on. */
  protected abstract write(file: string): Promise<void>;
  /** Reads a file in beside what is there, while others go on, and has it take its place. */
  protected abstract read(file: string, whenRead: (replace: Replace) => unknown): Promise<void>;
  abstract close(): void;

  /** Whether another process has the files now, so that none may be removed. */
  get isLost(): boolean {
    return false;
  }

  store(service: string, account: string, region: string): Store {
    const known = this.#stores.get(service)?.get(account)?.get(region);
    if (known) return known;
    const prefix = encodePart(account) + encodePart(region);
    const store = new ScopedStore(this, service, { account, region, prefix });
    const accounts = this.#stores.get(service) ?? new Map<string, Map<string, ScopedStore>>();
    const regions = accounts.get(account) ?? new Map<string, ScopedStore>();
    this.#stores.set(service, accounts.set(account, regions.set(region, store)));
    return store;
  }

  table(name: string): T {
    let table = this.tables.get(name);
    if (!table) {
      table = this.newTable(name);
      this.tables.set(name, table);
    }
    return table;
  }

  scopes(service: string): { account: string; region: string }[] {
    const found = new Map<string, { account: string; region: string }>();
    for (const name of this.names()) {
      if (!name.startsWith(`${service}/`) || name.includes("#")) continue;
      // Skip from scope to scope instead of reading every key.
      for (let low = ""; ; ) {
        const [row] = this.table(name).scan({ ...EVERYTHING, low, limit: 1 }, "k");
        if (!row) break;
        const [account, region] = decodeKey(row[0]) as [string, string];
        found.set(`${account}\n${region}`, { account, region });
        low = boundsOf(encodePart(account) + encodePart(region), undefined).high;
      }
    }
    return [...found.values()];
  }

  services(): string[] {
    const services = new Set<string>();
    for (const name of this.names()) {
      const service = name.slice(0, name.indexOf("/"));
      if (name === NOTES || services.has(service)) continue;
      for (const _row of this.table(name).scan({ ...EVERYTHING, limit: 1 }, "k")) services.add(service);
    }
    return [...services];
  }

  onPut(service: string, collection: string, heard: PutListener): void {
    this.putListeners(`${service}/${collection}`).push(heard);
  }

  putListeners(table: string): PutListener[] {
    let listeners = this.#putListeners.get(table);
    if (!listeners) {
      listeners = [];
      this.#putListeners.set(table, listeners);
    }
    return listeners;
  }

  opened(name: string, definition: CollectionDefinition<never>): void {
    this.#definitions.set(name, definition);
  }

  /** The collections that have been in use, by the names of their tables. */
  get definitions(): ReadonlyMap<string, CollectionDefinition<never>> {
    return this.#definitions;
  }

  /** Something about the database itself, which a reset leaves. */
  note(name: string): unknown {
    const text = this.table(NOTES).get(name);
    return text === undefined ? undefined : JSON.parse(text as string);
  }

  setNote(name: string, value: unknown): void {
    this.turns.touch();
    this.table(NOTES).put(name, JSON.stringify(value));
  }

  atomically<R>(work: () => R): R {
    return this.turns.atomically(work);
  }

  flushed(): Promise<void> | undefined {
    return this.turns.flushed;
  }

  save(file: string): Promise<void> {
    return this.oneAtATime(async () => {
      if (existsSync(file)) throw new Error(`${file} is there already.`);
      await this.write(file);
    });
  }

  /** @param whenRead has everything replaced when it is time for it */
  load(file: string, whenRead: (replace: Replace) => unknown = (replace) => replace()): Promise<void> {
    return this.oneAtATime(async () => {
      if (!existsSync(file)) throw new Error(`${file} is not there.`);
      try {
        await checkedInThread(file);
      } catch (error) {
        throw new Error(`${file} is not a state that Squall can load: ${(error as Error).message}.`);
      }
      await this.read(file, whenRead);
    });
  }

  /** For what takes long, a save or a load: the next one begins when this one has ended. */
  protected oneAtATime<R>(work: () => Promise<R>): Promise<R> {
    const done = this.#copying.then(work);
    this.#copying = done.catch(() => {});
    return done;
  }
}
