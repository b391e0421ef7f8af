import { taskResource } from "../integrations/integration.ts";
import { FORBIDDEN } from "../names.ts";
import { checkChoices } from "./check-choices.ts";
import type { Around, CheckFlow, Findings } from "./findings.ts";
import { isObject, type Json, type JsonObject, memberOf } from "./json.ts";
import { isPath, isReferencePath } from "./json-path.ts";
import { expressionIn } from "./jsonata.ts";
import { syntaxErrorOf } from "./jsonata-engine.ts";
import { targetsOf } from "./targets.ts";
import { isExpression } from "./template.ts";
import { readTimestamp } from "./timestamp.ts";

/** The fields of every type, in each query language: https://states-language.net/#state-type-table */
const COMMON = ["Type", "Comment", "QueryLanguage", "Assign"];
const MOVES = ["Next", "End"];
const FIELDS: Readonly<
  Record<
    string,
    { readonly both: readonly string[]; readonly path: readonly string[]; readonly query: readonly string[] }
  >
> = {
  Pass: {
    both: MOVES,
    path: ["InputPath", "OutputPath", "Parameters", "ResultPath", "Result"],
    query: ["Output"],
  },
  Task: {
    both: [...MOVES, "Resource", "Retry", "Catch", "TimeoutSeconds", "HeartbeatSeconds", "Credentials"],
    path: [
      "InputPath",
      "OutputPath",
      "Parameters",
      "ResultPath",
      "ResultSelector",
      "TimeoutSecondsPath",
      "HeartbeatSecondsPath",
    ],
    query: ["Arguments", "Output"],
  },
  Choice: { both: ["Choices", "Default"], path: ["InputPath", "OutputPath"], query: ["Output"] },
  Wait: {
    both: [...MOVES, "Seconds", "Timestamp"],
    path: ["InputPath", "OutputPath", "SecondsPath", "TimestampPath"],
    query: ["Output"],
  },
  Succeed: { both: [], path: ["InputPath", "OutputPath"], query: ["Output"] },
  Fail: { both: ["Error", "Cause"], path: ["ErrorPath", "CausePath"], query: [] },
  Parallel: {
    both: [...MOVES, "Branches", "Retry", "Catch"],
    path: ["InputPath", "OutputPath", "Parameters", "ResultPath", "ResultSelector"],
    query: ["Arguments", "Output"],
  },
  Map: {
    both: [
      ...MOVES,
      "Iterator",
      "ItemProcessor",
      "ItemSelector",
      "ItemReader",
      "ItemBatcher",
      "ResultWriter",
      "Label",
      "MaxConcurrency",
      "ToleratedFailureCount",
      "ToleratedFailurePercentage",
      "Retry",
      "Catch",
    ],
    path: [
      "InputPath",
      "OutputPath",
      "Parameters",
      "ResultPath",
      "ResultSelector",
      "ItemsPath",
      "MaxConcurrencyPath",
      "ToleratedFailureCountPath",
      "ToleratedFailurePercentagePath",
    ],
    query: ["Items", "Output"],
  },
};

/** Fields without which a state is none. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  Task: ["Resource"],
  Choice: ["Choices"],
  Parallel: ["Branches"],
};

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
  const fields = typeof type === "string" && Object.hasOwn(FIELDS, type) ? FIELDS[type] : undefined;
  if (fields === undefined) {
    findings.error(
      `Value is not one of the allowed values: [${Object.keys(FIELDS).join(", ")}]`,
      `${place}/Type`,
    );
    return;
  }
  const own = memberOf(state, "QueryLanguage");
  if (own === "JSONPath" && around.language === "JSONata")
    findings.error(
      "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine",
      place,
    );
  const isJsonata = (own ?? around.language) === "JSONata";
  const allowed = new Set([...COMMON, ...fields.both, ...(isJsonata ? fields.query : fields.path)]);
  if (type === "Fail") allowed.delete("Assign");
  for (const field of Object.keys(state))
    if (!allowed.has(field)) findings.error("Field is not supported", `${place}/${field}`);
  const missing = (REQUIRED[String(type)] ?? []).filter((field) => memberOf(state, field) === undefined);
  if (missing.length > 0) findings.error(`These fields are required: [${missing.join(", ")}]`, place);
  checkMoves(state, String(type), place, states, findings);
  if (isJsonata) checkExpressions(state, place, findings);
  else checkPaths(state, place, findings);
  checkRetry(state, place, findings);
  checkSeconds(state, place, findings, isJsonata);
  SPECIAL[String(type)]?.(state, place, findings, { around, isJsonata, checkFlow });
}

function checkMoves(
  state: JsonObject,
  type: string,
  place: string,
  states: JsonObject,
  findings: Findings,
): void {
  const { Next, End } = state;
  if (MOVING.has(type)) {
    if (Next === undefined && End !== true) findings.error("These fields are required: [Next, End]", place);
    else if (Next !== undefined && End === true)
      findings.error("Only one of the following fields is allowed: [Next, End]", place);
  }
  for (const { target, field } of targetsOf(state))
    if (!Object.hasOwn(states, target))
      findings.error(`Missing 'Next' target: ${target}`, `${place}/${field}`, "MISSING_TRANSITION_TARGET");
}

const MOVING = new Set(["Pass", "Task", "Wait", "Parallel", "Map"]);

interface How {
  readonly around: Around;
  readonly isJsonata: boolean;
  readonly checkFlow: CheckFlow;
}

type Check = (state: JsonObject, place: string, findings: Findings, how: How) => void;

const SPECIAL: Readonly<Record<string, Check>> = {
  Task: checkTask,
  Choice: checkChoices,
  Wait: checkWait,
  Parallel(state, place, findings, { around, checkFlow }) {
    const branches = memberOf(state, "Branches");
    if (branches === undefined) return;
    if (!Array.isArray(branches)) findings.error("Expected value of type Array", `${place}/Branches`);
    else
      for (const [at, branch] of (branches as readonly Json[]).entries())
        if (isObject(branch))
          checkFlow(branch, `${place}/Branches[${at}]`, findings, { language: around.language });
        else findings.error("Expected value of type Object", `${place}/Branches[${at}]`);
  },
  Map: checkMap,
};

function checkTask(state: JsonObject, place: string, findings: Findings): void {
  const resource = memberOf(state, "Resource");
  const at = `${place}/Resource`;
  if (resource === undefined) return;
  if (typeof resource !== "string" || !resource.startsWith("arn:")) {
    findings.error("Value is not a valid resource ARN", at);
    return;
  }
  const found = taskResource(resource);
  if (!found)
    findings.error(
      `The resource provided ${resource} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.`,
      at,
    );
  else if (findings.type === "EXPRESS") {
    if (found.integration.kind === "activity")
      findings.error("Express state machine does not support Activity ARN", at);
    else if (found.pattern !== "")
      findings.error(
        `Express state machine does not support '${found.pattern.replace(":2", "")}' service integration`,
        at,
      );
  }
  const credentials = memberOf(state, "Credentials");
  if (isObject(credentials) && credentials["RoleArn"] === undefined && credentials["RoleArn.$"] === undefined)
    findings.error("The field 'RoleArn' is required but was missing", `${place}/Credentials`);
  for (const field of ["TimeoutSeconds", "HeartbeatSeconds"])
    if (state[field] !== undefined && state[`${field}Path`] !== undefined)
      findings.error(`Only one of the following fields is allowed: [${field}, ${field}Path]`, place);
  const { TimeoutSeconds, HeartbeatSeconds } = state;
  if (
    typeof TimeoutSeconds === "number" &&
    typeof HeartbeatSeconds === "number" &&
    HeartbeatSeconds >= TimeoutSeconds
  )
    findings.error("'HeartbeatSeconds' must be smaller than 'TimeoutSeconds'", place);
}

function checkWait(state: JsonObject, place: string, findings: Findings, { isJsonata }: How): void {
  const given = ["Seconds", "SecondsPath", "Timestamp", "TimestampPath"].filter(
    (field) => state[field] !== undefined,
  );
  if (given.length === 0)
    findings.error("These fields are required: [Seconds, SecondsPath, Timestamp, TimestampPath]", place);
  else if (given.length > 1)
    findings.error(`Only one of the following fields is allowed: [${given.join(", ")}]`, place);
  const { Timestamp } = state;
  if (
    typeof Timestamp === "string" &&
    !(isJsonata && expressionIn(Timestamp) !== undefined) &&
    readTimestamp(Timestamp) === undefined
  )
    findings.error("String does not match RFC3339 timestamp", `${place}/Timestamp`);
}

function checkMap(state: JsonObject, place: string, findings: Findings, { around, checkFlow }: How): void {
  const fields = ["ItemProcessor", "Iterator"].filter((field) => state[field] !== undefined);
  if (fields.length === 0) findings.error("These fields are required: [ItemProcessor]", place);
  else if (fields.length > 1)
    findings.error("Only one of the following fields is allowed: [ItemProcessor, Iterator]", place);
  for (const field of fields) {
    const processor = state[field];
    if (!isObject(processor)) {
      findings.error("Expected value of type Object", `${place}/${field}`);
      continue;
    }
    checkFlow(processor, `${place}/${field}`, inner(processor, findings), { language: around.language });
    const config = memberOf(processor, "ProcessorConfig");
    const isDistributed = isObject(config) && config["Mode"] === "DISTRIBUTED";
    if (isDistributed && config["ExecutionType"] === undefined)
      findings.error("These fields are required: [ExecutionType]", `${place}/${field}/ProcessorConfig`);
    if (isDistributed && findings.type === "EXPRESS")
      findings.error("Express state machine does not support Distributed Map state", place);
    if (!isDistributed)
      for (const only of ["ItemReader", "ItemBatcher", "ResultWriter", "Label"])
        if (state[only] !== undefined)
          findings.error(
            `The field '${only}' is only supported for a Map in DISTRIBUTED mode`,
            `${place}/${only}`,
          );
  }
  const { Label } = state;
  if (typeof Label === "string" && (Label.length > 40 || FORBIDDEN.test(Label)))
    findings.error("Label contains invalid characters or is longer than 40 characters", `${place}/Label`);
}

/** What a distributed Map's children are may have other limits than their parent. */
function inner(processor: JsonObject, findings: Findings): Findings {
  const config = memberOf(processor, "ProcessorConfig");
  if (!isObject(config) || config["Mode"] !== "DISTRIBUTED") return findings;
  return { ...findings, type: config["ExecutionType"] === "EXPRESS" ? "EXPRESS" : "STANDARD" };
}

/** The least that each may be; an expression of JSONata is asked when it is evaluated. */
const SECONDS: Readonly<Record<string, number>> = { TimeoutSeconds: 1, HeartbeatSeconds: 1, Seconds: 0 };
const MOST_SECONDS = 99_999_999;

function checkSeconds(state: JsonObject, place: string, findings: Findings, isJsonata: boolean): void {
  for (const [field, least] of Object.entries(SECONDS)) {
    const value = memberOf(state, field);
    if (value === undefined || (isJsonata && expressionIn(value) !== undefined)) continue;
    const isRight = Number.isInteger(value) && Number(value) >= least && Number(value) <= MOST_SECONDS;
    if (!isRight) findings.error(`Expected an integer from ${least} to ${MOST_SECONDS}`, `${place}/${field}`);
  }
}

function checkRetry(state: JsonObject, place: string, findings: Findings): void {
  for (const list of ["Retry", "Catch"] as const) {
    const items = memberOf(state, list);
    if (items === undefined) continue;
    if (!Array.isArray(items)) {
      findings.error("Expected value of type Array", `${place}/${list}`);
      continue;
    }
    for (const [at, item] of (items as readonly Json[]).entries()) {
      const here = `${place}/${list}[${at}]`;
      const names = isObject(item) ? memberOf(item, "ErrorEquals") : undefined;
      if (!Array.isArray(names)) findings.error("These fields are required: [ErrorEquals]", here);
      else if (names.length === 0 || names.some((name) => typeof name !== "string"))
        findings.error("Expected a non-empty Array of Strings", `${here}/ErrorEquals`);
      else if (names.includes("States.ALL") && (names.length > 1 || at < items.length - 1))
        findings.error("States.ALL must appear alone and in the last entry", `${here}/ErrorEquals`);
      if (list === "Catch" && isObject(item) && memberOf(item, "Next") === undefined)
        findings.error("These fields are required: [Next]", here);
      if (list === "Retry" && isObject(item)) checkRetrier(item, here, findings);
    }
  }
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-retrying-after-an-error */
const MOST_ATTEMPTS = 99_999_999;

function checkRetrier(retrier: JsonObject, place: string, findings: Findings): void {
  const { IntervalSeconds, MaxAttempts, BackoffRate, MaxDelaySeconds, JitterStrategy } = retrier;
  if (IntervalSeconds !== undefined && !(Number.isInteger(IntervalSeconds) && Number(IntervalSeconds) >= 1))
    findings.error("Expected an integer of at least 1", `${place}/IntervalSeconds`);
  if (
    MaxAttempts !== undefined &&
    !(Number.isInteger(MaxAttempts) && Number(MaxAttempts) >= 0 && Number(MaxAttempts) <= MOST_ATTEMPTS)
  )
    findings.error(`Expected an integer from 0 to ${MOST_ATTEMPTS}`, `${place}/MaxAttempts`);
  if (BackoffRate !== undefined && !(typeof BackoffRate === "number" && BackoffRate >= 1))
    findings.error("Expected a number of at least 1.0", `${place}/BackoffRate`);
  if (
    MaxDelaySeconds !== undefined &&
    !(Number.isInteger(MaxDelaySeconds) && Number(MaxDelaySeconds) > Number(IntervalSeconds ?? 1))
  )
    findings.error("'MaxDelaySeconds' must be greater than 'IntervalSeconds'", `${place}/MaxDelaySeconds`);
  if (JitterStrategy !== undefined && JitterStrategy !== "FULL" && JitterStrategy !== "NONE")
    findings.error("Value is not one of the allowed values: [FULL, NONE]", `${place}/JitterStrategy`);
}

/** Fields that are filled by paths and functions. */
const TEMPLATES = ["Parameters", "ResultSelector", "ItemSelector", "Assign", "Credentials"];

function checkPaths(state: JsonObject, place: string, findings: Findings): void {
  for (const field of TEMPLATES) {
    const template = memberOf(state, field);
    if (template !== undefined) checkTemplate(template, `${place}/${field}`, findings);
  }
  for (const [field, value] of Object.entries(state)) {
    if (!field.endsWith("Path") || value === null) continue;
    const at = `${place}/${field}`;
    const isRight =
      typeof value === "string" &&
      (field === "ResultPath"
        ? isReferencePath(value) && !/^\$[^.[]/.test(value)
        : field === "ErrorPath" || field === "CausePath"
          ? isExpression(value)
          : isPath(value));
    if (!isRight)
      findings.error(`Value is not a ${field === "ResultPath" ? "Reference Path" : "valid JSONPath"}`, at);
  }
  const catchers = memberOf(state, "Catch");
  if (!Array.isArray(catchers)) return;
  for (const [at, catcher] of (catchers as readonly Json[]).entries())
    if (isObject(catcher) && catcher["Assign"] !== undefined)
      checkTemplate(catcher["Assign"], `${place}/Catch[${at}]/Assign`, findings);
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

/** Expressions of JSONata, wherever they stand. */
function checkExpressions(value: Json, place: string, findings: Findings): void {
  const expression = expressionIn(value);
  if (expression !== undefined) {
    const wrong = syntaxErrorOf(expression);
    if (wrong !== undefined)
      findings.error(`Invalid JSONata expression: ${wrong}`, place, "INVALID_JSONATA_SYNTAX");
  } else if (Array.isArray(value)) {
    for (const [at, item] of (value as readonly Json[]).entries())
      checkExpressions(item, `${place}[${at}]`, findings);
  } else if (isObject(value)) {
    for (const [name, member] of Object.entries(value))
      if (!NESTED.has(name)) checkExpressions(member, `${place}/${name}`, findings);
  }
}

const NESTED = new Set(["Branches", "ItemProcessor", "Iterator"]);
