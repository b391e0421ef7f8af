import { createHash } from "node:crypto";
import type { Random } from "../../core/random.ts";

/** `vpc-0a1b2c3d4e5f60718`: the prefix of its type and 17 hex digits, of which the first is 0 these years. */
export const newId = (prefix: string, random: Random): string => `${prefix}-0${random.hex(16)}`;

/** Ids have 17 hex digits, or 8, as they had once. */
export const isIdOf = (prefix: string, text: string): boolean =>
  new RegExp(`^${prefix}-(?:[0-9a-f]{8}|[0-9a-f]{17})$`).test(text);

/** The id of what AWS itself makes in an account and region: the same in every run, so that templates can name it. */
export const givenId = (prefix: string, ...of: readonly string[]): string =>
  `${prefix}-0${createHash("sha256").update(of.join("/")).digest("hex").slice(0, 16)}`;
