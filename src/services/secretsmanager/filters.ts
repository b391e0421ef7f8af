import type * as SecretsManager from "../../models/generated/secretsmanager.ts";
import { invalidParameter } from "./errors.ts";
import { isReplica, type Secret } from "./secret.ts";

/** What a filter looks at, and whether it tells cases apart. https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_search-secret.html */
const LOOKS_AT: Readonly<Record<string, { of(secret: Secret): readonly string[]; ignoresCase?: true }>> = {
  name: { of: ({ name }) => [name] },
  description: { of: ({ description = "" }) => [description], ignoresCase: true },
  "tag-key": { of: ({ tags }) => Object.keys(tags) },
  "tag-value": { of: ({ tags }) => Object.values(tags) },
  "primary-region": {
    of: (secret) => (secret.primaryRegion !== undefined && !isReplica(secret) ? [secret.primaryRegion] : []),
  },
  "owning-service": { of: () => [] },
  all: {
    of: ({ name, description = "", tags }) =>
      [name, description, ...Object.keys(tags), ...Object.values(tags)].flatMap((text) => [
        text,
        ...text.split(/[ /_+=.@!-]+/),
      ]),
    ignoresCase: true,
  },
};

/** All filters must hold; of a filter's values one. A value fits at the beginning of a text; `!` turns it round. */
export function matcherOf(filters: SecretsManager.FiltersListType): (secret: Secret) => boolean {
  const tests = filters.map(({ Key, Values = [] }) => {
    const looksAt = Key === undefined ? undefined : LOOKS_AT[Key];
    if (!looksAt || Values.length === 0) throw invalidParameter("Filters must have a Key and Values.");
    return (secret: Secret) => Values.some((value) => fits(looksAt, value, secret));
  });
  return (secret) => tests.every((test) => test(secret));
}

function fits({ of, ignoresCase }: (typeof LOOKS_AT)[string], value: string, secret: Secret): boolean {
  const isNegated = value.startsWith("!");
  const folded = (text: string) => (ignoresCase ? text.toLowerCase() : text);
  const wanted = folded(isNegated ? value.slice(1) : value);
  return of(secret).some((text) => folded(text).startsWith(wanted)) !== isNegated;
}
