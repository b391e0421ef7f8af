const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
] as const;

/** A time in its two largest units: `1h 5m`, `42s`. */
export function durationText(ms: number): string {
  let rest = Math.round(ms / 1000) * 1000;
  const parts: string[] = [];
  for (const [name, size] of UNITS) {
    const count = Math.floor(rest / size);
    if (count > 0) parts.push(`${count}${name}`);
    rest -= count * size;
  }
  return parts.slice(0, 2).join(" ") || "0s";
}

/** A moment as AWS's JSON has it: seconds, milliseconds or ISO 8601. Undefined for none. */
export function momentOf(value: unknown): number | undefined {
  if (typeof value === "string") return Number.isNaN(Date.parse(value)) ? undefined : Date.parse(value);
  if (typeof value !== "number") return undefined;
  return value < 1e11 ? value * 1000 : value;
}
