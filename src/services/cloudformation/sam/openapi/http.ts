import { readJson } from "../../../../core/read-json.ts";
import { invalidDocument } from "../errors.ts";
import { isIntrinsic, ref, when } from "../intrinsics.ts";
import { isFilled, isMap, isSame, mapIn, own, type Value, type Values } from "../value.ts";
import {
  ANY_METHOD,
  addPath,
  branches,
  INTEGRATION,
  isIntegrated,
  isVersion3,
  methodDefinitions,
  methodName,
  mustBeMap,
  pathItem,
  pathItems,
  securityOf,
} from "./paths.ts";

/* The document of an HTTP API: OpenAPI 3. */

export const DEFAULT_PATH = "$default";

const CORS = "x-amazon-apigateway-cors";
const TAG_VALUE = "x-amazon-apigateway-tag-value";
const ENDPOINT = "x-amazon-apigateway-endpoint-configuration";

/** The title of a document that events fill: `Name` may take its place. */
export const TITLE = ref("AWS::StackName");

export function openApiSkeleton(): Values {
  return { openapi: "3.0.1", info: { version: "1.0", title: { ...TITLE } }, paths: {} };
}

/** Is this a document that can be worked on? */
export function isOpenApi(document: Value | undefined): document is Values {
  return (
    isMap(document) &&
    isMap(document["paths"]) &&
    isFilled(document["openapi"]) &&
    isVersion3(document["openapi"])
  );
}

/** The paths of a document, which has to be one that can be worked on. */
export function openApiPaths(document: Value | undefined): Values {
  if (!isOpenApi(document)) {
    throw invalidDocument(
      "Invalid OpenApi document. Invalid values or missing keys for 'openapi' or 'paths' in 'DefinitionBody'.",
    );
  }
  return document["paths"] as Values;
}

/** Does a function answer a method of a path, and no other in any branch? */
export function isAnsweredBy(document: Values, path: string, method: string, id: string): boolean {
  const paths = openApiPaths(document);
  if (!isIntegrated(paths, path, method)) return false;
  const uris = pathItems(paths, path)
    .flatMap((item) => branches(own(item, methodName(method))))
    .map((definition) =>
      own(
        mustBeMap(definition, `Definition of method '${method}' for path '${path}' should be a map.`),
        INTEGRATION,
      ),
    )
    .map((integration) => (isMap(integration) ? integration["uri"] : undefined));
  return uris.every(
    (uri) =>
      isMap(uri) &&
      branches(uri).every((branch) => {
        const text = isMap(branch) ? branch["Fn::Sub"] : undefined;
        return typeof text === "string" && /([A-Za-z0-9]+)\.Arn/.exec(text)?.[1] === id;
      }),
  );
}

/** A function answers a method of a path, unless something does already. */
export function addLambdaIntegration(
  document: Values,
  path: string,
  method: string,
  uri: Values,
  condition: Value | undefined,
): void {
  const paths = openApiPaths(document);
  const name = methodName(method);
  if (isIntegrated(paths, path, name)) return;
  addPath(paths, path, name);
  for (const item of pathItems(paths, path)) {
    const definition = mustBeMap(
      item[name] ?? {},
      `Definition of method '${name}' for path '${path}' should be a map.`,
    );
    definition[INTEGRATION] = {
      type: "aws_proxy",
      httpMethod: "POST",
      payloadFormatVersion: "2.0",
      uri: condition ? when(condition, uri) : uri,
    };
    if (path === DEFAULT_PATH && name === ANY_METHOD) definition["isDefaultRoute"] = true;
    definition["responses"] ??= {};
    item[name] = condition ? when(condition, definition) : definition;
  }
}

/** A setting of the integration of a method. */
export function setIntegration(
  document: Values,
  path: string,
  method: string,
  name: string,
  value: Value,
): void {
  for (const definition of methodDefinitions(openApiPaths(document), path, method)) {
    mapIn(definition, INTEGRATION)[name] = value;
  }
}

/** The parameters in a path are parameters of its methods. */
export function addPathParameters(
  document: Values,
  path: string,
  method: string,
  names: readonly string[],
): void {
  for (const definition of methodDefinitions(openApiPaths(document), path, method)) {
    definition["parameters"] ??= [];
    const parameters = definition["parameters"] as Value[];
    for (const name of names) {
      const there = parameters.find((parameter) => isMap(parameter) && parameter["name"] === name);
      if (isMap(there)) Object.assign(there, { in: "path", required: true });
      else parameters.push({ name, in: "path", required: true });
    }
  }
}

/** What a method requires, with the scopes of the event or else of the authorizer. */
export function addAuthorizer(
  document: Values,
  path: string,
  method: string,
  authorizer: string,
  authorizers: Values | undefined,
  scopes: Value | undefined,
): void {
  for (const definition of methodDefinitions(openApiPaths(document), path, method)) {
    let wanted: Value = [];
    if (authorizer !== "NONE" && authorizer !== "AWS_IAM") {
      const declared = own(authorizers, authorizer) ?? {};
      if (!isMap(declared)) throw invalidDocument(`Type of authorizer '${authorizer}' must be a dictionary`);
      const either = isFilled(scopes) ? scopes : declared["AuthorizationScopes"];
      if (isFilled(declared) && isFilled(either)) wanted = either;
    }
    definition["security"] = [...securityOf(definition, path, method), { [authorizer]: wanted }];
  }
}

/** `DefaultAuthorizer`: what every method requires that requires nothing else; `OPTIONS` never does. */
export function setDefaultAuthorizer(document: Values, authorizer: string, scopes: Value): void {
  const paths = openApiPaths(document);
  for (const path of Object.keys(paths)) {
    for (const item of pathItems(paths, path)) {
      for (const method of Object.keys(item)) {
        if (method === "parameters" || methodName(method) === "options") continue;
        for (const branch of branches(item[method])) {
          const definition = mustBeMap(
            branch,
            `Definition of method '${method}' for path '${path}' should be a map.`,
          );
          if (!isFilled(definition[INTEGRATION]) || isFilled(definition["security"])) continue;
          definition["security"] = [{ [authorizer]: scopes }];
        }
      }
    }
  }
}

/** The schemes that methods may require. */
export function addSecuritySchemes(document: Values, schemes: Values): void {
  if (Object.keys(schemes).length === 0) return;
  Object.assign(mapIn(mapIn(document, "components"), "securitySchemes"), schemes);
}

export function addTags(document: Values, tags: Values): void {
  const list = document["tags"] ?? [];
  if (!Array.isArray(list)) {
    throw invalidDocument(`Tags in OpenApi DefinitionBody needs to be a list. ${list} is not a list.`);
  }
  for (const [name, value] of Object.entries(tags)) {
    const there = list.find((tag) => isMap(tag) && tag["name"] === name);
    if (isMap(there)) there[TAG_VALUE] = value;
    else list.push({ name, [TAG_VALUE]: value });
  }
  if (list.length > 0) document["tags"] = list;
}

export function disableEndpoint(document: Values, disabled: Value): void {
  document["servers"] ??= [{}];
  const servers = document["servers"];
  for (const server of Array.isArray(servers) ? servers : []) {
    const map = mustBeMap(server, "Value of 'servers' item must be a dictionary according to Swagger spec.");
    mapIn(map, ENDPOINT)["disableExecuteApiEndpoint"] = disabled;
  }
}

/** `CorsConfiguration`: its settings with a small first letter. */
export function addCors(document: Values, cors: Values): void {
  const there = document[CORS] ?? {};
  const configuration = mustBeMap(
    there,
    `Value of '${CORS}' must be a dictionary according to Swagger spec.`,
  );
  const origins = own(cors, "AllowOrigins");
  if (isIntrinsic(origins)) Object.assign(configuration, withSmallNames(origins));
  else {
    for (const name of ["AllowOrigins", "AllowHeaders", "AllowMethods", "ExposeHeaders"]) {
      if (isFilled(own(cors, name))) configuration[small(name)] = cors[name] as Value;
    }
    if (own(cors, "MaxAge") !== undefined) configuration["maxAge"] = cors["MaxAge"] as Value;
    if (cors["AllowCredentials"] === true) configuration["allowCredentials"] = true;
  }
  document[CORS] = configuration;
}

const CORS_NAMES = /AllowOrigins|AllowHeaders|AllowMethods|ExposeHeaders|MaxAge|AllowCredentials/g;

/** Wherever a function gives the configuration, its settings are renamed in the function's own text. */
function withSmallNames(value: Values): Values {
  return readJson(JSON.stringify(value).replace(CORS_NAMES, small)) as Values;
}

function small(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

export function addDescription(document: Values, description: Value): void {
  const info = mapIn(document, "info");
  if (!isFilled(info["description"])) info["description"] = description;
}

export function addTitle(document: Values, title: Value): void {
  const info = mapIn(document, "info");
  if (isSame(info["title"], TITLE)) info["title"] = title;
}

export { pathItem };
