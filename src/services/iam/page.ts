import { validationError } from "./errors.ts";

const PAGE_SIZE = 100;

export interface PageInput {
  readonly Marker?: string;
  readonly MaxItems?: number;
}

/**
 * One page of a list, with IAM's IsTruncated and Marker. The marker names the last item that was given, so that what is made or
 * deleted between two pages moves nothing.
 * @param keyOf what tells items apart; unique
 * @throws AwsError `ValidationError` for a marker that is none
 */
export function pageOf<T>(
  all: readonly T[],
  input: PageInput,
  keyOf: (item: T) => string,
): { items: T[]; page: { IsTruncated: boolean; Marker?: string } } {
  const size = input.MaxItems ?? PAGE_SIZE;
  let from = 0;
  if (input.Marker !== undefined) {
    const { after, at } = readMarker(input.Marker);
    const last = all.findIndex((item) => keyOf(item) === after);
    from = last >= 0 ? last + 1 : at;
  }
  const items = all.slice(from, from + size);
  if (from + size >= all.length) return { items, page: { IsTruncated: false } };
  const marker = { after: keyOf(items.at(-1)!), at: from + size };
  return {
    items,
    page: { IsTruncated: true, Marker: Buffer.from(JSON.stringify(marker)).toString("base64") },
  };
}

function readMarker(marker: string): { after: string; at: number } {
  try {
    const { after, at } = JSON.parse(Buffer.from(marker, "base64").toString()) as Record<string, unknown>;
    if (typeof after === "string" && typeof at === "number") return { after, at };
  } catch {
    // Refused below.
  }
  throw validationError("Invalid Marker.");
}
