import { invalidConfiguration, validationError } from "./errors.ts";

/** One attribute: what it is at first, and what it may be. */
export interface AttributeRule {
  readonly first: string;
  /** The values that it takes; a range of whole numbers, or those that fit. Default: any text. */
  readonly takes?: readonly string[] | readonly [least: number, most: number] | RegExp;
}

export type AttributeRules = Readonly<Record<string, AttributeRule>>;

interface Attribute {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

export const YES_OR_NO = ["true", "false"] as const;

/** All attributes, in the form in which they are told. */
export const attributeList = (
  rules: AttributeRules,
  changed: Readonly<Record<string, string>>,
): { Key: string; Value: string }[] =>
  Object.entries(rules).map(([Key, { first }]) => ({ Key, Value: changed[Key] ?? first }));

/**
 * What differs from the first values once these are given. @param what "Load balancer", "Target group"
 * @throws ValidationError, InvalidConfigurationRequest
 */
export function changedAttributes(
  what: string,
  rules: AttributeRules,
  before: Readonly<Record<string, string>>,
  given: readonly Attribute[],
): Record<string, string> {
  const after: Record<string, string> = { ...before };
  for (const { Key = "", Value = "" } of given) {
    const rule = Object.hasOwn(rules, Key) ? rules[Key] : undefined;
    if (!rule) throw validationError(`${what} attribute key '${Key}' is not recognized`);
    if (!fits(Value, rule.takes))
      throw invalidConfiguration(`The value '${Value}' for attribute '${Key}' is not valid`);
    after[Key] = Value;
  }
  return after;
}

function fits(value: string, takes: AttributeRule["takes"]): boolean {
  if (takes === undefined) return true;
  if (takes instanceof RegExp) return takes.test(value);
  const [least, most] = takes;
  if (typeof least !== "number" || typeof most !== "number")
    return (takes as readonly string[]).includes(value);
  return /^\d+$/.test(value) && Number(value) >= least && Number(value) <= most;
}
