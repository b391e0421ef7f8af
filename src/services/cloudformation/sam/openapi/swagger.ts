import { invalidDocument } from "../errors.ts";
import { ref, when } from "../intrinsics.ts";
import { isFilled, isMap, mapIn, own, type Value, type Values } from "../value.ts";
import {
  ANY_METHOD,
  addPath,
  branches,
  INTEGRATION,
  isIntegrated,
  isVersion3,
  methodDefinitions,
  methodName,
  pathItem,
  pathItems,
  securityOf,
  setDeep,
} from "./paths.ts";

/* The document of a REST API: Swagger 2 or OpenAPI 3. */

const REQUEST_VALIDATORS = "x-amazon-apigateway-request-validators";

/** The document of an API that events fill. */
export function swaggerSkeleton(): Values {
  return { swagger: "2.0", info: { version: "1.0", title: ref("AWS::StackName") }, paths: {} };
}

/** Is this a document that can be worked on? */
export function isSwagger(document: Value | undefined): document is Values {
  if (!isMap(document) || !isMap(document["paths"])) return false;
  return isFilled(document["swagger"]) || (isFilled(document["openapi"]) && isVersion3(document["openapi"]));
}

/** The paths of a document, which has to be one that can be worked on. */
export function swaggerPaths(document: Value | undefined): Values {
  if (!isSwagger(document)) {
    throw invalidDocument(
      "Invalid Swagger document or the Swagger document is not explicitly defined in 'DefinitionBody'.",
    );
  }
  const paths = document["paths"] as Values;
  for (const path of Object.keys(paths)) pathItems(paths, path);
  return paths;
}

/** How a method reaches what answers it. */
export interface Integration {
  readonly uri: Values;
  readonly condition?: Value | undefined;
}

/** A method that a function answers. */
export interface LambdaIntegration extends Integration {
  readonly streams: boolean;
  readonly credentials?: Value | undefined;
}

export function addLambdaIntegration(
  document: Values,
  path: string,
  method: string,
  lambda: LambdaIntegration,
): void {
  addIntegration(document, path, method, "Lambda integration", lambda.condition, (definition) => {
    definition[INTEGRATION] = {
      type: "aws_proxy",
      httpMethod: "POST",
      uri: lambda.condition ? when(lambda.condition, lambda.uri) : lambda.uri,
      ...(lambda.streams ? { responseTransferMode: "STREAM" } : {}),
      ...(isFilled(lambda.credentials) ? { credentials: lambda.credentials } : {}),
    };
    definition["responses"] ??= {};
  });
}

/** A method that starts an execution of a state machine. */
export interface StateMachineIntegration extends Integration {
  readonly credentials: Value;
  readonly requestTemplates: Values;
}

export function addStateMachineIntegration(
  document: Values,
  path: string,
  method: string,
  machine: StateMachineIntegration,
): void {
  addIntegration(document, path, method, "Integration", machine.condition, (definition) => {
    definition[INTEGRATION] = {
      type: "aws",
      httpMethod: "POST",
      uri: machine.condition ? when(machine.condition, machine.uri) : machine.uri,
      responses: { "200": { statusCode: "200" }, "400": { statusCode: "400" } },
      credentials: machine.credentials,
      requestTemplates: machine.requestTemplates,
    };
    definition["responses"] ??= { "200": { description: "OK" }, "400": { description: "Bad Request" } };
  });
}

function addIntegration(
  document: Values,
  path: string,
  method: string,
  noun: string,
  condition: Value | undefined,
  integrate: (definition: Values) => void,
): void {
  const paths = swaggerPaths(document);
  const name = methodName(method);
  if (isIntegrated(paths, path, name)) {
    throw invalidDocument(`${noun} already exists on Path=${path}, Method=${name}`);
  }
  addPath(paths, path, name);
  for (const item of pathItems(paths, path)) {
    const definition = pathItem(item[name], path);
    integrate(definition);
    if (condition) item[name] = when(condition, definition);
  }
}

/** `TimeoutInMillis` of an event. */
export function addTimeout(paths: Values, path: string, method: string, timeout: Value): void {
  for (const definition of methodDefinitions(paths, path, method))
    mapIn(definition, INTEGRATION)["timeoutInMillis"] = timeout;
}

/** `DisableExecuteApiEndpoint`: of each server in OpenAPI 3, of the document in Swagger. */
export function disableEndpoint(document: Values, disabled: Value): void {
  const name = ["x-amazon-apigateway-endpoint-configuration", "disableExecuteApiEndpoint"];
  if (!isVersion3(document["openapi"])) {
    setDeep(document, name, disabled, "Invalid OpenAPI definition");
    return;
  }
  document["servers"] ??= [{}];
  const servers = document["servers"];
  for (const [index, server] of (Array.isArray(servers) ? servers : []).entries()) {
    setDeep(server as Values, name, disabled, `Invalid OpenAPI definition of 'servers[${index}]'`);
  }
}

/** `BinaryMediaTypes`, where `~1` stands for a slash. */
export function addBinaryMediaTypes(document: Values, types: Value): void {
  document["x-amazon-apigateway-binary-media-types"] = withSlashes(types);
}

function withSlashes(value: Value): Value {
  if (typeof value === "string") return value.replaceAll("~1", "/");
  if (Array.isArray(value)) return value.map(withSlashes);
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name.replaceAll("~1", "/"), withSlashes(item)]),
  );
}

/** `Models`: schemas by their names in small letters. */
export function addModels(document: Values, models: Values): void {
  const definitions = mapIn(document, "definitions");
  for (const [name, schema] of Object.entries(models)) {
    if (!isMap(schema) || !isFilled(schema["type"]))
      throw invalidDocument("'Models' schema is missing 'type'.");
    definitions[name.toLowerCase()] = schema;
  }
}

/** `RequestModel` of an event: what the body of a request has to be. */
export function addRequestModel(
  document: Values,
  path: string,
  method: string,
  model: string,
  isRequired: Value | undefined,
): void {
  const name = model.toLowerCase();
  const needed: Values = isRequired === undefined ? {} : { required: isRequired };
  for (const definition of methodDefinitions(document["paths"] as Values, path, method)) {
    if (own(document, "swagger") !== undefined) {
      parametersOf(definition).push({
        in: "body",
        name,
        schema: { $ref: `#/definitions/${name}` },
        ...needed,
      });
    } else if (isVersion3(document["openapi"])) {
      definition["requestBody"] = {
        content: { "application/json": { schema: { $ref: `#/components/schemas/${name}` } } },
        ...needed,
      };
    }
  }
}

/** `ValidateBody` and `ValidateParameters` of an event's model. */
export function addRequestValidator(
  document: Values,
  path: string,
  method: string,
  body: boolean,
  parameters: boolean,
): void {
  const name = validatorName(body, parameters);
  if (!isFilled(document[REQUEST_VALIDATORS])) document[REQUEST_VALIDATORS] = {};
  const validators = document[REQUEST_VALIDATORS] as Values;
  if (!isFilled(validators[name])) {
    validators[name] = { validateRequestBody: body, validateRequestParameters: parameters };
  }
  for (const definition of methodDefinitions(document["paths"] as Values, path, method)) {
    definition["x-amazon-apigateway-request-validator"] = name;
  }
}

function validatorName(body: boolean, parameters: boolean): string {
  if (body) return parameters ? "body-and-params" : "body-only";
  return parameters ? "params-only" : "no-validation";
}

/** A parameter of a request: `method.request.header.Name`, and what is said of it. */
export interface RequestParameter {
  readonly name: string;
  readonly isRequired: Value;
  readonly isCached: Value;
}

export function addRequestParameters(
  document: Values,
  path: string,
  method: string,
  parameters: readonly RequestParameter[],
): void {
  for (const definition of methodDefinitions(document["paths"] as Values, path, method)) {
    const list = parametersOf(definition);
    for (const parameter of parameters) {
      const [place = "", ...rest] = parameter.name.replace("method.request.", "").split(".");
      list.push({
        in: place === "querystring" ? "query" : place,
        name: rest.join("."),
        required: parameter.isRequired,
        type: "string",
      });
      if (!isFilled(parameter.isCached)) continue;
      const integration = mapIn(definition, INTEGRATION);
      integration["cacheKeyParameters"] ??= [];
      const keys = integration["cacheKeyParameters"];
      if (Array.isArray(keys)) keys.push(parameter.name);
    }
  }
}

function parametersOf(definition: Values): Value[] {
  definition["parameters"] ??= [];
  const parameters = definition["parameters"];
  return Array.isArray(parameters) ? parameters : [];
}

/** A further requirement of a method. */
export function addSecurity(document: Values, path: string, method: string, requirement: Values): void {
  for (const definition of methodDefinitions(document["paths"] as Values, path, method)) {
    definition["security"] = [...securityOf(definition, path, method), requirement];
    if (Object.hasOwn((definition["security"] as Value[])[0] as Values, "AWS_IAM"))
      addIamDefinition(document);
  }
}

export function addIamDefinition(document: Values): void {
  const definitions = securityDefinitions(document);
  definitions["AWS_IAM"] ??= {
    "x-amazon-apigateway-authtype": "awsSigv4",
    type: "apiKey",
    name: "Authorization",
    in: "header",
  };
}

export function addApiKeyDefinition(document: Values): void {
  const definitions = securityDefinitions(document);
  definitions["api_key"] ??= { type: "apiKey", name: "x-api-key", in: "header" };
}

/** The document's definitions of security. */
export function securityDefinitions(document: Values): Values {
  const there = document["securityDefinitions"];
  if (isFilled(there) && !isMap(there)) throw invalidDocument("securityDefinitions must be a dictionary.");
  return mapIn(document, "securityDefinitions");
}

/** The methods of a path, as a policy on the API names them. */
export function methodUris(document: Values, path: string, stage: Value | undefined): Value[] {
  const names = pathItems(document["paths"] as Values, path).flatMap((item) => Object.keys(item));
  return names.map((name) => {
    const method =
      name.toLowerCase() === ANY_METHOD || name.toLowerCase() === "any" ? "*" : name.toUpperCase();
    return {
      "Fn::Sub": [`execute-api:/\${__Stage__}/${method}${pathPattern(path)}`, { __Stage__: stage ?? null }],
    };
  });
}

/** A path with a star for each of its parameters. */
export function pathPattern(path: string): string {
  return path.replace(/\{([a-zA-Z0-9._-]+|[a-zA-Z0-9._-]+\+|proxy\+)\}/g, "*");
}

/** Paths under a condition: `Fn::If` around their items. */
export function makeConditional(paths: Values, path: string, condition: string): void {
  paths[path] = when(condition, paths[path] as Value);
}

export { branches };
