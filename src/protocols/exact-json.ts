type Revive = (this: object, key: string, value: unknown) => unknown;
/** What `JSON.parse` does, or does with one thing otherwise. */
export type ParseText = (text: string, revive?: Revive) => unknown;

type ReviveSource = (
  this: object,
  key: string,
  value: unknown,
  context: { readonly source?: string },
) => unknown;
/** `JSON.parse`, as TypeScript does not know it yet. */
const parseWithSource = JSON.parse as (text: string, revive: ReviveSource) => unknown;

/** Without these no number of a text is too large to be exact. */
const MAY_BE_LARGE = /\d{16}|\d[eE]\+?\d/;

/** Reads JSON; integers that no number of JavaScript's holds come as bigints. */
export const parseExactly: ParseText = (text, revive) => {
  if (!MAY_BE_LARGE.test(text)) return JSON.parse(text, revive);
  return parseWithSource(text, function (key, value, { source = "" }) {
    const exact = isInexact(value) ? BigInt(/^-?\d+$/.test(source) ? source : value) : value;
    return revive ? revive.call(this, key, exact) : exact;
  });
};

const isInexact = (value: unknown): value is number =>
  Number.isInteger(value) && !Number.isSafeInteger(value);
