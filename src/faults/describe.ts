import type { FaultMatch, FaultRule, Parameter, Parameters } from "../core/fault.ts";
import { asList } from "./names.ts";
import type { Effects } from "./rules.ts";

/** A rule in one line: `rule-1: error(kind=throttle) on dynamodb.PutItem, 2 times (user)`. */
export function describeRule(rule: FaultRule): string {
  const params = Object.entries(rule.params).map(([name, value]) => `${name}=${textOf(value)}`);
  const often = [
    rule.skip !== undefined && `after ${rule.skip}`,
    rule.every !== undefined && `every ${rule.every}`,
    rule.sequence !== undefined &&
      `as ${rule.sequence.slice(0, 10).join("-")}${rule.sequence.length > 10 ? "…" : ""}${rule.repeat ? " again and again" : ""}`,
    rule.ramp !== undefined && `from ${rule.ramp.from} to ${rule.percentage} % within ${rule.ramp.over} ms`,
    rule.percentage !== 100 && rule.ramp === undefined && `${rule.percentage} %`,
    rule.times !== undefined && `${rule.times} ${rule.times === 1 ? "time" : "times"}`,
    rule.window !== undefined && `within ${rule.window} ms`,
    rule.per !== undefined && `per ${rule.per}`,
    rule.attempts !== undefined && `${rule.attempts} ${rule.attempts === 1 ? "attempt" : "attempts"} each`,
    rule.startsAt !== undefined && `from ${new Date(rule.startsAt).toISOString()}`,
    rule.expiresAt !== undefined && `until ${new Date(rule.expiresAt).toISOString()}`,
  ].filter((part) => part !== false);
  const effect = params.length === 0 ? rule.effect : `${rule.effect}(${params.join(", ")})`;
  const what = [`${effect} ${describeMatch(rule.match, rule.point)}`, ...often].join(", ");
  return `${rule.id}: ${what} (${rule.owner})`;
}

function describeMatch({ service, operation, ...more }: FaultMatch, point: string): string {
  const services = asList(service).join("|") || "*";
  const operations = asList(operation).join("|") || "*";
  const where = point === "api" ? `on ${services}.${operations}` : `at ${point}`;
  const named = point !== "api" && operation !== undefined ? [`operation=${operations}`] : [];
  const others = Object.entries(more).map(([name, value]) => `${name}=${textOf(value)}`);
  const conditions = [...named, ...others];
  return conditions.length === 0 ? where : `${where} where ${conditions.join(" and ")}`;
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.join("|");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** The effects as a Markdown table: name, what it does, its params with units and defaults. */
export function effectsTable(effects: Effects): string {
  const rows = [...effects.values()].map(
    ({ name, description, parameters }) =>
      `| \`${name}\` | ${cell(description)} | ${parametersCell(parameters)} |`,
  );
  return ["| Effect | What happens | Parameters |", "| --- | --- | --- |", ...rows, ""].join("\n");
}

function parametersCell(parameters: Parameters): string {
  const parts = Object.entries(parameters).map(
    ([name, parameter]) => `\`${name}\`${kindOf(parameter)}: ${cell(parameter.description)}`,
  );
  return parts.length === 0 ? "none" : parts.join("<br>");
}

function kindOf(parameter: Parameter): string {
  const { required, default: byDefault } = parameter;
  const parts = [
    ...formOf(parameter),
    ...(required ? ["required"] : []),
    ...(byDefault === undefined ? [] : [`default \`${byDefault}\``]),
  ];
  return ` (${parts.join("; ")})`;
}

/** What a parameter's value may be, in Markdown: its type or its values, its unit, its range. */
export function formOf({ type, unit, min, max, values }: Parameter): string[] {
  const range =
    min !== undefined && max !== undefined
      ? `${min} to ${max}`
      : min !== undefined && min !== 0
        ? `from ${min}`
        : undefined;
  const form = [values ? values.map((value) => `\`${value}\``).join(", ") : type, unit, range];
  return form.filter((part) => part !== undefined);
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}
