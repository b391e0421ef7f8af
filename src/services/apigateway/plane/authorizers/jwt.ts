import { createPublicKey, type JsonWebKey, verify } from "node:crypto";
import { outbound } from "../../../../core/outbound.ts";
import { readJson } from "../../../../core/read-json.ts";
import type { Context } from "../../../../core/service.ts";

export interface Jwt {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly signed: Buffer;
  readonly signature: Buffer;
}

/** A JSON Web Token's parts, unchecked; undefined when the text is none. */
export function parseJwt(token: string): Jwt | undefined {
  const [header, claims, signature, ...more] = token.split(".");
  if (header === undefined || claims === undefined || signature === undefined || more.length > 0)
    return undefined;
  try {
    const decode = (part: string) =>
      readJson(Buffer.from(part, "base64url").toString()) as Record<string, unknown>;
    return {
      header: decode(header),
      claims: decode(claims),
      signed: Buffer.from(`${header}.${claims}`),
      signature: Buffer.from(signature, "base64url"),
    };
  } catch {
    return undefined;
  }
}

const HASHES: Readonly<Record<string, string>> = { RS256: "sha256", RS384: "sha384", RS512: "sha512" };

/** Is the token signed with a key that its issuer publishes? `unknown` when the issuer cannot be asked. */
export async function checkSignature(
  jwt: Jwt,
  issuer: string,
  ctx: Context,
): Promise<"good" | "bad" | "unknown"> {
  const keys = await issuerKeys(issuer, ctx);
  if (!keys) return "unknown";
  const key = keys.find(({ kid }) => kid === undefined || kid === jwt.header["kid"]);
  const hash = HASHES[String(jwt.header["alg"])];
  if (!key || !hash) return "bad";
  return verify(hash, jwt.signed, createPublicKey({ key, format: "jwk" }), jwt.signature) ? "good" : "bad";
}

type Jwk = JsonWebKey & { readonly kid?: string };

const LIFETIME_MS = 2 * 60 * 60 * 1000;
const GIVE_UP_MS = 1500;
const known = new Map<string, { readonly keys: readonly Jwk[] | undefined; readonly expiresAtMs: number }>();

/** An issuer's public keys by OpenID discovery, remembered for two hours; a silent issuer for a minute. */
async function issuerKeys(issuer: string, ctx: Context): Promise<readonly Jwk[] | undefined> {
  const now = ctx.clock.now();
  const last = known.get(issuer);
  if (last && last.expiresAtMs > now) return last.keys;
  let keys: readonly Jwk[] | undefined;
  try {
    const discovery = await json(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`);
    keys = ((await json(String(discovery["jwks_uri"]))) as { keys?: Jwk[] }).keys ?? [];
  } catch (error) {
    ctx.log.warn(
      `The issuer ${issuer} cannot be asked for its keys (${(error as Error).message}); the signatures of its tokens are not checked.`,
    );
  }
  if (known.size > 1000) known.clear();
  known.set(issuer, { keys, expiresAtMs: now + (keys ? LIFETIME_MS : 60_000) });
  return keys;
}

async function json(url: string): Promise<Record<string, unknown>> {
  const { status, text } = await outbound(new URL(url), { by: "execute-api", timeoutMs: GIVE_UP_MS });
  if (status !== 200) throw new Error(`${url} answered ${status}`);
  return readJson(text) as Record<string, unknown>;
}

/** `Bearer <token>`, or the token alone. */
export const bareToken = (value: string): string => value.replace(/^Bearer\s+/i, "").trim();

/** A token's scopes: `scope` (a text) or `scp` (a list). */
export function scopesOf(claims: Jwt["claims"]): string[] {
  const { scope, scp } = claims;
  if (typeof scope === "string") return scope.split(" ").filter(Boolean);
  if (Array.isArray(scp)) return scp.map(String);
  return typeof scp === "string" ? scp.split(" ").filter(Boolean) : [];
}

/** A claim as text: lists as `[a b]`, as API Gateway has them. */
export function claimTexts(claims: Jwt["claims"]): Record<string, string> {
  const text = (value: unknown) => {
    if (Array.isArray(value)) return `[${value.join(" ")}]`;
    return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
  };
  return Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, text(value)]));
}
