import { checkState } from "./check-state.ts";
import type { Around, Findings } from "./findings.ts";
import { isObject, type JsonObject, memberOf } from "./json.ts";
import { targetsOf } from "./targets.ts";

const ROOT_FIELDS = new Set(["StartAt", "States", "Comment", "Version", "TimeoutSeconds", "QueryLanguage"]);
const FLOW_FIELDS = new Set(["StartAt", "States", "Comment", "QueryLanguage", "ProcessorConfig"]);
const LONGEST_TIMEOUT_S = 99_999_999;
const LONGEST_NAME = 80;

/** What must hold of a machine, a branch or an item processor: https://states-language.net/#toplevelfields */
export function checkFlow(flow: JsonObject, place: string, findings: Findings, around: Around): void {
  const missing = ["States", "StartAt"].filter((field) => memberOf(flow, field) === undefined);
  if (missing.length > 0) findings.error(`These fields are required: [${missing.join(", ")}]`, place || "/");
  const known = around.isRoot ? ROOT_FIELDS : FLOW_FIELDS;
  for (const field of Object.keys(flow))
    if (!known.has(field)) findings.error("Field is not supported", `${place}/${field}`);
  if (around.isRoot) checkRoot(flow, findings);
  const states = memberOf(flow, "States");
  if (states === undefined) return;
  if (!isObject(states)) {
    findings.error("Expected value of type Object", `${place}/States`);
    return;
  }
  checkStart(flow, states, place, findings);
  for (const [name, state] of Object.entries(states)) {
    const at = `${place}/States/${name}`;
    if (name.length > LONGEST_NAME)
      findings.error(`State name is longer than ${LONGEST_NAME} characters`, at);
    if (isObject(state)) checkState(state, at, states, findings, around, checkFlow);
    else findings.error("Expected value of type Object", at);
  }
  checkReach(flow, states, place, findings);
}

function checkRoot(flow: JsonObject, findings: Findings): void {
  const { TimeoutSeconds, QueryLanguage } = flow;
  if (
    TimeoutSeconds !== undefined &&
    !(
      Number.isInteger(TimeoutSeconds) &&
      Number(TimeoutSeconds) > 0 &&
      Number(TimeoutSeconds) <= LONGEST_TIMEOUT_S
    )
  )
    findings.error(`Expected an integer from 1 to ${LONGEST_TIMEOUT_S}`, "/TimeoutSeconds");
  if (QueryLanguage !== undefined && QueryLanguage !== "JSONPath" && QueryLanguage !== "JSONata")
    findings.error("Value is not one of the allowed values: [JSONPath, JSONata]", "/QueryLanguage");
}

function checkStart(flow: JsonObject, states: JsonObject, place: string, findings: Findings): void {
  const start = memberOf(flow, "StartAt");
  if (start === undefined) return;
  if (typeof start !== "string") findings.error("Expected value of type String", `${place}/StartAt`);
  else if (!Object.hasOwn(states, start))
    findings.error(`Missing 'Next' target: ${start}`, `${place}/StartAt`, "MISSING_TRANSITION_TARGET");
}

/** States that nothing leads to are told: neither the start nor any state, be it reachable itself or not. */
function checkReach(flow: JsonObject, states: JsonObject, place: string, findings: Findings): void {
  const start = memberOf(flow, "StartAt");
  if (typeof start !== "string") return;
  const targets = Object.values(states).flatMap((state) => (isObject(state) ? targetsOf(state) : []));
  const reached = new Set([start, ...targets.map(({ target }) => target)]);
  for (const name of Object.keys(states))
    if (!reached.has(name))
      findings.error(
        `State "${name}" is not reachable.`,
        `${place}/States/${name}`,
        "MISSING_TRANSITION_TARGET",
      );
}
