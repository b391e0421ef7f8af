import { identifierOf } from "../../aws/identifier.ts";
import type { Random } from "../../core/random.ts";
import { invalidParameterValue } from "./errors.ts";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const PASSWORD = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** `db-ABCDEFGHIJKLMNOPQRSTUVWXYZ` */
export const resourceId = (prefix: "db" | "cluster" | "snap", random: Random): string =>
  `${prefix}-${random.string(26, LETTERS)}`;

/** `cluster-0123456789abcdef` */
export const globalResourceId = (random: Random): string =>
  `cluster-${random.string(16, "0123456789abcdef")}`;

export const newPassword = (random: Random): string => random.string(28, PASSWORD);

/** Names are kept in lower case. @throws InvalidParameterValue */
export const checkName = (name: string, parameter: string, longest = 63): string =>
  identifierOf(name, parameter, longest, invalidParameterValue);

/** The name of an ARN, or the name itself, in lower case: names are the same whatever their case. */
export const bare = (id: string): string =>
  (id.startsWith("arn:") ? (id.split(":").at(-1) ?? id) : id).toLowerCase();
