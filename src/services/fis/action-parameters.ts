import { parseDuration } from "../../core/clock.ts";
import { readJson } from "../../core/read-json.ts";
import type { ActionParameter, FisAction, ParameterValues } from "./action.ts";
import { commaList } from "./service-names.ts";

const HOUR_MS = 3_600_000;
const ISO_8601 = /^P/;

/**
 * What is wrong with the parameters that a template gives an action; undefined when nothing is.
 * @param strict AWS's own bounds: durations from one minute. Otherwise they start at one second
 */
export function wrongParameters(
  name: string,
  action: FisAction,
  given: ParameterValues,
  strict: boolean,
): string | undefined {
  if (!action.takesAnyParameter) {
    const unexpected = Object.keys(given).find((key) => !Object.hasOwn(action.parameters, key));
    if (unexpected !== undefined) return `Unexpected parameter "${unexpected}" found in action "${name}".`;
  }
  for (const [key, parameter] of Object.entries(action.parameters)) {
    const value = given[key];
    if (value === undefined) {
      if (parameter.required) return `Missing required parameter "${key}" in action "${name}".`;
      continue;
    }
    const wrong = wrongValue(parameter, value, strict);
    if (wrong !== undefined)
      return `Invalid value "${value}" for parameter "${key}" in action "${name}": ${wrong}.`;
  }
  const wrong = action.check?.(given, strict);
  return wrong && `Invalid parameters in action "${name}": ${wrong}.`;
}

function wrongValue(parameter: ActionParameter, value: string, strict: boolean): string | undefined {
  switch (parameter.type) {
    case "duration":
      return wrongDuration(parameter, value, strict);
    case "integer":
    case "number": {
      const form = parameter.type === "integer" ? /^\d+$/ : /^\d+(\.\d+)?$/;
      const { min = 0, max = Number.MAX_SAFE_INTEGER } = parameter;
      if (!form.test(value))
        return parameter.type === "integer" ? "it must be a whole number" : "it must be a number";
      if (Number(value) >= min && Number(value) <= max) return undefined;
      return parameter.max === undefined ? `it must be at least ${min}` : `it must be from ${min} to ${max}`;
    }
    case "boolean":
      return /^(true|false)$/i.test(value) ? undefined : "it must be true or false";
    case "json":
      return isJson(value) ? undefined : "it must be JSON";
    case "list": {
      const items = commaList(value);
      if (items.length === 0) return "it must name at least one";
      if (parameter.max !== undefined && items.length > parameter.max)
        return `it may name at most ${parameter.max}`;
      return items.map((item) => wrongChoice(parameter, item)).find((wrong) => wrong !== undefined);
    }
    default:
      return wrongChoice(parameter, value);
  }
}

function wrongChoice({ values }: ActionParameter, value: string): string | undefined {
  return values === undefined || values.includes(value)
    ? undefined
    : `it must be one of ${values.join(", ")}`;
}

function wrongDuration(parameter: ActionParameter, value: string, strict: boolean): string | undefined {
  const ms = ISO_8601.test(value) ? parseDuration(value) : undefined;
  if (ms === undefined) return "it must be an ISO 8601 duration";
  const min = strict ? (parameter.min ?? 60_000) : 1000;
  const max = parameter.max ?? 12 * HOUR_MS;
  return ms >= min && ms <= max ? undefined : `it must be from ${isoDuration(min)} to ${isoDuration(max)}`;
}

/** The shortest ISO 8601 form of whole hours, minutes or seconds. */
function isoDuration(ms: number): string {
  if (ms % HOUR_MS === 0) return `PT${ms / HOUR_MS}H`;
  return ms % 60_000 === 0 ? `PT${ms / 60_000}M` : `PT${ms / 1000}S`;
}

function isJson(text: string): boolean {
  try {
    readJson(text);
    return true;
  } catch {
    return false;
  }
}
