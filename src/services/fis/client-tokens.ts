import { createHash } from "node:crypto";
import { defineCollection, type Store } from "../../core/storage.ts";
import { tokenReused } from "./errors.ts";

interface ClientToken {
  readonly request: string;
  readonly id: string;
  readonly usedAtMs: number;
}

const TOKENS = defineCollection<ClientToken>({
  name: "client-tokens",
  indexes: { "by-age": ({ usedAtMs }) => [usedAtMs] },
});
/** AWS does not say how long it remembers a token; clients that retry do so within seconds. */
const REMEMBERED_MS = 24 * 3_600_000;

/**
 * The id of what the same request made before.
 * @throws ConflictException when another request used the token
 */
export function madeBefore(
  store: Store,
  operation: string,
  token: string | undefined,
  request: object,
): string | undefined {
  if (token === undefined) return undefined;
  const known = store.collection(TOKENS).get([operation, token]);
  if (known === undefined) return undefined;
  if (known.request !== digest(request)) throw tokenReused();
  return known.id;
}

export function remember(
  store: Store,
  operation: string,
  token: string | undefined,
  request: object,
  id: string,
  nowMs: number,
): void {
  if (token === undefined) return;
  const tokens = store.collection(TOKENS);
  const forgotten = [...tokens.by("by-age").keys({ to: [nowMs - REMEMBERED_MS] })];
  for (const { primary } of forgotten) tokens.delete(primary);
  tokens.put([operation, token], { request: digest(request), id, usedAtMs: nowMs });
}

/** The same for the same request, in whatever order its members come. */
function digest(request: object): string {
  return createHash("sha256").update(JSON.stringify(request, sorted)).digest("base64url");
}

function sorted(key: string, value: unknown): unknown {
  if (key === "clientToken") return undefined;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
