import { DELIVERY_HEADER } from "../../../core/delivery.ts";
import type { HttpRequest } from "../../../core/http.ts";
import { decode } from "./route.ts";

/** Names with all their values, in the order they came: headers, or query parameters. */
export class Fields {
  readonly #values = new Map<string, { readonly name: string; readonly values: string[] }>();
  readonly #fold: (name: string) => string;

  /** @param ignoreCase true for headers */
  constructor(ignoreCase: boolean) {
    this.#fold = ignoreCase ? (name) => name.toLowerCase() : (name) => name;
  }

  add(name: string, value: string): void {
    const key = this.#fold(name);
    const field = this.#values.get(key);
    if (field) field.values.push(value);
    else this.#values.set(key, { name, values: [value] });
  }

  set(name: string, ...values: string[]): void {
    this.#values.set(this.#fold(name), { name, values });
  }

  delete(name: string): void {
    this.#values.delete(this.#fold(name));
  }

  /** The last value, which API Gateway takes where it wants one. */
  get(name: string): string | undefined {
    return this.#values.get(this.#fold(name))?.values.at(-1);
  }

  all(name: string): readonly string[] | undefined {
    return this.#values.get(this.#fold(name))?.values;
  }

  has(name: string): boolean {
    return this.#values.has(this.#fold(name));
  }

  get isEmpty(): boolean {
    return this.#values.size === 0;
  }

  *[Symbol.iterator](): Iterator<[name: string, values: readonly string[]]> {
    for (const { name, values } of this.#values.values()) yield [name, values];
  }

  /** Name → last value. */
  single(): Record<string, string> {
    return Object.fromEntries(
      [...this.#values.values()].map(({ name, values }) => [name, values.at(-1) ?? ""]),
    );
  }

  /** Name → all values. */
  multi(): Record<string, string[]> {
    return Object.fromEntries([...this.#values.values()].map(({ name, values }) => [name, [...values]]));
  }
}

/** Names and values of raw headers, which Node gives in turns. */
export function* pairsOf(raw: readonly string[]): Iterable<[name: string, value: string]> {
  let name: string | undefined;
  for (const text of raw) {
    if (name === undefined) name = text;
    else {
      yield [name, text];
      name = undefined;
    }
  }
}

/** A header's values as Node takes them. */
export function oneOrMany(values: readonly string[]): string | string[] {
  const [first, ...others] = values;
  return first !== undefined && others.length === 0 ? first : [...values];
}

/** A request's headers as the client spelled them, where that is known. That Squall sent it itself, nobody sees behind an API. */
export function headersOf(request: HttpRequest): Fields {
  const headers = new Fields(true);
  const raw = request.rawHeaders;
  if (raw) {
    for (const [name, value] of pairsOf(raw)) headers.add(name, value);
  } else {
    for (const [name, value] of Object.entries(request.headers)) headers.add(name, value);
  }
  headers.delete(DELIVERY_HEADER);
  return headers;
}

/** A query string's parameters, decoded. */
export function queryOf(query: string): Fields {
  const fields = new Fields(false);
  for (const pair of query.split("&")) {
    if (pair === "") continue;
    const at = pair.indexOf("=");
    const name = at < 0 ? pair : pair.slice(0, at);
    const value = at < 0 ? "" : pair.slice(at + 1);
    fields.add(decode(name.replaceAll("+", " ")), decode(value.replaceAll("+", " ")));
  }
  return fields;
}
