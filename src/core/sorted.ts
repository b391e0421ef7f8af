import type { Unhurried } from "./unhurried.ts";

/** So many items are put in order at once: a millisecond or so. */
const RUN_ITEMS = 1024;

/** The items in order, as `toSorted` has them, with pauses: a list may be so long that the engine's own sort is a long turn. */
export function* sorted<T>(items: readonly T[], compare: (a: T, b: T) => number): Unhurried<T[]> {
  let runs: T[][] = [];
  for (let at = 0; at < items.length; at += RUN_ITEMS) {
    runs.push(items.slice(at, at + RUN_ITEMS).sort(compare));
    yield;
  }
  while (runs.length > 1) {
    const merged: T[][] = [];
    for (let at = 0; at < runs.length; at += 2)
      merged.push(yield* mergedOf(runs[at] ?? [], runs[at + 1] ?? [], compare));
    runs = merged;
  }
  return runs[0] ?? [];
}

/** Of equals the first list's come first. */
function* mergedOf<T>(
  first: readonly T[],
  second: readonly T[],
  compare: (a: T, b: T) => number,
): Unhurried<T[]> {
  const merged: T[] = [];
  let at = 0;
  for (let other = 0; at < first.length || other < second.length; ) {
    // One of them has an item left, and the one that is taken from has.
    const takesFirst =
      other >= second.length || (at < first.length && compare(first[at] as T, second[other] as T) <= 0);
    merged.push((takesFirst ? first[at++] : second[other++]) as T);
    if (merged.length % RUN_ITEMS === 0) yield;
  }
  return merged;
}
