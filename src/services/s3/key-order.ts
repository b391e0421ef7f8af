/** Keys are sorted by their UTF-8 bytes, which is the order of code points; JavaScript's own order is another. */

const HIGHEST = 0x10ffff;
const SURROGATES = { first: 0xd800, last: 0xdfff };

/** Less than, equal to, or more than zero. */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const x = a.charCodeAt(at);
    const y = b.charCodeAt(at);
    // Surrogates stand for code points beyond all others.
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

const rank = (unit: number) => (unit >= SURROGATES.first && unit <= SURROGATES.last ? unit + 0x10000 : unit);

/** The first key behind all that begin with `prefix`; undefined when there can be none. */
export function behind(prefix: string): string | undefined {
  const points = Array.from(prefix);
  for (;;) {
    const last = points.pop()?.codePointAt(0);
    if (last === undefined) break;
    if (last === HIGHEST) continue;
    const next = last + 1 === SURROGATES.first ? SURROGATES.last + 1 : last + 1;
    return points.join("") + String.fromCodePoint(next);
  }
  return undefined;
}
