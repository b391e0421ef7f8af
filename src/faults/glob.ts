import { wildcard } from "../core/wildcard.ts";

/** True when `pattern` has a wildcard: `*` for any characters, `?` for one. */
export function isGlob(pattern: string): boolean {
  return pattern.includes("*") || pattern.includes("?");
}

/** A pattern as a predicate, compiled once. */
export function glob(pattern: string): (text: string) => boolean {
  if (!isGlob(pattern)) return (text) => text === pattern;
  if (pattern === "*") return () => true;
  const head = pattern.slice(0, -1);
  if (pattern.endsWith("*") && !isGlob(head)) return (text) => text.startsWith(head);
  return (text) => wildcard(pattern, text);
}

/** One pattern or several, as "one of"; those that begin with `!` are exceptions: `["!fis", "!sts"]` is all but these two. */
export function anyGlob(patterns: string | readonly string[]): (text: string) => boolean {
  if (typeof patterns === "string" && !patterns.startsWith("!")) return glob(patterns);
  const list = typeof patterns === "string" ? [patterns] : patterns;
  const wanted = list.filter((pattern) => !pattern.startsWith("!")).map(glob);
  const unwanted = list.filter((pattern) => pattern.startsWith("!")).map((pattern) => glob(pattern.slice(1)));
  return (text) =>
    (wanted.length === 0 || wanted.some((fits) => fits(text))) && !unwanted.some((fits) => fits(text));
}

/** A pattern without the `!` of an exception. */
export function nameIn(pattern: string): string {
  return pattern.startsWith("!") ? pattern.slice(1) : pattern;
}
