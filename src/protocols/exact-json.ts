import { readJson } from "../core/read-json.ts";

/** What `readJson` does, or does with one thing otherwise. */
export type ParseText = typeof readJson;

/** Without these no number of a text is too large to be exact. */
const MAY_BE_LARGE = /\d{16}|\d[eE]\+?\d/;

/** Reads JSON; integers that no number of JavaScript's holds come as bigints. */
export const parseExactly: ParseText = (text, revive) => {
  if (!MAY_BE_LARGE.test(text)) return readJson(text, revive);
  return readJson(text, function (key, value, context) {
    const { source = "" } = context;
    const exact = isInexact(value) ? BigInt(/^-?\d+$/.test(source) ? source : value) : value;
    return revive ? revive.call(this, key, exact, context) : exact;
  });
};

const isInexact = (value: unknown): value is number =>
  Number.isInteger(value) && !Number.isSafeInteger(value);
