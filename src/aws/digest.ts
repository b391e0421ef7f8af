import { named } from "../core/named.ts";
import { readJson } from "../core/read-json.ts";
import { withoutSecrets } from "../core/secret-names.ts";
import { sorted } from "../core/sorted.ts";
import type { Store } from "../core/storage.ts";
import { atOnce, type Unhurried } from "../core/unhurried.ts";
import { withoutVarying } from "../core/varying.ts";
import type { Catalog, CatalogEntry } from "./catalog.ts";

/** One thing that a user has put in a resource: an item, a message, an object. */
export interface DigestEntry {
  /** The name that its user gave it, without what varies from run to run; absent for messages and records. */
  readonly id?: string;
  /** What of it counts, as canonical JSON without what varies. */
  readonly text: string;
}

/** One resource and what is in it, without what differs from run to run (ids, times, tokens). */
export interface ResourceDigest {
  readonly arn: string;
  readonly service: string;
  readonly type: string;
  /** The resource itself, as canonical JSON. */
  readonly text: string;
  /** Sorted. */
  readonly contents: readonly DigestEntry[];
}

/** Larger contents are cut: a digest is held in memory, and written out as one document. */
const MOST_CONTENTS = 100_000;

/**
 * The world as a user would compare it: every resource of every service that is kept. It may be much, so whoever serves others
 * pauses within; what is written meanwhile may be in it or not.
 */
export function* digesting(
  catalog: Catalog,
  wants: (service: string) => boolean = () => true,
): Unhurried<ResourceDigest[]> {
  const digests: ResourceDigest[] = [];
  for (const entry of catalog.everything(({ service }) => wants(service))) {
    digests.push(yield* digestOfResource(catalog, entry));
    yield;
  }
  return yield* sorted(digests, (a, b) => order(a.arn, b.arn));
}

/** The same in one turn. */
export const digestOf = (catalog: Catalog): ResourceDigest[] => atOnce(digesting(catalog));

function* digestOfResource(catalog: Catalog, entry: CatalogEntry): Unhurried<ResourceDigest> {
  const { arn, type, record } = entry;
  return {
    arn: withoutVarying(arn),
    service: type.service,
    type: type.name,
    text: canonical(withoutSecrets(type.counted?.(record) ?? record)),
    contents: yield* contentsOf(entry, catalog.storeOf(type, entry.place)),
  };
}

function* contentsOf({ type, record }: CatalogEntry, store: Store | undefined): Unhurried<DigestEntry[]> {
  const found: DigestEntry[] = [];
  if (store === undefined) return found;
  for (const { collection, within, entry } of type.contents ?? []) {
    const range = { prefix: within(record), limit: MOST_CONTENTS };
    for (const { key, value } of store.collection(collection).entries(range)) {
      const its = entry(value, key);
      if (its === undefined) continue;
      found.push({ ...(its.id !== undefined && { id: withoutVarying(its.id) }), text: canonical(its.value) });
      yield;
    }
  }
  return yield* sorted(found, entryOrder);
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The order in which contents are digested. */
export const entryOrder = (a: DigestEntry, b: DigestEntry): number =>
  order(a.id ?? "", b.id ?? "") || order(a.text, b.text);

/** A number of as many digits is a time or a sequence number. */
const VARYING_NUMBER = 1e9;

/** JSON with its members in order, and without what is made anew in each run. */
export function canonical(value: unknown): string {
  return JSON.stringify(plain(value)) ?? "null";
}

function plain(value: unknown): unknown {
  if (typeof value === "string") return text(value);
  if (typeof value === "number") return Math.abs(value) >= VARYING_NUMBER ? "*" : value;
  if (typeof value === "bigint") return text(String(value));
  if (value === undefined || value === null || typeof value !== "object") return value ?? null;
  if (value instanceof Date) return "*";
  if (value instanceof Uint8Array) return `(${value.byteLength} bytes)`;
  if (Array.isArray(value)) return value.map(plain);
  return members(value instanceof Map ? Object.fromEntries(value) : (value as Record<string, unknown>));
}

/** In the order of their names. Names can be drawn, too (a secret's versions): those are told apart by their number. */
function members(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const found = named<unknown>();
  const drawn: [name: string, value: unknown][] = [];
  for (const key of Object.keys(record).sort()) {
    if (record[key] === undefined) continue;
    const name = withoutVarying(key);
    if (name === key) found[key] = plain(record[key]);
    else drawn.push([name, plain(record[key])]);
  }
  const inOrder = drawn.map(([name, value]) => ({ name, value, text: JSON.stringify(value) }));
  inOrder.sort((a, b) => order(a.name, b.name) || order(a.text, b.text));
  for (const { name, value } of inOrder) {
    let free = name;
    for (let n = 2; Object.hasOwn(found, free); n++) free = `${name} (${n})`;
    found[free] = value;
  }
  return found;
}

/** JSON within a text (a message of a topic, a policy) is in order, too. */
function text(value: string): string {
  if (/^\s*[[{]/.test(value)) {
    try {
      return canonical(readJson(value));
    } catch {
      // Text that only looks like it.
    }
  }
  return withoutVarying(value.replace(OWN_PORT, "*"));
}

/** The address of this cloud in URLs (a queue's, an endpoint's): each cloud has another. */
const OWN_PORT = /(?<=\/\/(?:[\w-]+\.)*(?:localhost|127\.0\.0\.1|localhost\.localstack\.cloud):)\d+/g;
