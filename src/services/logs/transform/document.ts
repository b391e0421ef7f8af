/** A log event while it is transformed: an object of JSON, whose members have dotted paths. */
import { isObject } from "../../../core/json.ts";
import { setOwn } from "../../../core/own.ts";

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type Document = { [name: string]: Json };

/** `outer.inner`, `items.0.id`; undefined when there is none. */
export function valueAt(document: Document, path: string): Json | undefined {
  let value: Json | undefined = document;
  for (const name of path.split(".")) {
    if (Array.isArray(value)) value = value[Number(name)];
    else if (isObject(value) && Object.hasOwn(value, name)) value = value[name];
    else return undefined;
  }
  return value;
}

/** Makes the objects on the way. What stands in the way and is no object stays, and nothing is set. */
export function setAt(document: Document, path: string, value: Json, overwrites = true): void {
  const names = path.split(".");
  const last = names.pop() ?? path;
  let holder: Json = document;
  for (const name of names) {
    if (!isObject(holder)) return;
    if (!Object.hasOwn(holder, name)) setOwn(holder, name, {});
    holder = holder[name] as Json;
  }
  if (!isObject(holder)) return;
  if (overwrites || !Object.hasOwn(holder, last)) setOwn(holder, last, value);
}

export function deleteAt(document: Document, path: string): void {
  const at = path.lastIndexOf(".");
  const holder = at < 0 ? document : valueAt(document, path.slice(0, at));
  if (isObject(holder)) delete holder[path.slice(at + 1)];
}

/** Puts what was parsed under a destination, or beside what is at the root. */
export function place(document: Document, parsed: Document, destination: string | undefined): void {
  if (destination !== undefined) setAt(document, destination, parsed);
  else for (const [name, value] of Object.entries(parsed)) setOwn(document, name, value);
}
