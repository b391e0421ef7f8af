// biome-ignore-all lint/style/noNonNullAssertion: the lists have one place for each part of the pattern
/*
 * Wildcards are matched without RegExp on purpose: patterns come from requests, and `*a*a*b` as a regular expression tries
 * every way to share a text among its stars. Here a star takes as little as it can, and what was matched before it is never
 * tried again.
 */

/** `*` is any text, `?` any one character. */
export function wildcard(pattern: string, text: string): boolean {
  if (pattern === "*" || pattern === text) return true;
  if (!/[*?]/.test(pattern)) return false;
  let at = 0;
  let inText = 0;
  let star = -1;
  let starInText = 0;
  while (inText < text.length) {
    if (at < pattern.length && pattern[at] === "*") {
      star = at++;
      starInText = inText;
    } else if (at < pattern.length && (pattern[at] === "?" || pattern[at] === text[inText])) {
      at++;
      inText++;
    } else if (star >= 0) {
      at = star + 1;
      inText = ++starInText;
    } else {
      return false;
    }
  }
  while (pattern[at] === "*") at++;
  return at === pattern.length;
}

/**
 * Plain parts with any text between them, as a test of whole texts: `["a", "b", ""]` is `a*b*`. Its time grows with the text's
 * length alone.
 */
export function starred(parts: readonly string[]): (text: string) => boolean {
  const first = parts[0] ?? "";
  if (parts.length <= 1) return (text) => text === first;
  const last = parts.at(-1)!;
  const inner = parts.slice(1, -1).filter((part) => part !== "");
  const finds = inner.map(finder);
  const least = first.length + last.length;
  return (text) => {
    if (text.length < least || !text.startsWith(first) || !text.endsWith(last)) return false;
    let from = first.length;
    for (let i = 0; i < finds.length; i++) {
      const found = finds[i]!(text, from);
      if (found < 0) return false;
      from = found + inner[i]!.length;
    }
    return from <= text.length - last.length;
  };
}

/** A part longer than this is not left to `indexOf`, whose worst case is the product of both lengths. */
const LONG = 64;

function finder(part: string): (text: string, from: number) => number {
  if (part.length <= LONG) return (text, from) => text.indexOf(part, from);
  const borders = bordersOf(part);
  return (text, from) => {
    let matched = 0;
    for (let at = from; at < text.length; at++) {
      while (matched > 0 && text[at] !== part[matched]) matched = borders[matched - 1]!;
      if (text[at] === part[matched]) matched++;
      if (matched === part.length) return at - part.length + 1;
    }
    return -1;
  };
}

/** Knuth, Morris and Pratt's table: how much of a part still fits after a mismatch behind each place. */
function bordersOf(part: string): Uint32Array {
  const borders = new Uint32Array(part.length);
  let matched = 0;
  for (let at = 1; at < part.length; at++) {
    while (matched > 0 && part[at] !== part[matched]) matched = borders[matched - 1]!;
    if (part[at] === part[matched]) matched++;
    borders[at] = matched;
  }
  return borders;
}
