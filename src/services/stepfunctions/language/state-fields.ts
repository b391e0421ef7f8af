import type { Findings } from "./findings.ts";
import { type JsonObject, memberOf } from "./json.ts";

interface StateFields {
  readonly both: readonly string[];
  readonly path: readonly string[];
  readonly query: readonly string[];
}

/** The fields of every type, in each query language: https://states-language.net/#state-type-table */
const COMMON = ["Type", "Comment", "QueryLanguage"];
const MOVES = ["Next", "End"];
const FIELDS: Readonly<Record<string, StateFields>> = {
  Pass: {
    both: [...MOVES, "Assign"],
    path: ["InputPath", "OutputPath", "Parameters", "ResultPath", "Result"],
    query: ["Output"],
  },
  Task: {
    both: [
      ...MOVES,
      "Assign",
      "Resource",
      "Retry",
      "Catch",
      "TimeoutSeconds",
      "HeartbeatSeconds",
      "Credentials",
    ],
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
  Choice: { both: ["Assign", "Choices", "Default"], path: ["InputPath", "OutputPath"], query: ["Output"] },
  Wait: {
    both: [...MOVES, "Assign", "Seconds", "Timestamp"],
    path: ["InputPath", "OutputPath", "SecondsPath", "TimestampPath"],
    query: ["Output"],
  },
  Succeed: { both: [], path: ["InputPath", "OutputPath"], query: ["Output"] },
  Fail: { both: ["Error", "Cause"], path: ["ErrorPath", "CausePath"], query: [] },
  Parallel: {
    both: [...MOVES, "Assign", "Branches", "Retry", "Catch"],
    path: ["InputPath", "OutputPath", "Parameters", "ResultPath", "ResultSelector"],
    query: ["Arguments", "Output"],
  },
  Map: {
    both: [
      ...MOVES,
      "Assign",
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

export const STATE_TYPES = Object.keys(FIELDS);

/** Fields without which a state is none. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  Task: ["Resource"],
  Choice: ["Choices"],
  Parallel: ["Branches"],
};

/** Of each of these a state has exactly one; in AWS's order. */
const EXACTLY_ONE: Readonly<Record<string, readonly string[]>> = {
  Wait: ["SecondsPath", "Seconds", "TimestampPath", "Timestamp"],
  Map: ["ItemProcessor", "Iterator"],
};

/** What may be said by a path instead. */
const OR_PATH = [
  "TimeoutSeconds",
  "HeartbeatSeconds",
  "Error",
  "Cause",
  "MaxConcurrency",
  "ToleratedFailureCount",
  "ToleratedFailurePercentage",
];

/** Which fields a state has: each is one of its type and its query language, and those that exclude each other are not both there. */
export function checkStateFields(
  state: JsonObject,
  type: string,
  place: string,
  findings: Findings,
  { language, isDowngraded }: { readonly language: "JSONPath" | "JSONata"; readonly isDowngraded: boolean },
): void {
  const { both, path, query } = FIELDS[type] as StateFields; // Asked for types that there are.
  const [own, foreign, other] = language === "JSONata" ? [query, path, "JSONPath"] : [path, query, "JSONata"];
  const allowed = new Set([...COMMON, ...both, ...own]);
  for (const field of Object.keys(state)) {
    if (allowed.has(field)) continue;
    if (!foreign.includes(field)) unsupported(field, place, findings);
    else if (!isDowngraded) ofOtherLanguage(field, other, language, place, findings);
  }
  const missing = (REQUIRED[type] ?? []).filter((field) => memberOf(state, field) === undefined);
  if (missing.length > 0) findings.error(`These fields are required: [${missing.join(", ")}]`, place);
  const choice = EXACTLY_ONE[type];
  if (choice) checkExactlyOne(state, choice, place, findings);
  for (const field of OR_PATH) checkNotBoth(state, [field, `${field}Path`], place, findings);
}

export const unsupported = (field: string, place: string, findings: Findings): void =>
  findings.error(`Field '${field}' is not supported`, place);

/** Says of each field that is none of an object's; such are told of at the object. */
export function checkFields(
  value: JsonObject,
  known: { has(field: string): boolean },
  place: string,
  findings: Findings,
): void {
  for (const field of Object.keys(value)) if (!known.has(field)) unsupported(field, place, findings);
}

export const ofOtherLanguage = (
  field: string,
  other: string,
  language: string,
  place: string,
  findings: Findings,
): void =>
  findings.error(
    `The QueryLanguage is set to '${language}', but field '${field}' is only supported for the '${other}' QueryLanguage`,
    place,
  );

export function checkExactlyOne(
  value: JsonObject,
  fields: readonly string[],
  place: string,
  findings: Findings,
): void {
  if (fields.every((field) => memberOf(value, field) === undefined))
    findings.error(`This object should have only one of the following fields: [${fields.join(", ")}]`, place);
  else checkNotBoth(value, fields, place, findings);
}

export function checkNotBoth(
  value: JsonObject,
  fields: readonly string[],
  place: string,
  findings: Findings,
): void {
  if (fields.filter((field) => memberOf(value, field) !== undefined).length > 1)
    findings.error(`There should only be one of the following fields: [${fields.join(", ")}]`, place);
}
