import { invalidParameter } from "./errors.ts";

/** One page of a list and the token of the next: where that begins, in base64. */
export function pageOf<V>(
  items: readonly V[],
  token: string | undefined,
  size: number,
): { items: V[]; nextToken?: string } {
  const start = token === undefined ? 0 : readToken(token);
  const page = items.slice(start, start + size);
  const end = start + page.length;
  if (end >= items.length) return { items: page };
  return { items: page, nextToken: Buffer.from(`offset ${end}`).toString("base64") };
}

function readToken(token: string): number {
  const found = /^offset (\d+)$/.exec(Buffer.from(token, "base64").toString());
  if (!found) throw invalidParameter("The specified nextToken is invalid.");
  return Number(found[1]);
}
