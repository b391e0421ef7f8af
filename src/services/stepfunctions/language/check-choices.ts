import { COMPARISONS, MAY_NAME_OPERAND } from "./comparisons.ts";
import type { Findings } from "./findings.ts";
import { isObject, type Json, type JsonObject, memberOf } from "./json.ts";
import { isPath } from "./json-path.ts";
import { checkExactlyOne, checkFields, ofOtherLanguage } from "./state-fields.ts";

const OPERATORS = Object.keys(COMPARISONS).flatMap((name) =>
  MAY_NAME_OPERAND.test(name) ? [name, `${name}Path`] : [name],
);
const LOGIC = ["And", "Or", "Not", "Variable"];
/** A rule is of one of these kinds; in AWS's words and order. */
const KINDS = [...LOGIC, "Condition"];
const OF_PATHS = new Set([...LOGIC, ...OPERATORS]);
const OF_QUERIES = new Set(["Condition", "Output"]);
const OF_BOTH = ["Next", "Comment", "Assign"];
const KNOWN = new Set([...OF_BOTH, ...OF_PATHS, ...OF_QUERIES]);
const INNER = new Set(["Comment", ...OF_PATHS]);

/** What must hold of the rules of a Choice state. */
export function checkChoices(
  state: JsonObject,
  place: string,
  findings: Findings,
  { isJsonata }: { readonly isJsonata: boolean },
): void {
  const choices = memberOf(state, "Choices");
  const at = `${place}/Choices`;
  if (choices === undefined) return;
  if (!Array.isArray(choices)) findings.error("Expected value of type Array", at);
  else if (choices.length === 0) findings.error("Value cannot be empty", at);
  else
    for (const [index, rule] of (choices as readonly Json[]).entries()) {
      const here = `${at}[${index}]`;
      if (isObject(rule)) checkChoice(rule, here, findings, isJsonata);
      else findings.error("Expected value of type Object", here);
    }
}

function checkChoice(rule: JsonObject, place: string, findings: Findings, isJsonata: boolean): void {
  checkFields(rule, KNOWN, place, findings);
  const [foreign, other, language] = isJsonata
    ? [OF_PATHS, "JSONPath", "JSONata"]
    : [OF_QUERIES, "JSONata", "JSONPath"];
  for (const field of Object.keys(rule))
    if (foreign.has(field)) ofOtherLanguage(field, other, language, place, findings);
  if (memberOf(rule, "Next") === undefined) findings.error("These fields are required: [Next]", place);
  if (!isJsonata) {
    checkRule(rule, place, findings);
    return;
  }
  const condition = memberOf(rule, "Condition");
  if (condition === undefined) oneKind(place, findings);
  else if (typeof condition === "string" && !condition.startsWith("{%"))
    findings.error("JSONata string must start with {% and end with %}", `${place}/Condition`);
}

const oneKind = (place: string, findings: Findings): void =>
  findings.error(`The object must have only one of the following fields, [${KINDS.join(", ")}]`, place);

function checkRule(rule: JsonObject, place: string, findings: Findings): void {
  const [kind, ...others] = LOGIC.filter((field) => Object.hasOwn(rule, field));
  if (kind === undefined || others.length > 0) oneKind(place, findings);
  else if (kind === "Variable") checkComparison(rule, place, findings);
  else if (kind === "Not") checkInner(memberOf(rule, kind) ?? null, `${place}/Not`, findings);
  else {
    const parts = memberOf(rule, kind);
    if (!Array.isArray(parts)) findings.error("Expected value of type Array", `${place}/${kind}`);
    else if (parts.length === 0) findings.error("Value cannot be empty", `${place}/${kind}`);
    else
      for (const [at, part] of (parts as readonly Json[]).entries())
        checkInner(part, `${place}/${kind}[${at}]`, findings);
  }
}

function checkInner(rule: Json, place: string, findings: Findings): void {
  if (!isObject(rule)) {
    findings.error("Expected value of type Object", place);
    return;
  }
  checkFields(rule, INNER, place, findings);
  checkRule(rule, place, findings);
}

function checkComparison(rule: JsonObject, place: string, findings: Findings): void {
  const given = OPERATORS.filter((name) => Object.hasOwn(rule, name));
  checkExactlyOne(rule, given.length === 0 ? OPERATORS : given, place, findings);
  for (const field of ["Variable", ...given]) {
    if (field !== "Variable" && !field.endsWith("Path")) continue;
    const path = memberOf(rule, field);
    if (typeof path !== "string") findings.error("Expected value of type [STRING]", `${place}/${field}`);
    else if (!isPath(path))
      findings.error(
        `Value is not a Reference Path${path.startsWith("$") ? "" : ": Reference path didn't start with '$'"}`,
        `${place}/${field}`,
      );
  }
}
