import { invalidResource } from "../errors.ts";
import { aMap, inResource } from "../expect.ts";
import { isIntrinsic } from "../intrinsics.ts";
import { addCors } from "../openapi/cors.ts";
import { setDefaultApiKey, setDefaultAuthorizer } from "../openapi/default-security.ts";
import { mustBeMap } from "../openapi/paths.ts";
import { addCustomStatements, addResourcePolicy } from "../openapi/resource-policy.ts";
import { addApiKeyDefinition, addModels, isSwagger, securityDefinitions } from "../openapi/swagger.ts";
import { toVersion3 } from "../openapi/version-3.ts";
import type { Source } from "../properties.ts";
import type { Translation } from "../translation.ts";
import { isFilled, isMap, mapIn, own, type Value, type Values } from "../value.ts";
import { type Authorizer, restAuthorizers } from "./authorizers.ts";

/* Properties of a REST API that are written into its document. */

const CORS = ["AllowMethods", "AllowHeaders", "AllowOrigin", "MaxAge", "AllowCredentials"];

const AUTH = [
  "Authorizers",
  "DefaultAuthorizer",
  "InvokeRole",
  "AddDefaultAuthorizerToCorsPreflight",
  "AddApiKeyRequiredToCorsPreflight",
  "ApiKeyRequired",
  "ResourcePolicy",
  "UsagePlan",
];

/** The document, which must be there and one that can be worked on. */
function documentFor({ id, properties }: Source, absent: string, what: string): Values {
  const document = properties["DefinitionBody"];
  if (!isFilled(document)) throw invalidResource(id, absent);
  if (isSwagger(document)) return document;
  throw invalidResource(
    id,
    `Unable to add ${what} because 'DefinitionBody' does not contain a valid Swagger definition.`,
  );
}

export function writeCors(source: Source): void {
  const { id, properties } = source;
  const cors = properties["Cors"];
  if (!isFilled(cors)) return;
  const absent = "Cors works only with inline Swagger specified in 'DefinitionBody' property.";
  if (!isFilled(properties["DefinitionBody"])) throw invalidResource(id, absent);
  const settings: Values = isMap(cors) && !isIntrinsic(cors) ? cors : { AllowOrigin: cors };
  const unknown = Object.keys(settings).find((name) => !CORS.includes(name));
  if (unknown !== undefined) throw invalidResource(id, `Invalid key '${unknown}' for 'Cors' property.`);
  const document = documentFor(source, absent, "Cors configuration");
  const origin = Object.hasOwn(settings, "AllowOrigin") ? (settings["AllowOrigin"] as Value) : "'*'";
  const credentials = settings["AllowCredentials"] === true;
  if (credentials && origin === "'*'") {
    throw invalidResource(
      id,
      "Unable to add Cors configuration because 'AllowCredentials' can not be true when 'AllowOrigin' is \"'*'\" or not set",
    );
  }
  if (!isFilled(origin)) {
    throw invalidResource(
      id,
      "Structure of the SAM template is invalid. Invalid input. Value for AllowedOrigins is required",
    );
  }
  addCors(document["paths"] as Values, {
    origin,
    headers: settings["AllowHeaders"],
    methods: settings["AllowMethods"],
    maxAge: settings["MaxAge"],
    credentials,
  });
}

export function checkAuth(id: string, auth: Values): void {
  if (Object.keys(auth).some((name) => !AUTH.includes(name))) {
    throw invalidResource(id, "Invalid value for 'Auth' property");
  }
}

/** `Auth` of the API: its authorizers, the default ones, keys and policies. */
export function addApiAuth(source: Source, translation: Translation): void {
  const { id, properties } = source;
  const auth = properties["Auth"];
  if (!isMap(auth) || !isFilled(auth)) return;
  const absent = "Auth works only with inline Swagger specified in 'DefinitionBody' property.";
  if (!isFilled(properties["DefinitionBody"])) throw invalidResource(id, absent);
  checkAuth(id, auth);
  const document = documentFor(source, absent, "Auth configuration");
  const authorizers = restAuthorizers(id, auth["Authorizers"], auth["DefaultAuthorizer"], translation);
  if (authorizers.length > 0) {
    const definitions = securityDefinitions(document);
    for (const { name, scheme } of authorizers) definitions[name] = scheme;
    useByDefault(id, document, auth, authorizers);
  }
  if (isFilled(auth["ApiKeyRequired"])) {
    addApiKeyDefinition(document);
    setDefaultApiKey(document, isFilled(auth["AddApiKeyRequiredToCorsPreflight"] ?? true));
  }
  const policy = auth["ResourcePolicy"];
  if (isFilled(policy)) {
    const wanted = mustBeMap(policy, "ResourcePolicy must be a map (ResourcePolicyStatement).");
    for (const path of Object.keys(document["paths"] as Values)) {
      addResourcePolicy(document, path, properties["StageName"], wanted);
    }
    if (isFilled(wanted["CustomStatements"])) addCustomStatements(document, wanted["CustomStatements"]);
  }
  toVersion3(document, properties["OpenApiVersion"]);
}

function useByDefault(id: string, document: Values, auth: Values, authorizers: readonly Authorizer[]): void {
  const name = auth["DefaultAuthorizer"];
  if (!isFilled(name)) return;
  if (typeof name !== "string") throw invalidResource(id, "DefaultAuthorizer is not a string.");
  const authorizer = authorizers.find((other) => other.name === name);
  if (!authorizer && name !== "AWS_IAM") {
    throw invalidResource(
      id,
      `Unable to set DefaultAuthorizer because '${name}' was not defined in 'Authorizers'.`,
    );
  }
  setDefaultAuthorizer(
    document,
    name,
    authorizer?.scopes ?? [],
    authorizers.map((other) => other.name),
    isFilled(auth["AddDefaultAuthorizerToCorsPreflight"] ?? true),
  );
}

const PARAMETER_PREFIXES: Readonly<Record<string, string>> = {
  Headers: "header.",
  Paths: "path.",
  QueryStrings: "querystring.",
};

export function writeGatewayResponses(source: Source): void {
  const { id, properties } = source;
  const responses = properties["GatewayResponses"];
  if (!isMap(responses) || !isFilled(responses)) return;
  const absent = "GatewayResponses works only with inline Swagger specified in 'DefinitionBody' property.";
  if (!isFilled(properties["DefinitionBody"])) throw invalidResource(id, absent);
  for (const [type, response] of Object.entries(responses)) checkResponse(id, type, response);
  const document = documentFor(source, absent, "Auth configuration");
  const written = mapIn(document, "x-amazon-apigateway-gateway-responses");
  for (const [type, response] of Object.entries(responses)) {
    written[type] = gatewayResponse(id, type, response as Values);
  }
}

function checkResponse(id: string, type: string, response: Value): void {
  if (isIntrinsic(response)) {
    throw invalidResource(
      id,
      "Unable to set GatewayResponses attribute because intrinsic functions are not supported for this field.",
    );
  }
  if (!isMap(response)) {
    throw invalidResource(
      id,
      `Invalid property type '${pythonType(response)}' for GatewayResponses. Expected an object of type 'GatewayResponse'.`,
    );
  }
  for (const name of Object.keys(response)) {
    if (!["ResponseParameters", "ResponseTemplates", "StatusCode"].includes(name)) {
      throw invalidResource(id, `Invalid property '${name}' in 'GatewayResponses' property '${type}'.`);
    }
  }
}

function pythonType(value: Value): string {
  if (value === null) return "NoneType";
  if (Array.isArray(value)) return "list";
  if (typeof value === "number") return Number.isInteger(value) ? "int" : "float";
  // The translator's own class of texts.
  return typeof value === "boolean" ? "bool" : "Py27UniStr";
}

function gatewayResponse(id: string, type: string, response: Values): Values {
  const written = own(response, "ResponseParameters") ?? {};
  const parameters = isFilled(written)
    ? aMap(written, inResource(id, `GatewayResponses.${type}.ResponseParameters`))
    : {};
  const unknown = Object.keys(parameters).find((name) => !Object.hasOwn(PARAMETER_PREFIXES, name));
  if (unknown !== undefined) throw invalidResource(id, `Invalid gateway response parameter '${unknown}'`);
  const status = own(response, "StatusCode");
  if (isFilled(status) && !/^[0-9]{1,3}$/.test(String(status))) {
    throw invalidResource(id, "Property 'StatusCode' must be numeric");
  }
  const prefixed: Values = {};
  for (const [name, prefix] of Object.entries(PARAMETER_PREFIXES)) {
    const values = aMap(own(parameters, name) ?? {}, inResource(id, `ResponseParameters.${name}`));
    for (const [key, value] of Object.entries(values)) prefixed[`gatewayresponse.${prefix}${key}`] = value;
  }
  return {
    responseParameters: prefixed,
    responseTemplates: own(response, "ResponseTemplates") ?? {},
    ...(status === undefined || status === "" ? {} : { statusCode: String(status) }),
  };
}

export function writeModels(source: Source): void {
  const { id, properties } = source;
  const models = properties["Models"];
  if (!isMap(models) || !isFilled(models)) return;
  const document = documentFor(
    source,
    "Models works only with inline Swagger specified in 'DefinitionBody' property.",
    "Models definitions",
  );
  if (!Object.values(models).every(isMap)) throw invalidResource(id, "Invalid value for 'Models' property");
  addModels(document, models);
  toVersion3(document, properties["OpenApiVersion"]);
}
