import { readJson } from "../../core/read-json.ts";
import { HIDDEN } from "../../core/secret-names.ts";
import type { ParameterValues } from "./template/parameters.ts";

/** What is shorter than this is hidden only where it stands alone: it may be in any word. */
const TELLING_LENGTH = 4;

/**
 * A text, or a value of JSON with all its texts, without the values of parameters that are shown to nobody. Numbers and
 * booleans stay: a parameter's value is a text wherever it stands.
 */
export function withoutHidden<T>(value: T, ...all: readonly ParameterValues[]): T {
  const hidden = all.flatMap((one) => Object.values(one)).filter(({ isHidden }) => isHidden);
  if (hidden.length === 0) return value;
  const secrets = new Set(hidden.flatMap(({ value: given, resolved = given }) => [given, resolved]));
  const shown = (_: string, one: unknown) => (typeof one === "string" ? shownText(one, secrets) : one);
  return readJson(JSON.stringify(value), shown) as T;
}

function shownText(text: string, secrets: ReadonlySet<string>): string {
  if (secrets.has(text)) return HIDDEN;
  let shown = text;
  for (const secret of secrets) {
    // In a text that is JSON itself, it is written like this.
    const written = JSON.stringify(secret);
    shown = shown.replaceAll(written, `"${HIDDEN}"`);
    if (secret.length < TELLING_LENGTH) continue;
    shown = shown.replaceAll(written.slice(1, -1), HIDDEN).replaceAll(secret, HIDDEN);
  }
  return shown;
}
