import { readJson } from "../../../core/read-json.ts";
import { filledBy } from "../references.ts";
import type { ExecutionRecord } from "./execution.ts";

/** A value with what it refers to put in: https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-variables.html. @throws Error for a reference to nothing */
export const filled = (value: unknown, execution: ExecutionRecord, nowMs: number): unknown =>
  filledBy(value, (name) => referred(name, execution, nowMs));

function referred(name: string, execution: ExecutionRecord, nowMs: number): unknown {
  const { parameters, variables, content, steps } = execution;
  const common = commonValue(name, execution, nowMs);
  if (common !== undefined) return common;
  if (name.startsWith("variable:")) {
    const variable = name.slice("variable:".length);
    if (Object.hasOwn(variables, variable)) return variables[variable];
  }
  const declared =
    content.parameters && Object.hasOwn(content.parameters, name) ? content.parameters[name] : undefined;
  if (declared)
    return typed(
      (parameters[name] ?? []).map((value) => withCommon(value, execution, nowMs)),
      declared.type,
    );
  const [stepName = "", ...output] = name.split(".");
  const step = steps.findLast((one) => one.name === stepName);
  const key = output.join(".");
  if (step && Object.hasOwn(step.outputs, key)) return step.outputs[key];
  throw new Error(`The reference {{ ${name} }} cannot be resolved.`);
}

/** A default may be `{{ global:REGION }}`: AWS's public runbooks have it so. It refers to nothing else. */
function withCommon(value: string, execution: ExecutionRecord, nowMs: number): string {
  return value.replaceAll(
    /\{\{\s*((?:global|automation):\w+)\s*\}\}/g,
    (whole, name: string) => commonValue(name, execution, nowMs) ?? whole,
  );
}

function commonValue(
  name: string,
  { id, region, account }: ExecutionRecord,
  nowMs: number,
): string | undefined {
  const time = new Date(nowMs).toISOString();
  switch (name) {
    case "automation:EXECUTION_ID":
      return id;
    case "global:REGION":
      return region;
    case "global:ACCOUNT_ID":
      return account;
    case "global:DATE":
      return time.slice(0, 10);
    case "global:DATE_TIME":
      return time.slice(0, 19).replace("T", "_").replaceAll(":", ".");
    default:
      return undefined;
  }
}

function typed(values: readonly string[], type: string): unknown {
  const [first = ""] = values;
  if (type === "StringList" || type.startsWith("List<")) return [...values];
  if (type === "Boolean") return first.toLowerCase() === "true";
  if (type === "Integer") return Number(first);
  if (type === "StringMap") return readJson(first || "{}");
  if (type === "MapList") return values.map((value) => readJson(value) as unknown);
  return first;
}
