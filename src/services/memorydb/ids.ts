import { identifierOf } from "../../aws/identifier.ts";
import type { Random } from "../../core/random.ts";
import { invalidParameterValue } from "./errors.ts";

const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const LETTERS_AND_DIGITS = `${LETTERS}0123456789`;

/** The name of a node's folder. */
export const resourceId = (random: Random): string => `node-${random.string(20, LETTERS_AND_DIGITS)}`;

export const newPassword = (random: Random): string => random.string(32, LETTERS_AND_DIGITS);

/** What MemoryDB puts before the name of a multi-Region cluster: `virxk`. */
export const newPrefix = (random: Random): string => random.string(5, LETTERS);

/** Names are kept in lower case. @throws InvalidParameterValueException */
export const checkName = (name: string, parameter: string, longest: number): string =>
  identifierOf(name, parameter, longest, invalidParameterValue);
