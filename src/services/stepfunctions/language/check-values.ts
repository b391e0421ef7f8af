import type { Findings } from "./findings.ts";
import { isObject, type Json, type JsonObject, memberOf } from "./json.ts";
import { isPath, isReferencePath, parsePath } from "./json-path.ts";
import { expressionIn } from "./jsonata.ts";
import { check } from "./jsonata-engine.ts";
import { isExpression } from "./template.ts";

/** Fields that are filled by paths and functions. */
const TEMPLATES = ["Parameters", "ResultSelector", "ItemSelector", "Assign", "Credentials"];
/** Paths that name one place: of the input, of a variable, and ItemsPath alone also of the context object. */
const REFERENCES = new Set([
  "ItemsPath",
  "MaxConcurrencyPath",
  "ToleratedFailureCountPath",
  "ToleratedFailurePercentagePath",
]);

/** The paths and templates of a state. */
export function checkPaths(state: JsonObject, place: string, findings: Findings): void {
  for (const field of TEMPLATES) {
    const template = memberOf(state, field);
    if (template !== undefined) checkTemplate(template, `${place}/${field}`, findings);
  }
  for (const [field, value] of Object.entries(state)) {
    if (!field.endsWith("Path") || value === null) continue;
    const said = wrongPath(field, value);
    if (said !== undefined) findings.error(said, `${place}/${field}`);
  }
  const catchers = memberOf(state, "Catch");
  if (!Array.isArray(catchers)) return;
  for (const [at, catcher] of (catchers as readonly Json[]).entries()) {
    if (!isObject(catcher)) continue;
    const here = `${place}/Catch[${at}]`;
    const { Assign, ResultPath } = catcher;
    if (Assign !== undefined) checkTemplate(Assign, `${here}/Assign`, findings);
    const said =
      ResultPath === undefined || ResultPath === null ? undefined : wrongPath("ResultPath", ResultPath);
    if (said !== undefined) findings.error(said, `${here}/ResultPath`);
  }
}

function wrongPath(field: string, value: Json): string | undefined {
  if (typeof value !== "string") return "Expected value of type [STRING]";
  if (field === "ErrorPath" || field === "CausePath")
    return isExpression(value) ? undefined : "Value must be a valid JSONPath.";
  if (!isPath(value)) return "Value must be a valid JSONPath.";
  const isRight =
    field === "ResultPath"
      ? isReferencePath(value) && !/^\$[^.[]/.test(value)
      : !REFERENCES.has(field) ||
        (isReferencePath(value) && (field === "ItemsPath" || parsePath(value).root !== "$$"));
  return isRight ? undefined : "Value is not a Reference Path";
}

function checkTemplate(template: Json, place: string, findings: Findings): void {
  if (Array.isArray(template)) {
    for (const item of template as readonly Json[]) checkTemplate(item, place, findings);
    return;
  }
  if (!isObject(template)) return;
  for (const [name, value] of Object.entries(template)) {
    if (!name.endsWith(".$")) checkTemplate(value, `${place}/${name}`, findings);
    else if (!isExpression(value))
      findings.error(
        `The value for the field '${name}' must be a valid JSONPath or a valid intrinsic function call`,
        place,
      );
  }
}

const NESTED = new Set(["Branches", "ItemProcessor", "Iterator"]);
/** Fields whose texts are what they are, whatever they look like. */
const PLAIN = new Set(["Comment", "Next", "Default", "Resource", "Retry"]);

/** Expressions of JSONata, wherever they stand. */
export function checkExpressions(state: JsonObject, place: string, findings: Findings): void {
  for (const [name, member] of Object.entries(state))
    if (!NESTED.has(name) && !PLAIN.has(name)) checkExpression(member, `${place}/${name}`, findings);
}

function checkExpression(value: Json, place: string, findings: Findings): void {
  const expression = expressionIn(value);
  if (expression !== undefined) {
    const checked = check(expression);
    if ("wrong" in checked) findings.error(checked.wrong, place, "INVALID_JSONATA_EXPRESSION");
    else
      for (const name of checked.reads) {
        const said = unsupportedRead(name, place);
        if (said !== undefined) findings.error(said, place, "UNSUPPORTED_JSONATA_EXPRESSION");
      }
  } else if (typeof value === "string") {
    if (value.startsWith("{%")) findings.error("JSONata string must start with {% and end with %}", place);
  } else if (Array.isArray(value)) {
    for (const [at, item] of (value as readonly Json[]).entries())
      checkExpression(item, `${place}[${at}]`, findings);
  } else if (isObject(value))
    for (const [name, member] of Object.entries(value)) checkExpression(member, `${place}/${name}`, findings);
}

/** What a Catch comes to is the one place that has an error's output. */
const IN_CATCH = /\/Catch\[\d+\]\/(?:Output|Assign)(?:[/[]|$)/;

function unsupportedRead(name: string, place: string): string | undefined {
  if (name === "$$") return "Reference to '$$' is not supported.";
  if (name !== "$states.errorOutput") return `Reference to '${name}' at the top level is not supported.`;
  return IN_CATCH.test(place) ? undefined : "Field '$states.errorOutput' does not exist.";
}

/** A variable's name is an identifier of Unicode: https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html */
const IDENTIFIER = /^\p{ID_Start}\p{ID_Continue}*$/u;
const LONGEST_VARIABLE = 80;

/** The names of the variables that a state assigns, wherever it does. */
export function checkVariables(state: JsonObject, place: string, findings: Findings): void {
  checkNames(memberOf(state, "Assign"), `${place}/Assign`, findings);
  for (const list of ["Choices", "Catch"]) {
    const items = memberOf(state, list);
    if (!Array.isArray(items)) continue;
    for (const [at, item] of (items as readonly Json[]).entries())
      if (isObject(item)) checkNames(memberOf(item, "Assign"), `${place}/${list}[${at}]/Assign`, findings);
  }
}

function checkNames(assigned: Json | undefined, place: string, findings: Findings): void {
  if (assigned === undefined) return;
  if (!isObject(assigned)) {
    findings.error("Expected value of type Object", place);
    return;
  }
  for (const field of Object.keys(assigned)) {
    const name = field.replace(/\.\$$/, "");
    if (name === "states")
      findings.error("Cannot assign to reserved variable '$states'.", place, "RESERVED_VARIABLE_NAME");
    else if (!IDENTIFIER.test(name))
      findings.error(
        `Invalid variable name '${name}': the variable name contains invalid characters.`,
        place,
        "INVALID_VARIABLE_NAME",
      );
    else if (name.length > LONGEST_VARIABLE)
      findings.error(
        `Invalid variable name '${name}': the variable name exceeds the ${LONGEST_VARIABLE}-character limit.`,
        place,
        "INVALID_VARIABLE_NAME",
      );
  }
}
