import type * as SFN from "../../../models/generated/stepfunctions.ts";
import { invalidDefinition } from "../errors.ts";
import { checkFlow } from "./check-flow.ts";
import type { Diagnostic, Findings } from "./findings.ts";
import { isObject, type Json } from "./json.ts";

/** Everything that is wrong with a definition. */
export function diagnose(
  text: string,
  type: "STANDARD" | "EXPRESS",
): readonly (SFN.ValidateStateMachineDefinitionDiagnostic & Diagnostic)[] {
  const found: Diagnostic[] = [];
  const findings: Findings = {
    type,
    error: (message, location, code = "SCHEMA_VALIDATION_FAILED") =>
      found.push({ severity: "ERROR", code, message, location }),
  };
  let definition: Json | undefined;
  try {
    definition = JSON.parse(text) as Json;
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
    checkFlow(definition, "", findings, { language: definition["QueryLanguage"], isRoot: true });
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
    ({ severity, code }) => severity === "ERROR" && !(alone && code === "MISSING_TRANSITION_TARGET"),
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
