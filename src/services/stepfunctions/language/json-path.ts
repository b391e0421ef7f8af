import { BoundedMap } from "../../../core/bounded-map.ts";
import { sure } from "../../../core/sure.ts";
import { LanguageError } from "./failure.ts";
import { isObject, type Json, memberOf } from "./json.ts";
import { type Filter, matches, parseFilter } from "./json-path-filter.ts";

/*
 * JSONPath as Step Functions has it: Jayway's dialect. A definite path has one value or is an error; an indefinite one (a wildcard,
 * a slice, a filter, a descent) has the list of what it finds. https://states-language.net/#path
 */

/** One step of a path. */
export type Step =
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "index"; readonly index: number }
  | { readonly kind: "names"; readonly names: readonly string[] }
  | { readonly kind: "indexes"; readonly indexes: readonly number[] }
  | {
      readonly kind: "slice";
      readonly from: number | undefined;
      readonly to: number | undefined;
      readonly by: number;
    }
  | { readonly kind: "all" }
  | { readonly kind: "deep" }
  | { readonly kind: "filter"; readonly filter: Filter }
  | { readonly kind: "function"; readonly name: string };

export interface Path {
  readonly text: string;
  /** `$`: the input; `$$`: the context object; else a variable's name. */
  readonly root: string;
  readonly steps: readonly Step[];
  readonly isDefinite: boolean;
}

/** What paths begin at. */
export interface Roots {
  readonly input: Json;
  /** The context object; made when first asked for. */
  context(): Json;
  variable(name: string): Json | undefined;
}

/** A path that names nothing. */
export class PathNotFound extends Error {}

/** A text that is no path. */
class PathSyntaxError extends Error {}

/** So many values may be looked at on the way: descents within descents multiply. */
const MOST_VISITED = 300_000;

const parsed = new BoundedMap<Path>(2000);

/** @throws PathSyntaxError */
export function parsePath(text: string): Path {
  const known = parsed.get(text);
  if (known) return known;
  const path = new Parser(text).path();
  parsed.set(text, path);
  return path;
}

export function isPath(text: string): boolean {
  try {
    parsePath(text);
    return true;
  } catch {
    return false;
  }
}

/** A path to one place, of names and indexes only: what a value can be written to. */
export const isReferencePath = (text: string): boolean =>
  isPath(text) && parsePath(text).steps.every(({ kind }) => kind === "name" || kind === "index");

/**
 * The value of a path.
 * @throws PathNotFound with Jayway's words; LanguageError
 */
export function readPath(path: Path, roots: Roots): Json {
  return follow(path, rootOf(path, roots));
}

function rootOf(path: Path, roots: Roots): Json {
  if (path.root === "$") return roots.input;
  if (path.root === "$$") return roots.context();
  const value = roots.variable(path.root);
  if (value === undefined) throw new PathNotFound(`Variable ${path.root} is not defined`);
  return value;
}

/** The value of the steps of a path from a value on. */
export function follow({ steps, isDefinite }: Path, root: Json): Json {
  if (isDefinite) return one(steps, root);
  let found: Json[] = [root];
  let next: Json[] = [];
  let visited = 0;
  const visit = (child: Json) => {
    if (++visited > MOST_VISITED) throw new LanguageError("The JSONPath takes too long to evaluate");
    next.push(child);
  };
  for (const step of steps) {
    if (step.kind === "function") return call(step.name, found, steps);
    next = [];
    for (const value of found) visitChildren(step, value, root, visit);
    found = next;
  }
  return found;
}

function one(steps: readonly Step[], root: Json): Json {
  let value = root;
  for (const [at, step] of steps.entries()) {
    if (step.kind === "function") {
      value = call(step.name, [value], []);
      continue;
    }
    const child =
      step.kind === "name" ? nameIn(value, step.name) : indexIn(value, (step as { index: number }).index);
    if (child === undefined) throw new PathNotFound(absence(steps, step, at, value));
    value = child;
  }
  return value;
}

const nameIn = (value: Json, name: string): Json | undefined =>
  isObject(value) ? memberOf(value, name) : undefined;

const indexIn = (value: Json, index: number): Json | undefined =>
  Array.isArray(value) ? (value as readonly Json[])[index < 0 ? value.length + index : index] : undefined;

/** In Jayway's words. */
function absence(steps: readonly Step[], step: Step, at: number, value: Json): string {
  const place = written(steps.slice(0, at + 1));
  if (step.kind === "index" && Array.isArray(value))
    return `Index out of bounds when evaluating path ${place}`;
  if (step.kind === "index")
    return `Filter: [${step.index}] can only be applied to arrays. Current context is: ${shown(value)}`;
  if (!isObject(value))
    return `Expected to find an object with property ${place.slice(place.lastIndexOf("["))} in path ${written(steps.slice(0, at))} but found '${javaType(value)}'. This is not a json object according to the JsonProvider: 'com.jayway.jsonpath.spi.json.JacksonJsonNodeJsonProvider'.`;
  return at === steps.length - 1 ? `No results for path: ${place}` : `Missing property in path ${place}`;
}

const written = (steps: readonly Step[]): string =>
  `$${steps.map((step) => (step.kind === "name" ? `['${step.name}']` : `[${(step as { index?: number }).index ?? "*"}]`)).join("")}`;

const shown = (value: Json): string => JSON.stringify(value).slice(0, 200);

function javaType(value: Json): string {
  if (Array.isArray(value)) return "com.fasterxml.jackson.databind.node.ArrayNode";
  if (value === null) return "com.fasterxml.jackson.databind.node.NullNode";
  if (typeof value === "string") return "com.fasterxml.jackson.databind.node.TextNode";
  if (typeof value === "boolean") return "com.fasterxml.jackson.databind.node.BooleanNode";
  return Number.isInteger(value)
    ? "com.fasterxml.jackson.databind.node.IntNode"
    : "com.fasterxml.jackson.databind.node.DoubleNode";
}

/** Hands on what a step leads to from a value. By calls: a generator for each of 300,000 values takes a turn of 100 ms. */
function visitChildren(step: Step, value: Json, root: Json, visit: (child: Json) => void): void {
  switch (step.kind) {
    case "name":
    case "index": {
      const child = step.kind === "name" ? nameIn(value, step.name) : indexIn(value, step.index);
      if (child !== undefined) visit(child);
      return;
    }
    case "names":
      for (const name of step.names) {
        const child = nameIn(value, name);
        if (child !== undefined) visit(child);
      }
      return;
    case "indexes":
      for (const index of step.indexes) {
        const child = indexIn(value, index);
        if (child !== undefined) visit(child);
      }
      return;
    case "slice":
      if (Array.isArray(value)) visitSlice(value as readonly Json[], step, visit);
      return;
    case "all":
      for (const child of inside(value)) visit(child);
      return;
    case "deep":
      visitDescendants(value, visit);
      return;
    case "filter":
      for (const item of Array.isArray(value) ? (value as readonly Json[]) : isObject(value) ? [value] : [])
        if (matches(step.filter, item, root, follow)) visit(item);
      return;
    case "function":
  }
}

const NOTHING: readonly Json[] = [];

/** The values that a list or an object has. */
function inside(value: Json): readonly Json[] {
  if (Array.isArray(value)) return value as readonly Json[];
  return isObject(value) ? Object.values(value) : NOTHING;
}

function visitSlice(
  items: readonly Json[],
  step: Extract<Step, { kind: "slice" }>,
  visit: (child: Json) => void,
): void {
  const bound = (at: number | undefined, otherwise: number) =>
    at === undefined ? otherwise : at < 0 ? Math.max(0, items.length + at) : Math.min(at, items.length);
  for (let at = bound(step.from, 0); at < bound(step.to, items.length); at += step.by)
    visit(items[at] ?? null);
}

function visitDescendants(value: Json, visit: (child: Json) => void): void {
  // By a stack of its own: values may be nested as deep as they are long.
  const open: Json[] = [value];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    visit(next);
    const inner = inside(next);
    for (let at = inner.length - 1; at >= 0; at--) open.push(inner[at] ?? null);
  }
}

/** Jayway's functions at the end of a path. */
const FUNCTIONS: Readonly<Record<string, (values: readonly Json[]) => Json>> = {
  length: (values) => values.length,
  min: (values) => Math.min(...numbers(values)),
  max: (values) => Math.max(...numbers(values)),
  sum: (values) => numbers(values).reduce((sum, value) => sum + value, 0),
  avg: (values) => numbers(values).reduce((sum, value) => sum + value, 0) / numbers(values).length,
};

const numbers = (values: readonly Json[]): number[] => {
  const found = values.filter((value) => typeof value === "number");
  if (found.length === 0)
    throw new LanguageError("Aggregation function attempted to calculate value using empty array");
  return found;
};

function call(name: string, found: readonly Json[], steps: readonly Step[]): Json {
  // A definite path's own value, or the list of what an indefinite one has found.
  const [only] = found;
  if (steps.length === 0 && name === "length" && (typeof only === "string" || isObject(only)))
    return typeof only === "string" ? only.length : Object.keys(only).length;
  const values = steps.length === 0 ? (Array.isArray(only) ? (only as readonly Json[]) : []) : found;
  return sure(FUNCTIONS[name])(values); // A path that ends in another is not read.
}

/**
 * A value with another put at a reference path, where objects are made on the way.
 * @throws LanguageError States.ResultPathMatchFailure
 */
export function writePath(path: Path, input: Json, value: Json): Json {
  return put(path.steps, 0, input, value, path.text);
}

function put(steps: readonly Step[], at: number, target: Json | undefined, value: Json, text: string): Json {
  const step = steps[at];
  if (step === undefined) return value;
  if (step.kind === "name") {
    if (target !== undefined && !isObject(target)) throw mismatch(text, target);
    const before = target ?? {};
    return { ...before, [step.name]: put(steps, at + 1, memberOf(before, step.name), value, text) };
  }
  if (step.kind !== "index" || !Array.isArray(target)) throw mismatch(text, target ?? null);
  const items = [...(target as readonly Json[])];
  if (step.index < 0 || step.index >= items.length) throw mismatch(text, target as Json);
  items[step.index] = put(steps, at + 1, items[step.index], value, text);
  return items;
}

const mismatch = (text: string, target: Json) =>
  new LanguageError(
    `Unable to apply ReferencePath ${text} to input ${shown(target)}`,
    "States.ResultPathMatchFailure",
  );

const NAME = /[\p{L}\p{N}_-]+/uy;

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  path(): Path {
    const root = this.#root();
    const steps: Step[] = [];
    while (this.#at < this.#text.length) steps.push(...this.#step());
    const isDefinite = steps.every(({ kind }) => kind === "name" || kind === "index" || kind === "function");
    const functionAt = steps.findIndex(({ kind }) => kind === "function");
    if (functionAt >= 0 && functionAt !== steps.length - 1) throw this.#error();
    return { text: this.#text, root, steps, isDefinite };
  }

  #root(): string {
    if (this.#text.startsWith("$$")) {
      this.#at = 2;
      return "$$";
    }
    if (!this.#text.startsWith("$")) throw this.#error();
    this.#at = 1;
    NAME.lastIndex = 1;
    const variable = NAME.exec(this.#text)?.[0];
    if (variable === undefined) return "$";
    this.#at += variable.length;
    return variable;
  }

  #step(): Step[] {
    if (this.#takes("..")) {
      if (this.#text[this.#at] === "[") return [{ kind: "deep" }, this.#bracket()];
      return [{ kind: "deep" }, this.#dotted()];
    }
    if (this.#takes(".")) return [this.#text[this.#at] === "[" ? this.#bracket() : this.#dotted()];
    if (this.#text[this.#at] === "[") return [this.#bracket()];
    throw this.#error();
  }

  #dotted(): Step {
    if (this.#takes("*")) return { kind: "all" };
    NAME.lastIndex = this.#at;
    const name = NAME.exec(this.#text)?.[0];
    if (name === undefined) throw this.#error();
    this.#at += name.length;
    if (this.#takes("()")) {
      if (!Object.hasOwn(FUNCTIONS, name)) throw this.#error();
      return { kind: "function", name };
    }
    return { kind: "name", name };
  }

  #bracket(): Step {
    const end = this.#closing();
    const inside = this.#text.slice(this.#at + 1, end).trim();
    this.#at = end + 1;
    if (inside === "*") return { kind: "all" };
    if (inside.startsWith("?(") && inside.endsWith(")")) {
      const filter = parseFilter(inside.slice(2, -1), parsePath);
      if (filter === undefined) throw this.#error();
      return { kind: "filter", filter };
    }
    if (/^['"]/.test(inside)) {
      const names = quoted(inside);
      const [name, ...others] = names ?? [];
      if (names === undefined || name === undefined) throw this.#error();
      return others.length === 0 ? { kind: "name", name } : { kind: "names", names };
    }
    const slice = /^(-?\d+)?\s*:\s*(-?\d+)?(?:\s*:\s*(\d+)?)?$/.exec(inside);
    if (slice) {
      const by = slice[3] === undefined ? 1 : Number(slice[3]);
      if (by === 0) throw this.#error();
      const number = (text: string | undefined) => (text === undefined ? undefined : Number(text));
      return { kind: "slice", from: number(slice[1]), to: number(slice[2]), by };
    }
    if (!/^-?\d+(?:\s*,\s*-?\d+)*$/.test(inside)) throw this.#error();
    const indexes = inside.split(",").map(Number);
    return inside.includes(",") ? { kind: "indexes", indexes } : { kind: "index", index: Number(inside) };
  }

  /** Where the bracket at hand is closed, strings aside. */
  #closing(): number {
    let depth = 0;
    let quote: string | undefined;
    for (let at = this.#at; at < this.#text.length; at++) {
      const letter = this.#text.charAt(at);
      if (quote !== undefined) {
        if (letter === "\\") at++;
        else if (letter === quote) quote = undefined;
      } else if (letter === "'" || letter === '"') quote = letter;
      else if (letter === "[") depth++;
      else if (letter === "]" && --depth === 0) return at;
    }
    throw this.#error();
  }

  #takes(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #error(): PathSyntaxError {
    return new PathSyntaxError(`Invalid path '${this.#text}'`);
  }
}

/** `'a', 'b'` → its names. */
function quoted(text: string): string[] | undefined {
  const one = /\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\s*(,|$)/y;
  const names: string[] = [];
  while (one.lastIndex < text.length) {
    const match = one.exec(text);
    if (!match) return undefined;
    names.push((match[1] ?? match[2] ?? "").replace(/\\(.)/g, "$1"));
    if (match[3] === "") return names;
  }
  return names.length > 0 && text.trimEnd().endsWith(",") ? undefined : names;
}
