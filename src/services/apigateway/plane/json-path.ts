import { JSONPath } from "jsonpath-plus";

/** A path that names one place: no wildcard, filter, slice or descent. */
const DEFINITE = /^\$?(?:\.[\w-]+|\[\d+\]|\['[^']*'\]|\["[^"]*"\])*$/;

/**
 * What a JSONPath names: the one value of a definite path (undefined when absent), or the list of what an indefinite one
 * finds, as Jayway's library in API Gateway has it. Filters are expressions, never JavaScript: evaluation is off but for
 * the safe interpreter.
 */
export function jsonPath(json: unknown, path: string): unknown {
  if (path === "$" || path === "") return json;
  const counted = /^(.+)\.(?:length|size)\(\)$/.exec(path)?.[1];
  if (counted) return lengthOf(jsonPath(json, counted));
  const whole = path.startsWith("$") ? path : `$.${path}`;
  if (typeof json !== "object" || json === null) return undefined;
  const found = JSONPath({ path: whole, json: json as object, wrap: true, eval: "safe" }) as unknown[];
  return DEFINITE.test(whole) ? found[0] : found;
}

/** How many steps a path takes at most in a JSON text of that length. Filters, which call functions, have no end. */
export function jsonPathSteps(path: string, length: number): number {
  const bare = path.replace(/\.(?:length|size)\(\)$/, "");
  if (/[?(]/.test(bare)) return Number.POSITIVE_INFINITY;
  const branches = bare.match(/\.\.|[*,:]/g)?.length ?? 0;
  return path.length * length ** Math.min(branches, 4);
}

/** Jayway's `length()`. */
function lengthOf(value: unknown): number | undefined {
  if (typeof value === "string" || Array.isArray(value)) return value.length;
  return typeof value === "object" && value !== null ? Object.keys(value).length : undefined;
}
