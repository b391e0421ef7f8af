import { HIDDEN } from "../../core/secret-names.ts";
import type { ParameterValues } from "./template/parameters.ts";

/** What is shorter than this is hidden only where it stands alone: it may be in any word. */
const TELLING_LENGTH = 4;

/** A text, or what JSON says, without the values of parameters that are shown to nobody. */
export function withoutHidden(text: string, ...all: readonly ParameterValues[]): string {
  const values = all.flatMap((one) => Object.values(one)).filter(({ isHidden }) => isHidden);
  const secrets = values.flatMap(({ value, resolved = value }) => [value, resolved]);
  let shown = text;
  for (const secret of new Set(secrets)) {
    const written = JSON.stringify(secret);
    shown = shown.replaceAll(written, `"${HIDDEN}"`);
    if (secret.length < TELLING_LENGTH) continue;
    shown = shown.replaceAll(written.slice(1, -1), HIDDEN).replaceAll(secret, HIDDEN);
  }
  return shown;
}
