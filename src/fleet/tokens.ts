import { createHash, randomBytes } from "node:crypto";
import { FleetError } from "./errors.ts";
import type { FleetToken, Role } from "./port.ts";

const NAME = /^[\w.@-]{1,64}$/;
export const ROLES: readonly Role[] = ["viewer", "operator"];

/**
 * What is to become of the fleet's tokens, whichever there are by then: others change them at the same time.
 * @throws FleetError when it cannot be
 */
export type TokenChange = (tokens: readonly FleetToken[]) => readonly FleetToken[];

/**
 * A further token, and the text of it, which nobody can be told again.
 * @param hasAdmin is there a token of the gateway's own, that may change things whatever tokens the fleet has?
 * @throws FleetError for a name or role that cannot be; the change, for a name that is taken, and for a token that would leave nobody who may change anything
 */
export function addedToken(
  given: { readonly name?: unknown; readonly role?: unknown },
  hasAdmin: boolean,
): {
  readonly change: TokenChange;
  readonly name: string;
  readonly role: Role;
  readonly token: string;
} {
  const { name, role } = given;
  if (typeof name !== "string" || !NAME.test(name))
    throw new FleetError(400, "A token's name has 1 to 64 letters, digits and . _ @ -.");
  if (!ROLES.includes(role as Role)) throw new FleetError(400, `A token's role is ${ROLES.join(" or ")}.`);
  const token = randomBytes(24).toString("base64url");
  const added: FleetToken = { name, role: role as Role, hash: hashOfToken(token) };
  const change: TokenChange = (tokens) => {
    if (tokens.some((other) => other.name === name))
      throw new FleetError(409, `There is a token "${name}" already: remove it first.`);
    checkSomebodyMay([...tokens, added], hasAdmin);
    return [...tokens, added];
  };
  return { change, name, role: added.role, token };
}

/** The tokens without one. */
export function withoutToken(name: string, hasAdmin: boolean): TokenChange {
  return (tokens) => {
    const left = tokens.filter((token) => token.name !== name);
    if (left.length === tokens.length) throw new FleetError(404, `There is no token "${name}".`);
    if (left.length > 0) checkSomebodyMay(left, hasAdmin);
    return left;
  };
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
