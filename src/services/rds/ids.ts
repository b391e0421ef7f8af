import type { Random } from "../../core/random.ts";
import { invalidParameterValue } from "./errors.ts";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const PASSWORD = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** `db-ABCDEFGHIJKLMNOPQRSTUVWXYZ` */
export const resourceId = (prefix: "db" | "cluster", random: Random): string =>
  `${prefix}-${random.string(26, LETTERS)}`;

export const newPassword = (random: Random): string => random.string(28, PASSWORD);

/** Names are kept in lower case. @throws InvalidParameterValue */
export function checkName(name: string, parameter: string, longest = 63): string {
  const isForm = /^[a-zA-Z](?!.*--)[a-zA-Z0-9-]*$/.test(name) && !name.endsWith("-");
  if (!isForm || name.length > longest)
    throw invalidParameterValue(
      `The parameter ${parameter} is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.`,
    );
  return name.toLowerCase();
}
