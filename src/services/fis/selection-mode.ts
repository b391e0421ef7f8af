/** How many of the resources found become targets. */
export type SelectionMode = { readonly kind: "ALL" | "COUNT" | "PERCENT"; readonly n: number };

/** `ALL`, `COUNT(n)` or `PERCENT(n)`; undefined for anything else. */
export function parseSelectionMode(text: string): SelectionMode | undefined {
  const [, kind, number] = /^(ALL|COUNT|PERCENT)(?:\((\d+)\))?$/.exec(text) ?? [];
  if (kind === "ALL") return number === undefined ? { kind, n: 100 } : undefined;
  const n = Number(number);
  if (kind === "COUNT") return n >= 1 ? { kind, n } : undefined;
  if (kind === "PERCENT") return n >= 1 && n <= 100 ? { kind, n } : undefined;
  return undefined;
}

/**
 * The selected items, in their order. COUNT takes what there is when there is less; PERCENT rounds down, so that half
 * of one is none, as in AWS.
 * @param draw a number in [0, 1) for the item at a place: the same draws select the same places
 */
export function select<T>(items: readonly T[], mode: SelectionMode, draw: (place: number) => number): T[] {
  if (mode.kind === "ALL") return [...items];
  const count =
    mode.kind === "COUNT" ? Math.min(mode.n, items.length) : Math.floor((items.length * mode.n) / 100);
  const places = items
    .map((_, place) => ({ place, drawn: draw(place) }))
    .sort((a, b) => a.drawn - b.drawn)
    .slice(0, count)
    .map(({ place }) => place)
    .sort((a, b) => a - b);
  return places.flatMap((place) => items.slice(place, place + 1));
}
