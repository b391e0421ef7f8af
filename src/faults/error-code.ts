import { nearest } from "./nearest.ts";

/**
 * Why a text is no error code; undefined when it may be one, in the models or not.
 * @param kinds of errors, which a code may be instead of. AWS's codes have capitals: a word without any that is nearly a kind is that one, misspelt
 */
export function whyNoCode(code: string, kinds: readonly string[]): string | undefined {
  if (!/^[\w.:#/-]{1,256}$/.test(code)) return `"${code}" is not an error code`;
  if (kinds.includes(code)) return `"${code}" is a kind of error and no code`;
  const kind = code === code.toLowerCase() ? nearest(code, kinds) : undefined;
  return kind === undefined ? undefined : `"${code}" is no kind of error: "${kind}" is the nearest`;
}
