import { isObject } from "../core/json.ts";
import type { FleetRule, FleetToken, Snapshot } from "./port.ts";
import { ROLES } from "./tokens.ts";

/**
 * What a store holds may have been written by anybody who reaches it: it is taken only where it is what it has to be. Whether
 * its rules are understood is the table's affair.
 * @throws Error that names what is wrong
 */
export function checkSnapshot(given: unknown): asserts given is Snapshot {
  if (!isObject(given)) throw wrong("it is no object");
  const { version, seed, rules, stoppedFor, tokens, atMs } = given;
  if (!isVersion(version)) throw wrong("its version is no whole number from 1");
  if (typeof seed !== "string") throw wrong("its seed is no text");
  if (typeof atMs !== "number" || !Number.isFinite(atMs)) throw wrong("atMs is no time");
  if (stoppedFor !== undefined && typeof stoppedFor !== "string") throw wrong("stoppedFor is no text");
  if (!Array.isArray(rules) || !rules.every(isFleetRule)) throw wrong("its rules are no list of rules");
  if (new Set((rules as FleetRule[]).map(({ rule }) => rule.id)).size < rules.length)
    throw wrong("two of its rules have one id");
  if (!Array.isArray(tokens) || !tokens.every(isToken)) throw wrong("its tokens are no list of tokens");
}

/** Does it say, whatever else is wrong with it, that everything has to stop? */
export const saysStop = (given: unknown): given is { readonly stoppedFor: string } =>
  isObject(given) && typeof given["stoppedFor"] === "string";

/** The version that something says it is; 0 for what says none. */
export const versionOf = (given: unknown): number =>
  isObject(given) && isVersion(given["version"]) ? given["version"] : 0;

const isVersion = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;

function isFleetRule(value: unknown): value is FleetRule {
  if (!isObject(value) || !isObject(value["rule"])) return false;
  const { since, changed, mark, heldBy, rule } = value;
  const { match, params, expiresAt } = rule as Record<string, unknown>;
  return (
    [since, changed].every(isVersion) &&
    [mark, heldBy].every((name) => name === undefined || typeof name === "string") &&
    ["id", "owner", "point", "effect"].every(
      (name) => typeof (rule as Record<string, unknown>)[name] === "string",
    ) &&
    [match, params].every((part) => part === undefined || isObject(part)) &&
    (expiresAt === undefined || typeof expiresAt === "number")
  );
}

function isToken(value: unknown): value is FleetToken {
  return (
    isObject(value) &&
    typeof value["name"] === "string" &&
    ROLES.some((role) => role === value["role"]) &&
    typeof value["hash"] === "string" &&
    /^[0-9a-f]{64}$/.test(value["hash"])
  );
}

const wrong = (why: string): Error => new Error(`The fleet's store has a snapshot that is none: ${why}.`);
