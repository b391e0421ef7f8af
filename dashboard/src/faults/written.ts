import type { Rule } from "./rule.ts";

type Written = Readonly<Record<string, unknown>>;

/** A rule in the form in which one writes it: dates instead of milliseconds, and nothing that Squall counts. */
export function writtenOf(rule: Rule): Written {
  const { id: _id, owner: _owner, matched: _matched, fired: _fired, startsAt, expiresAt, ...written } = rule;
  return {
    ...written,
    ...(startsAt !== undefined && { from: new Date(startsAt).toISOString() }),
    ...(expiresAt !== undefined && { until: new Date(expiresAt).toISOString() }),
  };
}

/** What `PATCH` has to be told to make one of the other; null takes a field away. */
export function changesBetween(before: Written, after: Written): Written {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const changed = [...names].filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  return Object.fromEntries(changed.map((name) => [name, after[name] ?? null]));
}
