import type { Findings } from "./findings.ts";
import { type JsonObject, memberOf } from "./json.ts";

const LANGUAGES = ["JSONPath", "JSONata"];

/** Whatever a state or a machine names that is not `JSONPath` makes it one of JSONata, as AWS has it. */
export function isJsonataIn(value: JsonObject, inherited: boolean): boolean {
  const given = memberOf(value, "QueryLanguage");
  return given === undefined ? inherited : given !== "JSONPath";
}

export function checkQueryLanguage(value: JsonObject, place: string, findings: Findings): void {
  const given = memberOf(value, "QueryLanguage");
  if (given === undefined) return;
  const at = `${place}/QueryLanguage`;
  if (typeof given !== "string") findings.error("Expected value of type [STRING]", at);
  else if (!LANGUAGES.includes(given))
    findings.error(`Value should be one of the following: [${LANGUAGES.join(", ")}]`, at);
}
