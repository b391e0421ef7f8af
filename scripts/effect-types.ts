import type { FaultEffect, FaultPoint, Parameter, Parameters } from "../src/core/fault.ts";
import type { Effects } from "../src/faults/rules.ts";

/** The parameters of all effects as TypeScript: `src/faults/generated/effect-params.ts`. */
export function effectTypes(effects: Effects, points: Readonly<Record<string, FaultPoint>>): string {
  const all = [...effects.values()];
  return [
    "// Written by `npm run docs` from the effects and fault points that are there. Not to be edited.",
    "",
    "/** Effects that strike calls, by name. */",
    "export interface EffectParams {",
    ...all.flatMap(({ name, description, parameters }) => member(name, description, parameters, "  ")),
    "}",
    "",
    "/** What may be written in the place of an effect's parameters. */",
    "export interface EffectShorthands {",
    ...all.map((effect) => `  readonly ${JSON.stringify(effect.name)}: ${shorthandOf(effect)};`),
    "}",
    "",
    "/** Effects that only the service of a fault point can carry out, by point and name. */",
    "export interface PointEffectParams {",
    ...Object.entries(points)
      .sort(([a], [b]) => a.localeCompare(b))
      .flatMap(([point, { description, effects: own }]) => [
        `  /** ${oneLine(description)} */`,
        `  readonly ${JSON.stringify(point)}: {`,
        ...Object.entries(own).flatMap(([name, effect]) =>
          member(name, effect.description, effect.parameters, "    "),
        ),
        "  };",
      ]),
    "}",
    "",
    "/** Fault points where effects of calls strike, too. */",
    `export type GenericPoint = ${genericPoints(points)};`,
    "",
  ].join("\n");
}

function genericPoints(points: Readonly<Record<string, FaultPoint>>): string {
  const names = Object.keys(points).filter((name) => points[name]?.generic);
  return (
    names
      .sort()
      .map((name) => JSON.stringify(name))
      .join(" | ") || "never"
  );
}

function member(name: string, description: string, parameters: Parameters, indent: string): string[] {
  const fields = Object.entries(parameters).flatMap(([field, parameter]) => [
    `${indent}  /** ${oneLine(description ? parameter.description : "")}${unitOf(parameter)} */`,
    `${indent}  readonly ${field}${parameter.required ? "" : "?"}: ${typeOf(parameter)};`,
  ]);
  return [
    `${indent}/** ${oneLine(description)} */`,
    fields.length === 0
      ? `${indent}readonly ${JSON.stringify(name)}: Readonly<Record<never, never>>;`
      : `${indent}readonly ${JSON.stringify(name)}: {\n${fields.join("\n")}\n${indent}};`,
  ];
}

function unitOf({ unit, default: byDefault }: Parameter): string {
  const parts = [unit, byDefault === undefined ? undefined : `default ${JSON.stringify(byDefault)}`];
  const said = parts.filter((part) => part !== undefined).join(", ");
  return said === "" ? "" : ` (${said})`;
}

function typeOf({ type, values }: Parameter): string {
  if (values !== undefined) return values.map((value) => JSON.stringify(value)).join(" | ");
  switch (type) {
    case "string":
      return "string";
    case "number":
    case "integer":
      return "number";
    case "duration":
      return "number | string";
    case "boolean":
      return "boolean";
    case "strings":
      return "string | readonly string[]";
    case "object":
      return "Readonly<Record<string, unknown>>";
  }
}

/** Which parameters an effect makes of a bare value, found out by giving it one. */
function shorthandOf({ shorthand, parameters }: FaultEffect): string {
  if (!shorthand) return "true";
  const types = new Set<string>();
  for (const value of ["anything", 1, ...Object.values(parameters).flatMap((each) => each.values ?? [])]) {
    for (const [name, given] of Object.entries(shorthand(value))) {
      if (given === value) types.add(typeOf(parameters[name]!));
    }
  }
  const all = [...types].sort().join(" | ");
  // A few texts among all texts: an editor should still offer the few.
  return all.includes('"') && types.has("string") ? all.replace(/\bstring\b/, "(string & {})") : all;
}

function oneLine(text: string): string {
  return text.replaceAll("*/", "*\\/").replaceAll("\n", " ");
}
