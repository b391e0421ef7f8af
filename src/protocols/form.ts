/** The form of the query protocols: `Filter.1.Value.2=x` as a tree. */
import type { Unhurried } from "../core/unhurried.ts";
import { malformedInput, malformedQueryString } from "./errors.ts";
import { MAX_DEPTH, MAX_FORM_PARAMETERS } from "./limits.ts";

export interface FormNode {
  value?: string;
  children?: Map<string, FormNode>;
}

export type FormPair = readonly [name: string, value: string];

/** Decodes `a=b&c=d` into pairs, in order. Throws MalformedQueryString. */
export function parseForm(text: string): FormPair[] {
  const pairs: FormPair[] = [];
  for (const part of text.split("&")) addPair(pairs, part);
  return pairs;
}

/** The same with pauses. */
export function* parseLargeForm(text: string): Unhurried<FormPair[]> {
  const pairs: FormPair[] = [];
  for (const part of text.split("&")) {
    addPair(pairs, part);
    yield;
  }
  return pairs;
}

function addPair(pairs: FormPair[], part: string): void {
  if (part === "") return;
  const equals = part.indexOf("=");
  if (equals < 0) pairs.push([formText(part), ""]);
  else pairs.push([formText(part.slice(0, equals)), formText(part.slice(equals + 1))]);
  if (pairs.length > MAX_FORM_PARAMETERS) throw malformedInput("Too many parameters");
}

/** Query parameters: each name with its values in order. Throws MalformedQueryString. */
export function parseQuery(text: string): ReadonlyMap<string, readonly string[]> {
  const query = new Map<string, string[]>();
  for (const [name, value] of parseForm(text)) {
    const values = query.get(name);
    if (values) values.push(value);
    else query.set(name, [value]);
  }
  return query;
}

function formText(text: string): string {
  if (!/[+%]/.test(text)) return text;
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw malformedQueryString();
  }
}

/** Builds the tree of dotted names. */
export function formTree(pairs: readonly FormPair[]): FormNode {
  const root: FormNode = {};
  for (const [name, value] of pairs) {
    let node = root;
    const parts = name.split(".");
    if (parts.length > MAX_DEPTH) throw malformedInput("Parameter names nest too deeply");
    for (const part of parts) {
      node.children ??= new Map();
      let child = node.children.get(part);
      if (child === undefined) {
        child = {};
        node.children.set(part, child);
      }
      node = child;
    }
    node.value = value;
  }
  return root;
}

/** The numbered children in numeric order: `.1`, `.2`, `.10`. */
export function numbered(node: FormNode): FormNode[] {
  return [...(node.children ?? [])]
    .filter(([key]) => /^\d{1,9}$/.test(key))
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, child]) => child);
}
