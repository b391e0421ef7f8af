import type { Option } from "commander";
import type { ServiceDeclaration } from "../src/aws/declaration.ts";
import { configOptions } from "../src/cli/config/config-options.ts";
import { programFor } from "../src/cli/program.ts";
import type { Setting } from "../src/core/service.ts";
import { loadDeclarations } from "../src/service-folders.ts";

type Schema = Record<string, unknown>;

/** The JSON Schema of squall.yaml: `docs/squall.schema.json`. */
export async function configSchema(): Promise<string> {
  const [start] = (await programFor("start", false)).commands;
  const declarations = (await loadDeclarations()).sort((a, b) => (a.name < b.name ? -1 : 1));
  const schema: Schema = {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Squall's configuration, squall.yaml",
    description: "Written by `npm run docs` from the options of squall start and the settings of services.",
    type: "object",
    properties: {
      ...Object.fromEntries([...configOptions(start!)].map(([name, option]) => [name, formOf(name, option)])),
      settings: {
        type: "object",
        description: "Settings of services, by service.",
        properties: Object.fromEntries(
          declarations.filter(hasSettings).map((one) => [one.name, settingsOf(one)]),
        ),
        additionalProperties: false,
      },
      rules: {
        type: "array",
        description: "Rules that make calls fail, from the first one on.",
        items: { $ref: "rules.schema.json#/definitions/rule" },
      },
    },
    additionalProperties: false,
  };
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}

const TEXT: Schema = { type: ["string", "number"] };
const TEXTS: Schema = { anyOf: [TEXT, { type: "array", items: TEXT, minItems: 1 }] };

function formOf(name: string, option: Option): Schema {
  const { description } = option;
  if (option.isBoolean()) return { type: "boolean", description };
  if (option.optional) return { type: ["boolean", "string", "number"], description };
  if (option.variadic)
    return { description, anyOf: [TEXT, TEXTS.anyOf, { type: "object", additionalProperties: TEXT }].flat() };
  return { description, ...(name === "services" ? TEXTS : TEXT) };
}

const hasSettings = ({ settings = {} }: ServiceDeclaration): boolean => Object.keys(settings).length > 0;

function settingsOf({ settings = {} }: ServiceDeclaration): Schema {
  return {
    type: "object",
    properties: Object.fromEntries(
      Object.entries(settings).map(([name, setting]) => [name, settingOf(setting)]),
    ),
    additionalProperties: false,
  };
}

function settingOf({ type, values, most, description }: Setting): Schema {
  const range = type === "number" ? { minimum: 0, ...(most !== undefined && { maximum: most }) } : {};
  return { description, ...(values ? { enum: values } : { type, ...range }) };
}
