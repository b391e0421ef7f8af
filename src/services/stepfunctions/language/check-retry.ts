import { checkNumbers, RETRY_NUMBERS } from "./check-numbers.ts";
import type { Findings } from "./findings.ts";
import { isObject, type Json, type JsonObject, memberOf } from "./json.ts";
import { checkFields, ofOtherLanguage } from "./state-fields.ts";

const RETRIER = new Set([
  "ErrorEquals",
  "IntervalSeconds",
  "MaxAttempts",
  "BackoffRate",
  "MaxDelaySeconds",
  "JitterStrategy",
  "Comment",
]);
const CATCHER = new Set(["ErrorEquals", "Next", "Assign", "Comment", "ResultPath", "Output"]);

/** What must hold of Retry and Catch: https://states-language.net/#errors */
export function checkRetry(state: JsonObject, place: string, findings: Findings, isJsonata: boolean): void {
  for (const list of ["Retry", "Catch"] as const) {
    const items = memberOf(state, list);
    if (items === undefined) continue;
    if (!Array.isArray(items)) {
      findings.error("Expected value of type Array", `${place}/${list}`);
      continue;
    }
    for (const [at, item] of (items as readonly Json[]).entries()) {
      const here = `${place}/${list}[${at}]`;
      if (!isObject(item)) {
        findings.error("Expected value of type Object", here);
        continue;
      }
      checkErrorEquals(item, here, at === items.length - 1, findings);
      if (list === "Catch") checkCatcher(item, here, findings, isJsonata);
      else checkRetrier(item, here, findings);
    }
  }
}

function checkErrorEquals(item: JsonObject, place: string, isLast: boolean, findings: Findings): void {
  const names = memberOf(item, "ErrorEquals");
  const at = `${place}/ErrorEquals`;
  if (names === undefined) findings.error("These fields are required: [ErrorEquals]", place);
  else if (!Array.isArray(names)) findings.error("Expected value of type Array", at);
  else if (names.length === 0) findings.error("Value cannot be empty", at);
  else if (names.some((name) => typeof name !== "string"))
    findings.error("Expected value of type String", at);
  else if (names.includes("States.ALL") && (names.length > 1 || !isLast))
    findings.error("States.ALL must appear alone and at end of list", at);
}

function checkCatcher(catcher: JsonObject, place: string, findings: Findings, isJsonata: boolean): void {
  checkFields(catcher, CATCHER, place, findings);
  const [foreign, other, language] = isJsonata
    ? ["ResultPath", "JSONPath", "JSONata"]
    : ["Output", "JSONata", "JSONPath"];
  if (memberOf(catcher, foreign) !== undefined) ofOtherLanguage(foreign, other, language, place, findings);
  if (memberOf(catcher, "Next") === undefined) findings.error("These fields are required: [Next]", place);
}

function checkRetrier(retrier: JsonObject, place: string, findings: Findings): void {
  checkFields(retrier, RETRIER, place, findings);
  checkNumbers(retrier, RETRY_NUMBERS, place, findings);
  const { IntervalSeconds = 1, MaxDelaySeconds, JitterStrategy } = retrier;
  if (
    typeof MaxDelaySeconds === "number" &&
    typeof IntervalSeconds === "number" &&
    MaxDelaySeconds <= IntervalSeconds
  )
    findings.error("'MaxDelaySeconds' must be greater than 'IntervalSeconds'", `${place}/MaxDelaySeconds`);
  if (JitterStrategy !== undefined && JitterStrategy !== "FULL" && JitterStrategy !== "NONE")
    findings.error("Value should be one of the following: [NONE, FULL]", `${place}/JitterStrategy`);
}
