/** Plain values to compare: blobs and dates as such, and without what forms and XML cannot say (an empty structure). */
export function comparable(value: unknown): unknown {
  if (value instanceof Uint8Array)
    return value.length === 0 ? {} : { bytes: Buffer.from(value).toString("hex") };
  if (value instanceof Date) return { time: value.getTime() };
  if (Array.isArray(value)) return value.map(comparable).filter((entry) => !isEmpty(entry));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, entry]) => [key, comparable(entry)] as const);
  return Object.fromEntries(entries.filter(([, entry]) => !isEmpty(entry)));
}

const isEmpty = (value: unknown) =>
  value === undefined || (typeof value === "object" && value !== null && Object.keys(value).length === 0);
