import type { FaultPoint, Parameter, Parameters } from "../src/core/fault.ts";
import { MATCH_FIELDS, RULE_FIELDS } from "../src/faults/rule-fields.ts";
import { ALSO_WRITTEN, type Effects } from "../src/faults/rules.ts";

type Schema = Record<string, unknown>;

const DURATION: Schema = { type: ["number", "string"] };
const RULE = { $ref: "#/definitions/rule" };

/** The JSON Schema of rules files: `docs/rules.schema.json`. */
export function rulesSchema(effects: Effects, points: Readonly<Record<string, FaultPoint>>): string {
  const match = {
    ...fieldsOf(MATCH_FIELDS),
    header: { type: "object", additionalProperties: { type: "string" } },
  };
  const own = Object.entries(points).flatMap(([point, { effects: ofPoint }]) =>
    Object.entries(ofPoint).map(([name, effect]) => ({ point, name, parameters: effect.parameters })),
  );
  const schema: Schema = {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Squall's fault rules",
    description: "Written by `npm run docs` from the effects and fault points that are there.",
    oneOf: [
      { type: "array", items: RULE },
      {
        type: "object",
        properties: {
          seed: { type: ["string", "number"], description: "What all chance is drawn with." },
          rules: { type: "array", items: RULE },
        },
        additionalProperties: false,
      },
    ],
    definitions: {
      match: { type: "object", properties: match, additionalProperties: false },
      rule: {
        type: "object",
        properties: {
          ...paramsOf([...effects.values(), ...own]),
          ...match,
          ...alsoWritten(match),
          ...shorthandsOf(effects),
          ...fieldsOf(RULE_FIELDS),
          ...ruleFields(effects, points),
        },
        additionalProperties: false,
        anyOf: [{ required: ["effect"] }, ...[...effects.keys()].map((name) => ({ required: [name] }))],
        allOf: [
          ...[...effects.values()].map(({ name, parameters, onTheWire }) =>
            when(name, { enum: ["api", ...(onTheWire ? [] : pointsFor(name, points))] }, parameters),
          ),
          ...own.map(({ point, name, parameters }) => when(name, { const: point }, parameters)),
        ],
      },
    },
  };
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}

/** The fields whose form is more than a parameter's. */
function ruleFields(effects: Effects, points: Readonly<Record<string, FaultPoint>>): Schema {
  const own = Object.values(points).flatMap((point) => Object.keys(point.effects));
  return {
    point: { ...fieldOf(RULE_FIELDS.point), enum: ["api", ...Object.keys(points).sort()] },
    match: { $ref: "#/definitions/match" },
    effect: { ...fieldOf(RULE_FIELDS.effect), enum: [...new Set([...effects.keys(), ...own])].sort() },
    ramp: {
      type: "object",
      description: RULE_FIELDS.ramp.description,
      properties: {
        from: { type: "number", minimum: 0, maximum: 100, default: 0 },
        over: DURATION,
        at: { type: ["number", "string"] },
      },
      required: ["over"],
      additionalProperties: false,
    },
  };
}

/** Service's points where an effect of calls strikes, too: those that have no effect of the same name of their own. */
function pointsFor(effect: string, points: Readonly<Record<string, FaultPoint>>): string[] {
  const found = Object.entries(points).filter(([, { generic, effects }]) => generic && !(effect in effects));
  return found.map(([name]) => name).sort();
}

/** At these points the effect has these parameters. A rule without a point is for calls. */
function when(effect: string, point: Schema, parameters: Parameters): Schema {
  const params = { type: "object", properties: fieldsOf(parameters), additionalProperties: false };
  const isForCalls = "enum" in point;
  return {
    if: {
      properties: { effect: { const: effect }, point },
      required: isForCalls ? ["effect"] : ["effect", "point"],
    },
    // biome-ignore lint/suspicious/noThenProperty: JSON Schema's word
    then: { properties: { params } },
  };
}

function shorthandsOf(effects: Effects): Schema {
  return Object.fromEntries(
    [...effects.values()].map(({ name, description, parameters, shorthand }) => {
      const params = { type: "object", properties: fieldsOf(parameters), additionalProperties: false };
      const short = shorthand ? [{ type: ["string", "number"] }] : [];
      return [name, { description, anyOf: [{ type: "boolean" }, ...short, params] }];
    }),
  );
}

/** Parameters may stand in the rule itself: any effect's may be there, the effect says which. */
function paramsOf(declared: readonly { readonly parameters: Parameters }[]): Schema {
  const names = new Set(declared.flatMap(({ parameters }) => Object.keys(parameters)));
  return Object.fromEntries([...names].sort().map((name) => [name, {}]));
}

function alsoWritten(match: Schema): Schema {
  const names = Object.entries(ALSO_WRITTEN).filter(([, field]) => field in match);
  return Object.fromEntries(names.map(([name, field]) => [name, match[field]]));
}

function fieldsOf(fields: Parameters): Schema {
  return Object.fromEntries(Object.entries(fields).map(([name, parameter]) => [name, fieldOf(parameter)]));
}

function fieldOf({ type, description, unit, min, max, values, default: byDefault }: Parameter): Schema {
  const text = unit === undefined ? description : `${description} (${unit})`;
  return {
    ...formOf(type, values),
    description: text,
    ...(min !== undefined && type !== "duration" && { minimum: min }),
    ...(max !== undefined && type !== "duration" && { maximum: max }),
    ...(byDefault !== undefined && { default: byDefault }),
  };
}

function formOf(type: Parameter["type"], values: readonly string[] | undefined): Schema {
  const text = values === undefined ? { type: "string" } : { enum: values };
  switch (type) {
    case "string":
      return text;
    case "number":
    case "integer":
    case "boolean":
    case "object":
      return { type };
    case "duration":
      return DURATION;
    case "strings":
      // A list may also be one text, with commas.
      return { anyOf: [{ type: ["string", "number"] }, { type: "array", items: text, minItems: 1 }] };
  }
}
