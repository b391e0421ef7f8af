import { COMPARISONS, MAY_NAME_OPERAND } from "./comparisons.ts";
import type { Findings } from "./findings.ts";
import { isObject, type Json, type JsonObject, memberOf } from "./json.ts";
import { isPath } from "./json-path.ts";

const BESIDE = new Set(["Next", "Comment", "Assign", "Output", "Variable"]);

/** What must hold of the rules of a Choice state. */
export function checkChoices(
  state: JsonObject,
  place: string,
  findings: Findings,
  { isJsonata }: { readonly isJsonata: boolean },
): void {
  const choices = memberOf(state, "Choices");
  if (choices === undefined) return;
  if (!Array.isArray(choices) || choices.length === 0) {
    findings.error("Expected a non-empty Array", `${place}/Choices`);
    return;
  }
  for (const [at, rule] of (choices as readonly Json[]).entries()) {
    const here = `${place}/Choices[${at}]`;
    if (!isObject(rule)) {
      findings.error("Expected value of type Object", here);
      continue;
    }
    if (memberOf(rule, "Next") === undefined) findings.error("These fields are required: [Next]", here);
    if (isJsonata) {
      if (memberOf(rule, "Condition") === undefined)
        findings.error("These fields are required: [Condition]", here);
    } else checkRule(rule, here, findings);
  }
}

function checkRule(rule: JsonObject, place: string, findings: Findings): void {
  const [operator, ...others] = Object.keys(rule).filter((name) => !BESIDE.has(name));
  if (operator === undefined || others.length > 0) {
    findings.error("Expected exactly one comparison operator", place);
    return;
  }
  const operand = rule[operator] ?? null;
  if (operator === "Not") {
    if (isObject(operand)) checkRule(operand, `${place}/Not`, findings);
    else findings.error("Expected value of type Object", `${place}/Not`);
    return;
  }
  if (operator === "And" || operator === "Or") {
    if (!Array.isArray(operand) || operand.length === 0)
      findings.error("Expected a non-empty Array", `${place}/${operator}`);
    else
      for (const [at, part] of (operand as readonly Json[]).entries())
        if (isObject(part)) checkRule(part, `${place}/${operator}[${at}]`, findings);
    return;
  }
  const base = operator.replace(/Path$/, "");
  const isKnown = Object.hasOwn(COMPARISONS, base) && (operator === base || MAY_NAME_OPERAND.test(base));
  if (!isKnown) findings.error("Field is not supported", `${place}/${operator}`);
  else if (operator !== base && !(typeof operand === "string" && isPath(operand)))
    findings.error("Value is not a valid JSONPath", `${place}/${operator}`);
  const variable = memberOf(rule, "Variable");
  if (variable === undefined) findings.error("These fields are required: [Variable]", place);
  else if (typeof variable !== "string" || !isPath(variable))
    findings.error("Value is not a valid JSONPath", `${place}/Variable`);
}
