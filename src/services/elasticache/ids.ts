import { identifierOf } from "../../aws/identifier.ts";
import type { Random } from "../../core/random.ts";
import { invalidParameterValue } from "./errors.ts";

const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";

/** The name of a node's folder. */
export const resourceId = (random: Random): string => `cache-${random.string(20, LETTERS)}`;

export const newPassword = (random: Random): string => random.string(32, LETTERS);

/** Names are kept in lower case. @throws InvalidParameterValue */
export const checkName = (name: string, parameter: string, longest: number): string =>
  identifierOf(name, parameter, longest, invalidParameterValue);
