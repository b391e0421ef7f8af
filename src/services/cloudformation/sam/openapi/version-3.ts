import { invalidDocument } from "../errors.ts";
import { isFilled, isMap, own, type Value, type Values } from "../value.ts";
import { isVersion3, mustBeMap, pathItem } from "./paths.ts";

/** What SAM has written as Swagger, as OpenAPI 3 has it, when the API says that it is one. */
export function toVersion3(document: Values, wanted: Value | undefined): Values {
  if (own(document, "swagger") !== undefined) return document;
  const version =
    own(document, "openapi") !== undefined && wanted === undefined ? document["openapi"] : wanted;
  if (!isFilled(version) || !isVersion3(version)) return document;
  move(document, "securityDefinitions", "securitySchemes");
  move(document, "definitions", "schemas");
  const paths = document["paths"];
  if (!isFilled(paths)) return document;
  const all = mustBeMap(paths, "Value of paths must be a dictionary according to Swagger spec.");
  for (const [path, item] of Object.entries(all)) changeOptions(path, pathItem(item, path)["options"]);
  return document;
}

function move(document: Values, from: string, to: string): void {
  if (!isFilled(document[from])) return;
  if (!isFilled(document["components"])) document["components"] = {};
  (document["components"] as Values)[to] = document[from] as Value;
  delete document[from];
}

/** In OpenAPI 3 a method has no media types of its own, and its headers have schemas. */
function changeOptions(path: string, options: Value | undefined): void {
  if (!isFilled(options)) return;
  const method = mustBeMap(
    options,
    `Value of options method for path ${path} must be a dictionary according to Swagger spec.`,
  );
  delete method["produces"];
  delete method["consumes"];
  const responses = method["responses"];
  if (responses === undefined || responses === null) return;
  const invalid = (at: string) =>
    invalidDocument(`Invalid responses in options method for path ${path}: ${at}.`);
  if (!isMap(responses)) throw invalid("It should be a map");
  const ok = own(responses, "200");
  if (ok !== undefined && !isMap(ok)) throw invalid("The value of '200' should be a map");
  if (!ok || !isFilled(ok["headers"])) return;
  const headers = mustBeMap(
    ok["headers"],
    `Value of response's headers in options method for path ${path} must be a dictionary according to Swagger spec.`,
  );
  for (const [name, header] of Object.entries(headers)) headers[name] = { schema: header };
}
