import { checkNumbers, ROOT_NUMBERS } from "./check-numbers.ts";
import { checkState } from "./check-state.ts";
import type { Around, Findings } from "./findings.ts";
import { isObject, type JsonObject, memberOf } from "./json.ts";
import { checkQueryLanguage } from "./query-language.ts";
import { checkFields } from "./state-fields.ts";
import { targetsOf } from "./targets.ts";

const FIELDS: Readonly<Record<Around["kind"], ReadonlySet<string>>> = {
  machine: new Set(["StartAt", "States", "Comment", "Version", "TimeoutSeconds", "QueryLanguage"]),
  branch: new Set(["StartAt", "States", "Comment"]),
  processor: new Set(["StartAt", "States", "Comment", "ProcessorConfig"]),
};
const LONGEST_NAME = 80;

/** What must hold of a machine, a branch or an item processor: https://states-language.net/#toplevelfields */
export function checkFlow(flow: JsonObject, place: string, findings: Findings, around: Around): void {
  const missing = ["States", "StartAt"].filter((field) => memberOf(flow, field) === undefined);
  if (missing.length > 0) findings.error(`These fields are required: [${missing.join(", ")}]`, place || "/");
  checkFields(flow, FIELDS[around.kind], place || "/", findings);
  const isMachine = around.kind === "machine";
  if (isMachine) checkMachine(flow, findings);
  const states = memberOf(flow, "States");
  if (states === undefined) return;
  if (!isObject(states)) {
    findings.error("Expected value of type Object", `${place}/States`);
    return;
  }
  checkStart(flow, states, place, findings);
  for (const [name, state] of Object.entries(states)) {
    const at = `${place}/States/${name}`;
    checkName(name, at, findings);
    if (isObject(state)) checkState(state, at, states, findings, around, checkFlow);
    else findings.error("Expected value of type Object", at);
  }
  // Of a machine that never ends nothing is said about what is reached (measured); branches and processors are not asked for an end.
  if (isMachine && !Object.values(states).some(isTerminal))
    findings.error("Workflow has no terminal state", null, "MISSING_END_STATE");
  else checkReach(flow, states, place, findings);
}

const isTerminal = (state: unknown): boolean =>
  isObject(state as JsonObject) &&
  ((state as JsonObject)["End"] === true ||
    (state as JsonObject)["Type"] === "Succeed" ||
    (state as JsonObject)["Type"] === "Fail");

function checkMachine(machine: JsonObject, findings: Findings): void {
  checkNumbers(machine, ROOT_NUMBERS, "", findings);
  checkQueryLanguage(machine, "", findings);
  const version = memberOf(machine, "Version");
  if (version !== undefined && version !== "1.0")
    findings.error("Value should be one of the following: [1.0]", "/Version");
}

function checkName(name: string, place: string, findings: Findings): void {
  if (name.length > LONGEST_NAME)
    findings.error(
      `State name '${name}' exceeds the ${LONGEST_NAME}-character limit allowed by the service`,
      place,
      "INVALID_STATE_NAME",
    );
  if (findings.names.has(name))
    findings.error(`Duplicate State name: ${name}`, place, "DUPLICATE_STATE_NAME");
  findings.names.add(name);
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
