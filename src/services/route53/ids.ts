import type { Random } from "../../core/random.ts";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const LENGTH = 20;

/** `Z` is a hosted zone's, `C` a change's, `N` a delegation set's. */
export const newId = (kind: "Z" | "C" | "N", random: Random): string => kind + random.string(LENGTH, LETTERS);
