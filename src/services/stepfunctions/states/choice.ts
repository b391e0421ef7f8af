import { sure } from "../../../core/sure.ts";
import { COMPARISONS } from "../language/comparisons.ts";
import type { ChoiceRule } from "../language/definition.ts";
import { LanguageError, QueryError, StateFailure } from "../language/failure.ts";
import type { Json, JsonObject } from "../language/json.ts";
import { PathNotFound, parsePath, readPath } from "../language/json-path.ts";
import { expressionIn } from "../language/jsonata.ts";
import type { Exit, Visit } from "../run/visit.ts";

/** https://states-language.net/#choice-state */
export async function choice(visit: Visit): Promise<Exit> {
  const { state } = visit;
  const input = visit.isJsonata ? visit.input : visit.afterInputPath();
  for (const [at, rule] of (state.Choices ?? []).entries()) {
    const isMet = visit.isJsonata ? await isTrue(visit, rule, at) : meets(visit, rule, input.json);
    // A rule without Assign assigns nothing: the state's own goes with Default.
    if (isMet)
      return visit.exitWithInput(input, { next: rule.Next, assign: rule.Assign, output: rule.Output });
  }
  if (state.Default === undefined)
    throw new StateFailure(
      "States.NoChoiceMatched",
      visit.said("Failed to transition out of the state. The state does not point to a next state."),
      "task",
    );
  return visit.exitWithInput(input, { next: state.Default, assign: state.Assign, output: state.Output });
}

async function isTrue(visit: Visit, { Condition }: ChoiceRule, at: number): Promise<boolean> {
  if (typeof Condition === "boolean") return Condition;
  const field = `Choices[${at}]/Condition`;
  const met = await visit.query(Condition ?? "", field);
  if (typeof met === "boolean") return met;
  throw new QueryError(
    `The JSONata expression '${expressionIn(Condition) ?? Condition}' specified for the field '${field}' returned an unexpected result type. Expected 'boolean', but was '${typeOf(met)}' for value: ${JSON.stringify(met)}`,
    field,
  );
}

export const typeOf = (value: Json): string =>
  value === null ? "null" : Array.isArray(value) ? "array" : typeof value;

/** Does an input meet a rule of JSONPath? */
function meets(visit: Visit, rule: JsonObject, input: Json): boolean {
  if (Array.isArray(rule["And"]))
    return (rule["And"] as readonly JsonObject[]).every((part) => meets(visit, part, input));
  if (Array.isArray(rule["Or"]))
    return (rule["Or"] as readonly JsonObject[]).some((part) => meets(visit, part, input));
  if (rule["Not"] !== undefined) return !meets(visit, rule["Not"] as JsonObject, input);
  // Exactly one: the definition is checked.
  const operator = sure(
    Object.keys(rule).find((name) => Object.hasOwn(COMPARISONS, name.replace(/Path$/, ""))),
  );
  const path = String(rule["Variable"]);
  const value = valueAt(visit, path, input);
  if (operator === "IsPresent") return (value !== undefined) === rule[operator];
  if (value === undefined)
    throw new LanguageError(
      `Invalid path '${path}': The choice state's condition path references an invalid value.`,
    );
  const comparison = sure(COMPARISONS[operator.replace(/Path$/, "")]);
  if (!operator.endsWith("Path")) return comparison(value, rule[operator] ?? null);
  const other = valueAt(visit, String(rule[operator]), input);
  if (other === undefined)
    throw new LanguageError(
      `Invalid path '${rule[operator]}': The choice state's condition path references an invalid value.`,
    );
  return comparison(value, other);
}

function valueAt(visit: Visit, path: string, input: Json): Json | undefined {
  try {
    return readPath(parsePath(path), visit.roots(input));
  } catch (error) {
    if (error instanceof PathNotFound) return undefined;
    throw error;
  }
}
