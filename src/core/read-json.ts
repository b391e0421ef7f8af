import { setOwn } from "./own.ts";

export type Revive = (
  this: object,
  key: string,
  value: unknown,
  context: { readonly source?: string },
) => unknown;

/** `JSON.parse`, as TypeScript does not know it yet. */
const parse = JSON.parse as (text: string, revive?: Revive) => unknown;

/** An escape with nothing but plain characters behind it, up to the end of a text that a colon follows: only names have that. */
const ESCAPED_NAME = /\\.[^"\\]*"\s*:/;
/** What makes a name of the text before it. */
const COLON = /\s*:/y;
const BACKSLASH = 0x5c;

/**
 * What `JSON.parse` does, with the names that the text has. V8 takes a name with an escape for another one that it has met before if
 * that one has a backslash: after `{"a\\": 1}`, `{"a\n": 1}` is read as the same (https://github.com/nodejs/node/issues/63785). Whatever
 * users name anything in is read by this.
 * @throws SyntaxError for what is no JSON
 */
export function readJson(text: string, revive?: Revive): unknown {
  if (!text.includes("\\") || !ESCAPED_NAME.test(text)) return parse(text, revive);
  const mark = markFor(text);
  const names: string[] = [];
  let marked = "";
  let taken = 0;
  for (let start = text.indexOf('"'), end = 0; start >= 0; start = text.indexOf('"', end)) {
    end = endOfText(text, start + 1);
    COLON.lastIndex = end;
    if (!COLON.test(text)) continue;
    const name = text.slice(start, end);
    if (!name.includes("\\")) continue;
    marked += `${text.slice(taken, start)}"${mark}${names.length}"`;
    names.push(parse(name) as string);
    taken = end;
  }
  marked += text.slice(taken);
  const nameOf = (key: string) =>
    key.startsWith(mark) ? (names[Number(key.slice(mark.length))] ?? key) : key;
  return parse(marked, function (key, value, context) {
    if (isMarked(value, mark)) rename(value, nameOf);
    return revive ? revive.call(this, nameOf(key), value, context) : value;
  });
}

/** The same; undefined for what is no JSON. */
export function readIfJson(text: string): unknown {
  try {
    return readJson(text);
  } catch {
    return undefined;
  }
}

/** Behind the quote that ends a text. No pattern finds that in texts of any length. */
function endOfText(text: string, start: number): number {
  for (let quote = text.indexOf('"', start); quote >= 0; quote = text.indexOf('"', quote + 1)) {
    let run = quote;
    while (run > start && text.charCodeAt(run - 1) === BACKSLASH) run--;
    if ((quote - run) % 2 === 0) return quote + 1;
  }
  return text.length;
}

/** What no name of a text begins with. */
function markFor(text: string): string {
  let mark = "~";
  while (text.includes(`"${mark}`)) mark += "~";
  return mark;
}

function isMarked(value: unknown, mark: string): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.keys(value).some((key) => key.startsWith(mark));
}

/** In place, and in their order: somebody may know the object already. */
function rename(object: Record<string, unknown>, nameOf: (key: string) => string): void {
  const members = Object.entries(object);
  for (const [key] of members) delete object[key];
  for (const [key, value] of members) setOwn(object, nameOf(key), value);
}
