import { StateFailure } from "../language/failure.ts";
import type { Json } from "../language/json.ts";
import type { Exit, Visit } from "../run/visit.ts";

/** https://states-language.net/#fail-state */
export async function fail(visit: Visit): Promise<Exit> {
  if (!visit.isJsonata) visit.afterInputPath();
  const error = await textOf(visit, "Error");
  const cause = await textOf(visit, "Cause");
  throw new StateFailure(error, cause, "fail");
}

async function textOf(visit: Visit, field: "Error" | "Cause"): Promise<string | undefined> {
  const { state } = visit;
  const path = state[`${field}Path`];
  if (path !== undefined) return asText(visit.pathOrFunction(path, `${field}Path`, visit.input.json));
  const value = state[field];
  if (value === undefined || !visit.isJsonata) return value;
  return asText(await visit.query(value, field));
}

const asText = (value: Json): string => (typeof value === "string" ? value : JSON.stringify(value));
