import { modelOfRef } from "../model-schema.ts";
import { array, object } from "./document.ts";

const OWN = /^#\/(?:definitions|components\/schemas)\/(.+)$/;

/** Model names are letters and digits only. */
export const modelName = (name: string): string => name.replace(/[^A-Za-z0-9]/g, "");

/** A schema of a definition as a model's: references name other models by URL. */
export function toModelSchema(schema: unknown, apiId: string): unknown {
  return rewritten(schema, (ref) => {
    const name = OWN.exec(ref)?.[1];
    return name ? `https://apigateway.amazonaws.com/restapis/${apiId}/models/${modelName(name)}` : ref;
  });
}

/** A model's schema as a definition's. */
export function fromModelSchema(schema: unknown, place: string): unknown {
  const plain = rewritten(schema, (ref) => {
    const model = modelOfRef(ref);
    return model ? `${place}${model}` : ref;
  });
  const { $schema: _, ...rest } = object(plain);
  return rest;
}

/** The name in a reference to one of the definition's own schemas. */
export const nameOfRef = (schema: Record<string, unknown>): string | undefined =>
  typeof schema["$ref"] === "string" ? OWN.exec(schema["$ref"])?.[1] : undefined;

function rewritten(value: unknown, change: (ref: string) => string): unknown {
  if (Array.isArray(value)) return array(value).map((item) => rewritten(item, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      name === "$ref" && typeof inner === "string" ? change(inner) : rewritten(inner, change),
    ]),
  );
}
