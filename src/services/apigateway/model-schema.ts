import { named } from "../../core/named.ts";
import { readJson } from "../../core/read-json.ts";

/** References between models: `https://apigateway.amazonaws.com/restapis/<id>/models/<name>`, or `#/definitions/<name>`. */

type Schema = Record<string, unknown>;

const MODEL_URL = /^https:\/\/apigateway\.amazonaws\.com\/restapis\/[^/]+\/models\/([^/#]+)/;

/** The model that a `$ref` names; undefined when it points elsewhere. */
export const modelOfRef = (ref: string): string | undefined => MODEL_URL.exec(ref)?.[1];

/** Names of the models that a schema refers to. */
export function referencedModels(schema: string): string[] {
  const names = schema.matchAll(/https:\/\/apigateway\.amazonaws\.com\/restapis\/[^/"]+\/models\/([^/"#]+)/g);
  return [...new Set([...names].flatMap(([, name]) => name ?? []))];
}

/** A schema that stands alone: the models it refers to are in its `definitions`. */
export function flattenSchema(schema: Schema, schemaOf: (model: string) => string | undefined): Schema {
  const definitions = named<unknown>();
  const visit = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(visit);
    if (typeof value !== "object" || value === null) return value;
    const out: Schema = named();
    for (const [name, inner] of Object.entries(value)) {
      const model = name === "$ref" && typeof inner === "string" ? modelOfRef(inner) : undefined;
      if (!model) {
        out[name] = visit(inner);
        continue;
      }
      out[name] = `#/definitions/${model}`;
      if (!(model in definitions)) {
        definitions[model] = {};
        definitions[model] = visit(readJson(schemaOf(model) ?? "{}"));
      }
    }
    return out;
  };
  const flat = visit(schema) as Schema;
  if (Object.keys(definitions).length === 0) return flat;
  return { ...flat, definitions: { ...(flat["definitions"] as Schema | undefined), ...definitions } };
}
