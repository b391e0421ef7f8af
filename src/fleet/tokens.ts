import { createHash, randomBytes } from "node:crypto";
import { FleetError } from "./errors.ts";
import type { FleetToken, Role } from "./port.ts";

const NAME = /^[\w.@-]{1,64}$/;
const ROLES: readonly Role[] = ["viewer", "operator"];

/**
 * A further token, and the text of it, which nobody can be told again.
 * @param hasAdmin is there a token of the gateway's own, that may change things whatever tokens the fleet has?
 * @throws FleetError for a name or role that cannot be, and for one that would leave nobody who may change anything
 */
export function withToken(
  tokens: readonly FleetToken[],
  given: { readonly name?: unknown; readonly role?: unknown },
  hasAdmin: boolean,
): {
  readonly tokens: readonly FleetToken[];
  readonly name: string;
  readonly role: Role;
  readonly token: string;
} {
  const { name, role } = given;
  if (typeof name !== "string" || !NAME.test(name))
    throw new FleetError(400, "A token's name has 1 to 64 letters, digits and . _ @ -.");
  if (!ROLES.includes(role as Role)) throw new FleetError(400, `A token's role is ${ROLES.join(" or ")}.`);
  if (tokens.some((other) => other.name === name))
    throw new FleetError(409, `There is a token "${name}" already: remove it first.`);
  const token = randomBytes(24).toString("base64url");
  const made = [...tokens, { name, role: role as Role, hash: hashOfToken(token) }];
  checkSomebodyMay(made, hasAdmin);
  return { tokens: made, name, role: role as Role, token };
}

/** The tokens without one. @throws FleetError */
export function withoutToken(
  tokens: readonly FleetToken[],
  name: string,
  hasAdmin: boolean,
): readonly FleetToken[] {
  const left = tokens.filter((token) => token.name !== name);
  if (left.length === tokens.length) throw new FleetError(404, `There is no token "${name}".`);
  if (left.length > 0) checkSomebodyMay(left, hasAdmin);
  return left;
}

/** Whose token it is. */
export const tokenOf = (tokens: readonly FleetToken[], shown: string): FleetToken | undefined => {
  const hash = hashOfToken(shown);
  // Both are hashes: how long they are alike tells nothing about a token.
  return tokens.find((token) => token.hash === hash);
};

function checkSomebodyMay(tokens: readonly FleetToken[], hasAdmin: boolean): void {
  if (hasAdmin || tokens.some(({ role }) => role === "operator")) return;
  throw new FleetError(
    409,
    "Then nobody could change anything any more: there must be a token of an operator.",
  );
}

const hashOfToken = (token: string): string => createHash("sha256").update(token).digest("hex");
