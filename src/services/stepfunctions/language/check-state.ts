import { checkChoices } from "./check-choices.ts";
import { checkMap } from "./check-map.ts";
import { checkNumbers, STATE_NUMBERS } from "./check-numbers.ts";
import { checkRetry } from "./check-retry.ts";
import { checkTask } from "./check-task.ts";
import { checkExpressions, checkPaths, checkVariables } from "./check-values.ts";
import type { Around, CheckFlow, Findings, How } from "./findings.ts";
import { isObject, type Json, type JsonObject, memberOf } from "./json.ts";
import { expressionIn } from "./jsonata.ts";
import { checkQueryLanguage, isJsonataIn } from "./query-language.ts";
import { checkNotBoth, checkStateFields, STATE_TYPES } from "./state-fields.ts";
import { targetsOf } from "./targets.ts";
import { readTimestamp } from "./timestamp.ts";

/** What must hold of one state. */
export function checkState(
  state: JsonObject,
  place: string,
  states: JsonObject,
  findings: Findings,
  around: Around,
  checkFlow: CheckFlow,
): void {
  const type = memberOf(state, "Type");
  if (type === undefined) {
    findings.error("These fields are required: [Type]", place);
    return;
  }
  if (typeof type !== "string" || !STATE_TYPES.includes(type)) {
    findings.error(`Value should be one of the following: [${STATE_TYPES.join(", ")}]`, `${place}/Type`);
    return;
  }
  const isJsonata = isJsonataIn(state, around.language === "JSONata");
  const isDowngraded = !isJsonata && around.language === "JSONata";
  if (isDowngraded)
    findings.error(
      "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine",
      place,
    );
  checkStateFields(state, type, place, findings, {
    language: isJsonata ? "JSONata" : "JSONPath",
    isDowngraded,
  });
  checkQueryLanguage(state, place, findings);
  checkMoves(state, type, place, states, findings);
  if (isJsonata) checkExpressions(state, place, findings);
  else checkPaths(state, place, findings);
  checkVariables(state, place, findings);
  checkRetry(state, place, findings, isJsonata);
  checkNumbers(state, STATE_NUMBERS, place, findings, isJsonata);
  SPECIAL[type]?.(state, place, findings, { around, isJsonata, checkFlow });
}

function checkMoves(
  state: JsonObject,
  type: string,
  place: string,
  states: JsonObject,
  findings: Findings,
): void {
  if (MOVING.has(type)) {
    if (state["End"] === true) checkNotBoth(state, ["Next", "End"], place, findings);
    else if (memberOf(state, "Next") === undefined)
      findings.error("These fields are required: [Next, End]", place);
  }
  for (const { target, field } of targetsOf(state))
    if (!Object.hasOwn(states, target))
      findings.error(`Missing 'Next' target: ${target}`, `${place}/${field}`, "MISSING_TRANSITION_TARGET");
}

const MOVING = new Set(["Pass", "Task", "Wait", "Parallel", "Map"]);

type Check = (state: JsonObject, place: string, findings: Findings, how: How) => void;

const SPECIAL: Readonly<Record<string, Check>> = {
  Task: checkTask,
  Choice: checkChoices,
  Wait: checkWait,
  Parallel: checkParallel,
  Map: checkMap,
};

function checkParallel(
  state: JsonObject,
  place: string,
  findings: Findings,
  { around, checkFlow }: How,
): void {
  const branches = memberOf(state, "Branches");
  const at = `${place}/Branches`;
  if (branches === undefined) return;
  if (!Array.isArray(branches)) findings.error("Expected value of type Array", at);
  else if (branches.length === 0) findings.error("Value cannot be empty", at);
  else
    for (const [index, branch] of (branches as readonly Json[]).entries())
      if (isObject(branch))
        checkFlow(branch, `${at}[${index}]`, findings, { language: around.language, kind: "branch" });
      else findings.error("Expected value of type Object", `${at}[${index}]`);
}

function checkWait(state: JsonObject, place: string, findings: Findings, { isJsonata }: How): void {
  const { Timestamp } = state;
  if (
    typeof Timestamp === "string" &&
    !(isJsonata && expressionIn(Timestamp) !== undefined) &&
    readTimestamp(Timestamp) === undefined
  )
    findings.error("String does not match RFC3339 timestamp", `${place}/Timestamp`);
}
