import { LimitExceeded, limited } from "../../../core/limited.ts";
import { readJson } from "../../../core/read-json.ts";
import { QueryError } from "./failure.ts";
import { isObject, type Json } from "./json.ts";
import { type Evaluated, type Evaluation, evaluateWithin } from "./jsonata-engine.ts";

/** What the expressions of a field see. */
export interface Scope {
  /** `$states` and the variables, as JSON: written once, when the first of them asks. */
  bindings(): string;
  readonly nowMs: number;
  /** What random numbers come of. */
  readonly seed: string;
}

/** In place while it is quick: nobody notices. Beyond that, elsewhere. */
const QUICK_MS = 20;
const DEADLINE_MS = 2000;
/** What may take a lot of memory in no time, or a lot of time at one go. */
const MAY_BE_LARGE = /\.\.|\$(?:pad|range|distinct)\b/;

const EXPRESSION = /^\{%([\s\S]*)%\}$/;

/** The text between `{%` and `%}`; undefined for a value that is no expression. */
export const expressionIn = (value: unknown): string | undefined =>
  typeof value === "string" ? EXPRESSION.exec(value)?.[1]?.trim() : undefined;

/**
 * A field with its expressions' values in their place.
 * @param location the field's name, for what is said when an expression fails
 * @throws QueryError
 */
export async function fillQuery(value: Json, location: string, scope: Scope): Promise<Json> {
  const expression = expressionIn(value);
  if (expression !== undefined) return query(expression, location, scope);
  if (Array.isArray(value)) {
    const items: Json[] = [];
    for (const [at, item] of (value as readonly Json[]).entries())
      items.push(await fillQuery(item, `${location}[${at}]`, scope));
    return items;
  }
  if (!isObject(value)) return value;
  const members: [string, Json][] = [];
  for (const [name, member] of Object.entries(value))
    members.push([name, await fillQuery(member, `${location}/${name}`, scope)]);
  return Object.fromEntries(members);
}

/** @throws QueryError */
export async function query(expression: string, location: string, scope: Scope): Promise<Json> {
  const { nowMs, seed } = scope;
  const evaluated = await evaluation({ expression, bindings: scope.bindings(), nowMs, seed }, location);
  const said = `The JSONata expression '${expression}' specified for the field '${location}'`;
  if ("error" in evaluated) {
    const { message, code } = evaluated.error;
    throw new QueryError(
      `${said} threw an error during evaluation. ${code ? `${code}: ` : ""}${message}`,
      location,
    );
  }
  if (evaluated.value === undefined) throw new QueryError(`${said} returned nothing (undefined).`, location);
  return readJson(evaluated.value) as Json;
}

async function evaluation(given: Evaluation, location: string): Promise<Evaluated> {
  try {
    if (!MAY_BE_LARGE.test(given.expression)) return evaluateWithin(QUICK_MS, given, true);
  } catch (error) {
    if (!(error instanceof LimitExceeded)) throw error;
  }
  try {
    return await limited<Evaluated>(new URL(import.meta.url), given, DEADLINE_MS);
  } catch (error) {
    if (!(error instanceof LimitExceeded)) throw error;
    throw new QueryError(
      `The JSONata expression '${given.expression}' specified for the field '${location}' took too long to evaluate.`,
      location,
    );
  }
}

/** The task of the other process, which ends it when its time is over. */
export const run = (given: Evaluation): Evaluated => evaluateWithin(DEADLINE_MS * 2, given);
