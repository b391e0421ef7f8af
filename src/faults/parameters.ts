import { parseDuration } from "../core/clock.ts";
import type { Parameter, Parameters } from "../core/fault.ts";
import { uncapitalized } from "../core/text.ts";
import { didYouMean } from "./nearest.ts";
import { RuleError } from "./rule-error.ts";

/**
 * Params checked against their declaration, with defaults filled in, durations in milliseconds, and numbers that came
 * as text (from a header or a command line) as numbers.
 * @throws RuleError for an unknown, missing, wrong-typed or out-of-range one
 */
export function checkParameters(
  of: string,
  parameters: Parameters,
  given: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(parameters, name)) {
      const known = Object.keys(parameters);
      throw new RuleError(
        `${of} has no parameter "${name}".${didYouMean(name, known)} It has ${known.length === 0 ? "none" : known.join(", ")}.`,
        { field: `params.${name}` },
      );
    }
  }
  const checked: Record<string, unknown> = {};
  for (const [name, parameter] of Object.entries(parameters)) {
    const value = given[name] ?? undefined;
    if (value !== undefined) checked[name] = checkParameter(of, name, parameter, value);
    else if (parameter.default !== undefined) checked[name] = parameter.default;
    else if (parameter.required) {
      throw new RuleError(`${of} needs the parameter "${name}": ${parameter.description}`, {
        field: "params",
      });
    }
  }
  return checked;
}

function checkParameter(of: string, name: string, parameter: Parameter, value: unknown): unknown {
  const wrong = (wanted: string) =>
    new RuleError(`The parameter "${name}" of ${uncapitalized(of)} must be ${wanted}, not ${shown(value)}.`, {
      field: `params.${name}`,
    });
  switch (parameter.type) {
    case "string":
      if (typeof value !== "string") throw wrong("text");
      if (parameter.values && !parameter.values.includes(value)) throw wrong(oneOf(parameter.values));
      return value;
    case "number":
    case "integer": {
      const number = toNumber(value);
      if (number === undefined || (parameter.type === "integer" && !Number.isInteger(number))) {
        throw wrong(parameter.type === "integer" ? "a whole number" : "a number");
      }
      return inRange(number, parameter, wrong);
    }
    case "duration": {
      const ms = parseDuration(toNumber(value) ?? value);
      if (ms === undefined) throw wrong("a duration (milliseconds, or text like 200ms, 1.5s, PT5M)");
      return inRange(ms, parameter, wrong);
    }
    case "boolean":
      if (value === true || value === "true") return true;
      if (value === false || value === "false") return false;
      throw wrong("true or false");
    case "strings":
      if (typeof value === "string") return [value];
      if (!Array.isArray(value) || value.some((item) => typeof item !== "string"))
        throw wrong("a list of texts");
      return [...value];
    case "object":
      if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrong("an object");
      return structuredClone(value);
  }
}

function inRange(number: number, parameter: Parameter, wrong: (wanted: string) => RuleError): number {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = parameter;
  if (number >= min && number <= max) return number;
  if (max === Number.POSITIVE_INFINITY) throw wrong(`at least ${min}`);
  throw wrong(min === Number.NEGATIVE_INFINITY ? `at most ${max}` : `from ${min} to ${max}`);
}

/** A finite number, also one written as text (`"2"`, `"12.5"`); undefined for anything else. */
export function toNumber(value: unknown): number | undefined {
  if (typeof value === "string" && /^[+-]?(\d+\.?\d*|\.\d+)$/.test(value.trim())) return Number(value);
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

export function oneOf(values: readonly string[]): string {
  return `one of ${values.join(", ")}`;
}

/** A value as it is shown in an error message: as JSON, and not at any length. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
