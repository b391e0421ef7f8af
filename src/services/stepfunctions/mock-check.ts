import { type SdkOperation, sdkOperation } from "../../aws/sdk-operation.ts";
import { readJson } from "../../core/read-json.ts";
import { capitalized } from "../../core/text.ts";
import type * as SFN from "../../models/generated/stepfunctions.ts";
import { loadModel, type MemberRef, type ServiceModel } from "../../models/model.ts";
import { validation } from "./errors.ts";
import type { State } from "./language/definition.ts";
import { isObject, type Json } from "./language/json.ts";

/** Optimized integrations whose results are those of an operation. */
const OPTIMIZED: Readonly<Record<string, string>> = {
  lambda: "lambda",
  sqs: "sqs",
  sns: "sns",
  dynamodb: "dynamodb",
  events: "events",
  states: "stepfunctions",
};

/** A mocked result must be what the state could have got. @throws ValidationException */
export function checkMock({ result, fieldValidationMode = "STRICT" }: SFN.MockInput, state: State): void {
  if (result === undefined) return;
  let value: Json;
  try {
    value = readJson(result) as Json;
  } catch {
    throw validation("Mocked result must be valid JSON.");
  }
  if (state.Type === "Parallel") {
    if (!Array.isArray(value)) throw validation("Mocked result must be an array.");
    if (value.length !== state.Branches?.length)
      throw validation("Mocked result must contain the same number of items as number of Parallel branches.");
    return;
  }
  if (state.Type === "Map") {
    if (state.ResultWriter && !isObject(value)) throw validation("Mocked result must be a JSON object.");
    if (!state.ResultWriter && !Array.isArray(value)) throw validation("Mocked result must be an array.");
    return;
  }
  if (fieldValidationMode === "NONE") return;
  const operation = operationOf(state.Resource ?? "");
  const model = operation && loadModel(operation.service);
  const output = operation && model?.operations[operation.operation]?.output;
  if (model && output) check(model, output, value, "result", fieldValidationMode === "STRICT");
}

/** The operation whose result a task has; undefined for what has none of its own (functions, jobs, callbacks). */
function operationOf(resource: string): Omit<SdkOperation, "spelled"> | undefined {
  const [, , , , , service = "", ...rest] = resource.split(":");
  if (service === "aws-sdk") return sdkOperation(rest[0] ?? "", (rest[1] ?? "").replace(/\..*$/, ""));
  const action = rest[0] ?? "";
  const called = Object.hasOwn(OPTIMIZED, service) ? OPTIMIZED[service] : undefined;
  if (called === undefined || action.includes(".")) return undefined;
  return { service: called, operation: capitalized(action) };
}

const refuse = (what: string) => validation(`Mock result schema validation error: ${what}`);

const TEXTS = new Set(["string", "blob", "timestamp", "character"]);
const NUMBERS = new Set(["integer", "long", "float", "double", "short", "byte", "bigInteger", "bigDecimal"]);

function check(model: ServiceModel, ref: MemberRef, value: Json, field: string, isStrict: boolean): void {
  const shape = model.shapes[ref.shape];
  if (shape === undefined || value === null) return;
  // What a function answers, and what is in a stream, may be anything.
  if (shape.type === "blob" && (shape.streaming || ref.streaming || field === "Payload")) return;
  if (shape.type === "structure") {
    if (!isObject(value)) throw refuse(`Field '${field}' must be an object`);
    for (const [name, member] of Object.entries(shape.members ?? {})) {
      const given = value[capitalized(name)];
      if (given !== undefined) check(model, member, given, capitalized(name), isStrict);
      else if (isStrict && shape.required?.includes(name))
        throw refuse(`Required field '${capitalized(name)}' is missing`);
    }
  } else if (shape.type === "list") {
    if (!Array.isArray(value)) throw refuse(`Field '${field}' must be an array`);
    const { member } = shape;
    if (!member) return;
    for (const item of value as readonly Json[]) check(model, member, item, field, isStrict);
  } else if (shape.type === "map") {
    if (!isObject(value)) throw refuse(`Field '${field}' must be an object`);
    const { value: entry } = shape;
    if (!entry) return;
    for (const item of Object.values(value)) check(model, entry, item, field, isStrict);
  } else if (TEXTS.has(shape.type)) {
    if (typeof value !== "string") throw refuse(`Field '${field}' must be a string`);
    if (shape.enum && !shape.enum.includes(value)) throw refuse(`Field '${field}' is not an expected value`);
  } else if (NUMBERS.has(shape.type)) {
    if (typeof value !== "number") throw refuse(`Field '${field}' must be a number`);
    if (shape.min !== undefined && value < shape.min)
      throw refuse(`Field '${field}' is less than the minimum value`);
    if (shape.max !== undefined && value > shape.max)
      throw refuse(`Field '${field}' exceeds the maximum value`);
  } else if (shape.type === "boolean" && typeof value !== "boolean")
    throw refuse(`Field '${field}' must be a boolean`);
}
