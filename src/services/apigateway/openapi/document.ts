import { readJson } from "../../../core/read-json.ts";
import { badRequest } from "../errors.ts";
import { parseYaml, prepareYaml } from "./yaml.ts";

/** An OpenAPI definition as plain data: 2.0 ("Swagger") or 3.x. */
export type Document = Record<string, unknown> & { readonly paths?: Record<string, Record<string, unknown>> };

const LARGEST = 6 * 1024 * 1024;

/** Reads a long definition in YAML elsewhere, so that `parseDefinition` has it at once. */
export async function prepareDefinition(body: Uint8Array): Promise<void> {
  if (body.length > LARGEST) return;
  const text = Buffer.from(body).toString().trim();
  if (!text.startsWith("{")) await prepareYaml(text);
}

/** Reads a definition in JSON or YAML. @throws BadRequestException */
export function parseDefinition(body: Uint8Array): Document {
  if (body.length > LARGEST) throw badRequest("API definition is too large: it may have 6 MB at most");
  const text = Buffer.from(body).toString().trim();
  let document: unknown;
  try {
    document = text.startsWith("{") ? readJson(text) : parseYaml(text);
  } catch (error) {
    throw badRequest(
      `Unable to parse API definition because of a malformed input file: ${(error as Error).message}`,
    );
  }
  if (typeof document !== "object" || document === null || Array.isArray(document)) {
    throw badRequest("Invalid OpenAPI input.");
  }
  return document as Document;
}

/** `2.0`, `3.0.1` …; undefined when the file is no OpenAPI definition, or one of a version that API Gateway does not take (3.1). */
export function versionOf(document: Document): 2 | 3 | undefined {
  if (String(document["swagger"] ?? "").startsWith("2")) return 2;
  return String(document["openapi"] ?? "").startsWith("3.0") ? 3 : undefined;
}

export const object = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
export const array = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
export const text = (value: unknown): string | undefined =>
  value === undefined || value === null ? undefined : String(value);

/** A value, or what its `$ref` inside the document points to. */
export function resolved(document: Document, value: unknown): Record<string, unknown> {
  let place = object(value);
  for (let depth = 0; typeof place["$ref"] === "string" && depth < 20; depth++) {
    const ref = place["$ref"];
    if (!ref.startsWith("#/")) return place;
    let at: unknown = document;
    for (const name of ref.slice(2).split("/"))
      at = object(at)[name.replaceAll("~1", "/").replaceAll("~0", "~")];
    place = object(at);
  }
  return place;
}
