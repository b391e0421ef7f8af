/** True when `pattern` has a wildcard: `*` for any characters, `?` for one. */
export function isGlob(pattern: string): boolean {
  return pattern.includes("*") || pattern.includes("?");
}

/**
 * A pattern as a predicate, compiled once. Not a RegExp on purpose: patterns come from requests, and this one goes back
 * to the last star only, so no pattern makes it slow.
 */
export function glob(pattern: string): (text: string) => boolean {
  if (!isGlob(pattern)) return (text) => text === pattern;
  if (pattern === "*") return () => true;
  const head = pattern.slice(0, -1);
  if (pattern.endsWith("*") && !isGlob(head)) return (text) => text.startsWith(head);
  return (text) => matches(pattern, text);
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

function matches(pattern: string, text: string): boolean {
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
