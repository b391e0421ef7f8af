import type { Random } from "../../core/random.ts";
import { invalidParameterValue } from "./errors.ts";

const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";

/** The name of a node's folder. */
export const resourceId = (random: Random): string => `cache-${random.string(20, LETTERS)}`;

export const newPassword = (random: Random): string => random.string(32, LETTERS);

/** Names are kept in lower case. @throws InvalidParameterValue */
export function checkName(name: string, parameter: string, longest: number): string {
  const isForm = /^[a-zA-Z](?!.*--)[a-zA-Z0-9-]*$/.test(name) && !name.endsWith("-");
  if (!isForm || name.length > longest)
    throw invalidParameterValue(
      `The parameter ${parameter} is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.`,
    );
  return name.toLowerCase();
}
