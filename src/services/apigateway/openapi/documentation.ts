import { readJson } from "../../../core/read-json.ts";
import type { DocumentationPartLocation } from "../../../models/generated/apigateway.ts";
import { array, type Document, object, resolved } from "./document.ts";

/** What stands at one place of an API, for its readers. */
export interface Documented {
  readonly location: DocumentationPartLocation;
  readonly properties: Record<string, unknown>;
}

const PARAMETER_TYPES: Readonly<Record<string, string>> = {
  path: "PATH_PARAMETER",
  query: "QUERY_PARAMETER",
  header: "REQUEST_HEADER",
  body: "REQUEST_BODY",
};
const OPERATION_PROPERTIES = ["summary", "description", "tags", "deprecated", "externalDocs"];
const METHODS = ["get", "put", "post", "delete", "options", "head", "patch"];

/** The documentation parts of a definition: those of `x-amazon-apigateway-documentation`. */
export function documentationParts(document: Document): Documented[] {
  const extension = object(document["x-amazon-apigateway-documentation"]);
  return array(extension["documentationParts"]).map((part) => ({
    location: object(object(part)["location"]) as unknown as DocumentationPartLocation,
    properties: object(object(part)["properties"]),
  }));
}

/** All that a definition says to its readers: its parts, and the descriptions in their places. */
export function documentationOf(document: Document): Documented[] {
  const found: Documented[] = [];
  const add = (
    location: DocumentationPartLocation,
    from: Record<string, unknown>,
    names: readonly string[],
  ) => {
    const properties = Object.fromEntries(
      names.filter((name) => from[name] !== undefined).map((name) => [name, from[name]]),
    );
    if (Object.keys(properties).length > 0) found.push({ location, properties });
  };
  const { tags, externalDocs } = document;
  add({ type: "API" }, { tags, externalDocs }, ["tags", "externalDocs"]);
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    const whole = resolved(document, item);
    add({ type: "RESOURCE", path }, whole, ["summary", "description"]);
    for (const name of METHODS) {
      if (whole[name] === undefined) continue;
      const operation = object(whole[name]);
      const method = name.toUpperCase();
      add({ type: "METHOD", path, method }, operation, OPERATION_PROPERTIES);
      for (const given of [...array(whole["parameters"]), ...array(operation["parameters"])]) {
        const parameter = resolved(document, given);
        const type = PARAMETER_TYPES[String(parameter["in"])];
        const named = type === "REQUEST_BODY" ? {} : { name: String(parameter["name"]) };
        if (type) add({ type, path, method, ...named }, parameter, ["description"]);
      }
      add({ type: "REQUEST_BODY", path, method }, resolved(document, operation["requestBody"]), [
        "description",
      ]);
      for (const [statusCode, value] of Object.entries(object(operation["responses"]))) {
        const response = resolved(document, value);
        add({ type: "RESPONSE", path, method, statusCode }, response, ["description"]);
        for (const [name, header] of Object.entries(object(response["headers"]))) {
          add({ type: "RESPONSE_HEADER", path, method, statusCode, name }, object(header), ["description"]);
        }
      }
    }
  }
  return [...found, ...documentationParts(document)];
}

/** Documentation by place, for who writes a definition. */
export class Documentation {
  readonly #properties = new Map<string, Record<string, unknown>>();

  constructor(parts: readonly { location: DocumentationPartLocation; properties: string }[]) {
    for (const { location, properties } of parts) {
      this.#properties.set(placeOf(location), readJson(properties) as Record<string, unknown>);
    }
  }

  at(location: DocumentationPartLocation): Record<string, unknown> {
    return this.#properties.get(placeOf(location)) ?? {};
  }
}

const placeOf = ({
  type,
  path = "",
  method = "",
  statusCode = "",
  name = "",
}: DocumentationPartLocation): string => [type, path, method, statusCode, name].join("\u0000");
