import type { Random } from "../../core/random.ts";

const LOWER = "abcdefghijklmnopqrstuvwxyz0123456789";
const MIXED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** API ids and most others: ten lower-case letters and digits, as in `a1b2c3d4e5`. */
export const newId = (random: Random): string => random.string(10, LOWER);

/** Ids of what stands below an API (resources, deployments, authorizers …): six. */
export const newShortId = (random: Random): string => random.string(6, LOWER);

/** The value of an API key: forty letters and digits. */
export const newKeyValue = (random: Random): string => random.string(40, MIXED);

/** The tag that fixes an API's id at creation. */
export const CUSTOM_ID_TAG = "_custom_id_";
