import { readJson } from "../../../core/read-json.ts";
import { invalidDefinition } from "../errors.ts";
import { checkFlow } from "./check-flow.ts";
import type { Diagnostic, Findings } from "./findings.ts";
import { isObject, type Json } from "./json.ts";
import { isJsonataIn } from "./query-language.ts";

/** Everything that is wrong with a definition. */
export function diagnose(text: string, type: "STANDARD" | "EXPRESS"): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const findings: Findings = {
    type,
    names: new Set(),
    labels: new Set(),
    error: (message, location, code = "SCHEMA_VALIDATION_FAILED") =>
      found.push({ severity: "ERROR", code, message, location }),
  };
  let definition: Json | undefined;
  try {
    definition = readJson(text) as Json;
  } catch {
    definition = undefined;
  }
  if (!isObject(definition))
    return [
      {
        severity: "ERROR",
        code: "SCHEMA_VALIDATION_FAILED",
        message: "Definition must be a valid JSON object",
      },
    ];
  try {
    const language = isJsonataIn(definition, false) ? "JSONata" : "JSONPath";
    checkFlow(definition, "", findings, { language, kind: "machine" });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    findings.error("The definition is nested too deeply", "/");
  }
  return found;
}

/** @throws InvalidDefinition with everything that is wrong */
export function refuseDefinition(
  text: string,
  type: "STANDARD" | "EXPRESS",
  /** A state by itself leads nowhere. */
  { alone = false }: { readonly alone?: boolean } = {},
): void {
  const errors = diagnose(text, type).filter(
    ({ severity, code }) => severity === "ERROR" && !(alone && LEADING.has(code)),
  );
  if (errors.length === 0) return;
  throw invalidDefinition(
    errors
      .map(
        ({ code, message, location }) =>
          `${code}: ${message}${location === undefined ? "" : ` at ${location}`}`,
      )
      .join(", "),
  );
}

/** What is said of where states lead. */
const LEADING = new Set(["MISSING_TRANSITION_TARGET", "MISSING_END_STATE"]);
