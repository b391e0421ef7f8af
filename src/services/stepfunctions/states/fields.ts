import { LanguageError, QueryError } from "../language/failure.ts";
import { expressionIn } from "../language/jsonata.ts";
import type { Visit } from "../run/visit.ts";
import { typeOf } from "./choice.ts";

/** A field of a state that is a number, a path to one (`…Path`), or an expression of JSONata. */
export const integerField = (visit: Visit, field: IntegerField): Promise<number | undefined> =>
  numberField(visit, field, "integer");

export async function numberField(
  visit: Visit,
  field: IntegerField | "ToleratedFailurePercentage",
  type: "integer" | "float",
): Promise<number | undefined> {
  const path = visit.state[`${field}Path`];
  if (path !== undefined) {
    const value = visit.path(path, visit.input.json);
    const number = typeof value === "string" && /^-?\d+(?:\.\d+)?$/.test(value) ? Number(value) : value;
    if (!isNumber(number, type))
      throw new LanguageError(
        `The ${field}Path field refers to value "${typeof value === "string" ? value : JSON.stringify(value)}" which is not a valid ${type}: ${path}`,
      );
    return number;
  }
  const given = visit.state[field];
  if (given === undefined) return undefined;
  if (!visit.isJsonata || typeof given === "number") return Number(given);
  const value = await visit.query(given, field);
  if (!isNumber(value, type))
    throw new QueryError(
      `The JSONata expression '${expressionIn(given) ?? given}' specified for the field '${field}' returned an unexpected result type. Expected 'number', but was '${typeOf(value)}' for value: ${JSON.stringify(value)}`,
      field,
    );
  return value;
}

type IntegerField = "MaxConcurrency" | "ToleratedFailureCount" | "TimeoutSeconds" | "HeartbeatSeconds";

const isNumber = (value: unknown, type: "integer" | "float"): value is number =>
  typeof value === "number" && (type === "float" || Number.isInteger(value));
