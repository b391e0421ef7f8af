import type { FaultRuleInput } from "../core/fault.ts";
import { didYouMean } from "./nearest.ts";
import { RuleError } from "./rule-error.ts";
import type { CompiledRule } from "./rule-table.ts";
import { type Effects, normalizeRule } from "./rules.ts";

/** The request header in which a client asks for a fault in the call that carries it, and in no other. */
export const INJECT_HEADER = "x-squall-inject";

/** The most different header texts that are remembered. */
const REMEMBERED = 1000;

/**
 * Rules from the request header. They never enter the table; only the counts of each header text are kept, so that the
 * draws of its n-th call depend on nothing but the seed, the text and n.
 */
export class HeaderRules {
  readonly #effects: Effects;
  readonly #compile: (input: FaultRuleInput, id: string) => CompiledRule;
  readonly #known = new Map<string, readonly CompiledRule[]>();

  constructor(effects: Effects, compile: (input: FaultRuleInput, id: string) => CompiledRule) {
    this.#effects = effects;
    this.#compile = compile;
  }

  /** @throws RuleError for a header that is not understood */
  of(header: string): readonly CompiledRule[] {
    const known = this.#known.get(header);
    if (known) return known;
    const rules = parseInjectHeader(header, this.#effects).map((input, i) =>
      this.#compile(input, `header-${i + 1}`),
    );
    for (const oldest of this.#known.keys()) {
      if (this.#known.size < REMEMBERED) break;
      this.#known.delete(oldest);
    }
    this.#known.set(header, rules);
    return rules;
  }

  /** Forgets all counts. */
  clear(): void {
    this.#known.clear();
  }
}

/**
 * `error=ThrottlingException; status=400` or `latency=200ms, reset; percentage=10`: rules with commas between them, in
 * each the effect first and then its params and, if need be, a percentage. Texts with a comma or semicolon stand in
 * double quotes.
 * @throws RuleError
 */
export function parseInjectHeader(header: string, effects: Effects): FaultRuleInput[] {
  const rules = split(header, ",");
  if (rules.some((rule) => rule === "")) throw new RuleError("a fault is missing before or after a comma.");
  return rules.map((rule) => parseRule(rule, effects));
}

function parseRule(text: string, effects: Effects): FaultRuleInput {
  const [first = "", ...rest] = split(text, ";").filter((part, i) => i === 0 || part !== "");
  const [name, value] = pair(first);
  const effect = effects.get(name);
  if (effect === undefined) {
    const names = [...effects.keys()];
    throw new RuleError(
      `There is no effect "${name}".${didYouMean(name, names)} There is ${names.join(", ")}.`,
    );
  }
  const fields: Record<string, unknown> = { owner: "header", [name]: value ?? true };
  const allowed = [...Object.keys(effect.parameters), "percentage"];
  for (const part of rest) {
    const [key, given] = pair(part);
    if (!allowed.includes(key)) {
      throw new RuleError(`The effect "${name}" has no parameter "${key}".${didYouMean(key, allowed)}`);
    }
    if (given === undefined) throw new RuleError(`"${key}" needs a value: ${key}=...`);
    fields[key] = given;
  }
  return normalizeRule(fields, effects);
}

function pair(text: string): [name: string, value: string | undefined] {
  const at = text.indexOf("=");
  if (at < 0) return [text.trim(), undefined];
  return [text.slice(0, at).trim(), unquoted(text.slice(at + 1).trim())];
}

function unquoted(text: string): string {
  return text.length >= 2 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
}

/** Splits where the separator is not in double quotes. */
function split(text: string, separator: "," | ";"): string[] {
  const parts: string[] = [];
  let from = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '"') isQuoted = !isQuoted;
    else if (text[at] === separator && !isQuoted) {
      parts.push(text.slice(from, at).trim());
      from = at + 1;
    }
  }
  if (isQuoted) throw new RuleError("a double quote is not closed.");
  parts.push(text.slice(from).trim());
  return parts;
}
