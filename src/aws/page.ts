import { encodeKey, type Key } from "../core/key.ts";
import { readJson } from "../core/read-json.ts";
import { sorted } from "../core/sorted.ts";
import type { Collection, IndexView, Range } from "../core/storage.ts";
import { atOnce, type Unhurried } from "../core/unhurried.ts";

/** So many items of a long list are looked at before others have their turn. */
const PAUSE_ITEMS = 64;

const LEAST_HEX_BYTES = 56;

/** What a page is of: how many, from where, and what the token must fit. */
export interface PageRequest {
  readonly size: number;
  /** The token of the page before; undefined or empty asks for the first page. */
  readonly token?: string | undefined;
  /** Everything else that was asked (filters, prefixes, the operation): a token serves no other query. Plain data. */
  readonly query?: unknown;
  /** Tokens are hex digits, sixteen at a time and at least 112 of them: some operations take no other letters. */
  readonly hex?: boolean;
  /** The error for a token that is none, or another query's. */
  refuse(): Error;
}

/** What a page of a list that is at hand is of. */
export type ListRequest = PageRequest & { readonly descending?: boolean };

export interface Page<T> {
  readonly items: T[];
  /** Absent on the last page. */
  readonly nextToken?: string;
}

/**
 * One page of a list that is at hand. A token is the key of the last item that was given: whatever is added or deleted
 * between two pages, no item that stays is skipped or given twice.
 * @param keyOf what an item is sorted by; unique in the list (end it with the id), and unchanging
 */
export const page = <T>(all: Iterable<T>, keyOf: (item: T) => Key, request: ListRequest): Page<T> =>
  atOnce(paging(all, keyOf, request));

/** The same with pauses, for a list that may be very long. */
export function* paging<T>(
  all: Iterable<T>,
  keyOf: (item: T) => Key,
  request: ListRequest,
): Unhurried<Page<T>> {
  const sign = request.descending ? -1 : 1;
  const last = readToken(request);
  const after = last === undefined ? undefined : encodeKey(last);
  const left: { item: T; key: Key; encoded: string }[] = [];
  let seen = 0;
  for (const item of all) {
    const key = keyOf(item);
    const encoded = encodeKey(key);
    if (after === undefined || sign * compare(encoded, after) > 0) left.push({ item, key, encoded });
    if (++seen % PAUSE_ITEMS === 0) yield;
  }
  const inOrder = yield* sorted(left, (a, b) => sign * compare(a.encoded, b.encoded));
  const given = inOrder.slice(0, request.size);
  const items = given.map(({ item }) => item);
  const lastGiven = given.at(-1);
  if (given.length === left.length || lastGiven === undefined) return { items };
  return { items, nextToken: makeToken(lastGiven.key, request) };
}

/** One page of what is kept, in key order, without reading more than the page. As `page` otherwise. */
export function pageOf<V>(
  collection: Pick<Collection<V>, "entries"> | Pick<IndexView<V>, "entries">,
  request: PageRequest & {
    readonly prefix?: Key;
    readonly from?: Key;
    readonly before?: Key;
    readonly descending?: boolean;
    keep?(value: V, key: Key): boolean;
  },
): Page<V> {
  const { size, prefix, from, before, descending = false, keep = () => true } = request;
  const last = readToken(request);
  const range: Range = {
    ...(prefix && { prefix }),
    ...(from && { from }),
    ...(before && { before }),
    reverse: descending,
    ...(last && (descending ? { before: last } : { after: last })),
  };
  const items: V[] = [];
  let given: Key | undefined;
  for (const entry of collection.entries(range)) {
    const { value } = entry;
    // An index's keys are not unique: the value's own key follows.
    const key = "primary" in entry ? [...entry.key, ...(entry.primary as Key)] : entry.key;
    if (!keep(value, key)) continue;
    if (given && items.length === size) return { items, nextToken: makeToken(given, request) };
    items.push(value);
    given = key;
  }
  return { items };
}

/** Opaque text; it holds its query's fingerprint and a key: where a list goes on that is neither at hand nor kept. */
export function makeToken(key: Key, { query, hex = false }: Pick<PageRequest, "query" | "hex">): string {
  const bytes = Buffer.from(JSON.stringify([fingerprint(query), ...key]));
  if (!hex) return bytes.toString("base64url");
  // JSON does not mind spaces at its end.
  const size = Math.max(LEAST_HEX_BYTES, Math.ceil(bytes.length / 8) * 8);
  return Buffer.concat([bytes, Buffer.alloc(size - bytes.length, " ")]).toString("hex");
}

/** The key in a token; undefined for the first page. @throws what `refuse` makes */
export function readToken({ token, query, hex, refuse }: Omit<PageRequest, "size">): Key | undefined {
  if (token === undefined || token === "") return undefined;
  try {
    const [mark, ...key] = readJson(Buffer.from(token, hex ? "hex" : "base64url").toString()) as [
      unknown,
      ...Key,
    ];
    const isKey = key.length > 0 && key.every((part) => typeof part === "string" || typeof part === "number");
    if (mark === fingerprint(query) && isKey) return key;
  } catch {
    // Refused below.
  }
  throw refuse();
}

/** FNV-1a of a query's canonical text. */
function fingerprint(query: unknown): number {
  const text = canonical(query);
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

function canonical(value: unknown): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value) ?? "";
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  entries.sort(([a], [b]) => compare(a, b));
  return `{${entries.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join()}}`;
}

/** By code points, as the store sorts; plain `<` would put characters beyond U+FFFF before some others. */
function compare(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const x = a.charCodeAt(at);
    const y = b.charCodeAt(at);
    if (x === y) continue;
    const isHigh = (unit: number) => unit >= 0xd800 && unit <= 0xdfff;
    if (isHigh(x) !== isHigh(y)) return isHigh(x) ? 1 : -1;
    return x - y;
  }
  return a.length - b.length;
}
