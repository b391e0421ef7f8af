import { AwsError } from "../../../core/aws-error.ts";
import type { Context } from "../../../core/service.ts";
import { sure } from "../../../core/sure.ts";
import type { MethodResponse } from "../../../models/generated/apigateway.ts";
import * as kept from "../collections.ts";
import { putParts } from "../documentation.ts";
import { badRequest } from "../errors.ts";
import { newGatewayResponse } from "../gateway-responses.ts";
import { newShortId } from "../identifiers.ts";
import { checkIntegration } from "../integrations.ts";
import { newResource } from "../resources.ts";
import { array, type Document, object, parseDefinition, resolved, text, versionOf } from "./document.ts";
import { documentationOf } from "./documentation.ts";
import { readIntegration } from "./integration.ts";
import { modelName, nameOfRef, toModelSchema } from "./schemas.ts";
import { readSchemes, readSecurity, type Scheme } from "./security.ts";

export interface ImportOptions {
  readonly mode: string;
  readonly failOnWarnings?: boolean;
  readonly parameters?: Readonly<Record<string, string>>;
}

/**
 * Writes an OpenAPI definition (2.0 or 3.0) into an API: `overwrite` replaces what the API has, `merge` adds to it.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-import-api.html
 */
export function importDefinition(
  before: kept.RestApi,
  body: Uint8Array,
  options: ImportOptions,
  ctx: Context,
): { api: kept.RestApi; warnings: string[] } {
  const document = parseDefinition(body);
  const version = versionOf(document);
  if (!version) throw badRequest("Invalid OpenAPI input.");
  const importing = new Import(before, document, options, ctx);
  importing.run();
  if (importing.errors.length > 0)
    throw badRequest(`Errors found during import:\n\t${importing.errors.join("\n\t")}`);
  if (options.failOnWarnings && importing.warnings.length > 0) {
    throw badRequest(`Warnings found during import:\n\t${importing.warnings.join("\n\t")}`);
  }
  return { api: importing.api, warnings: importing.warnings };
}

const METHODS = ["get", "put", "post", "delete", "options", "head", "patch"];
const ANY = "x-amazon-apigateway-any-method";
/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-openapi-extensions-tag-value.html */
const TAG_VALUE = "x-amazon-apigateway-tag-value";
const LOCATIONS: Readonly<Record<string, string>> = { path: "path", query: "querystring", header: "header" };

/** One import on its way. */
class Import {
  api: kept.RestApi;
  readonly warnings: string[] = [];
  readonly errors: string[] = [];
  readonly #document: Document;
  readonly #options: ImportOptions;
  readonly #ctx: Context;
  readonly #resources = new Map<string, kept.Resource>();
  #schemes = new Map<string, Scheme>();
  #validators = new Map<string, string>();

  constructor(api: kept.RestApi, document: Document, options: ImportOptions, ctx: Context) {
    this.api = api;
    this.#document = document;
    this.#options = options;
    this.#ctx = ctx;
  }

  run(): void {
    this.#clear();
    this.#settings();
    this.#models();
    this.#authorizers();
    this.#requestValidators();
    this.#gatewayResponses();
    this.#paths();
    this.#documentation();
  }

  #clear(): void {
    const { store } = this.#ctx;
    const prefix = [this.api.id];
    if (this.#options.mode === "overwrite") {
      for (const definition of [
        kept.resources,
        kept.models,
        kept.requestValidators,
        kept.authorizers,
        kept.gatewayResponses,
      ]) {
        store.collection<never>(definition as never).clear({ prefix });
      }
      this.#put({ id: this.api.rootResourceId, path: "/", methods: {} });
    }
    for (const resource of store.collection(kept.resources).values({ prefix }))
      this.#resources.set(resource.path, resource);
  }

  #settings(): void {
    const document = this.#document;
    const info = object(document["info"]);
    const { parameters } = this.#options;
    const given: Partial<kept.RestApi> = {};
    const [title, description, version] = [info["title"], info["description"], info["version"]].map(text);
    if (title) given.name = title;
    if (description) given.description = description;
    if (version) given.version = version;
    const binary = document["x-amazon-apigateway-binary-media-types"];
    if (binary !== undefined) {
      const before = this.#options.mode === "merge" ? (this.api.binaryMediaTypes ?? []) : [];
      given.binaryMediaTypes = [...new Set([...before, ...array(binary).map(String)])];
    }
    const tags = array(document["tags"])
      .map(object)
      .filter((tag) => tag[TAG_VALUE] !== undefined)
      .map((tag) => [String(tag["name"]), String(tag[TAG_VALUE])]);
    if (tags.length > 0) given.tags = { ...this.api.tags, ...Object.fromEntries(tags) };
    const compression = document["x-amazon-apigateway-minimum-compression-size"];
    if (compression !== undefined) given.minimumCompressionSize = Number(compression);
    const source = text(document["x-amazon-apigateway-api-key-source"]);
    if (source) given.apiKeySource = source;
    const policy = document["x-amazon-apigateway-policy"];
    if (policy !== undefined) given.policy = JSON.stringify(policy);
    const endpoint = object(document["x-amazon-apigateway-endpoint-configuration"]);
    const servers = object(array(document["servers"])[0])["x-amazon-apigateway-endpoint-configuration"];
    const { types, vpcEndpointIds, disableExecuteApiEndpoint } = { ...endpoint, ...object(servers) };
    if (disableExecuteApiEndpoint !== undefined)
      given.disableExecuteApiEndpoint = disableExecuteApiEndpoint === true;
    const type = parameters?.["endpointConfigurationTypes"] ?? array(types)[0];
    given.endpointConfiguration = {
      ...this.api.endpointConfiguration,
      ...(type !== undefined && { types: [String(type)] }),
      ...(vpcEndpointIds !== undefined && { vpcEndpointIds: array(vpcEndpointIds).map(String) }),
    };
    this.api = { ...this.api, ...given };
    this.#ctx.store.collection(kept.restApis).put([this.api.id], this.api);
  }

  #models(): void {
    const document = this.#document;
    const schemas = object(document["definitions"] ?? object(document["components"])["schemas"]);
    for (const [name, schema] of Object.entries(schemas)) {
      if (modelName(name) !== name)
        this.warnings.push(`Model name '${name}' is not alphanumeric; it is named '${modelName(name)}'`);
      this.#putModel(modelName(name), schema);
    }
  }

  #putModel(name: string, schema: unknown, contentType = "application/json"): void {
    const models = this.#ctx.store.collection(kept.models);
    const description = text(object(schema)["description"]);
    models.put([this.api.id, name], {
      id: models.get([this.api.id, name])?.id ?? newShortId(this.#ctx.random),
      name,
      ...(description && { description }),
      schema: JSON.stringify(toModelSchema(schema, this.api.id)),
      contentType,
    });
  }

  #authorizers(): void {
    this.#schemes = readSchemes(this.#document, this.#ctx.random);
    const collection = this.#ctx.store.collection(kept.authorizers);
    const known = [...collection.values({ prefix: [this.api.id] })];
    for (const [name, scheme] of this.#schemes) {
      if (scheme.kind !== "authorizer") continue;
      const id = known.find((other) => other.name === name)?.id ?? scheme.authorizer.id;
      const authorizer = { ...scheme.authorizer, id };
      this.#schemes.set(name, { kind: "authorizer", authorizer });
      collection.put([this.api.id, id], authorizer);
    }
  }

  #requestValidators(): void {
    const collection = this.#ctx.store.collection(kept.requestValidators);
    for (const { id, name } of collection.values({ prefix: [this.api.id] }))
      if (name) this.#validators.set(name, id);
    for (const [name, value] of Object.entries(
      object(this.#document["x-amazon-apigateway-request-validators"]),
    )) {
      const id = this.#validators.get(name) ?? newShortId(this.#ctx.random);
      const { validateRequestBody, validateRequestParameters } = object(value);
      collection.put([this.api.id, id], {
        id,
        name,
        validateRequestBody: validateRequestBody === true,
        validateRequestParameters: validateRequestParameters === true,
      });
      this.#validators.set(name, id);
    }
  }

  #gatewayResponses(): void {
    for (const [type, value] of Object.entries(
      object(this.#document["x-amazon-apigateway-gateway-responses"]),
    )) {
      const { statusCode, responseParameters, responseTemplates } = object(value);
      const response = newGatewayResponse(type, {
        ...(statusCode !== undefined && { statusCode: String(statusCode) }),
        ...(responseParameters !== undefined && {
          responseParameters: object(responseParameters) as Record<string, string>,
        }),
        ...(responseTemplates !== undefined && {
          responseTemplates: object(responseTemplates) as Record<string, string>,
        }),
      });
      this.#ctx.store.collection(kept.gatewayResponses).put([this.api.id, type], response);
    }
  }

  #paths(): void {
    const base = this.#basePath();
    for (const [path, item] of Object.entries(this.#document.paths ?? {})) {
      const resource = this.#tried(`create resource at path '${path}'`, () =>
        this.#resourceAt(`${base}${path}`),
      );
      if (!resource) continue;
      const whole = resolved(this.#document, item);
      const methods: Record<string, kept.Method> = { ...resource.methods };
      for (const [name, operation] of Object.entries(whole)) {
        if (!METHODS.includes(name) && name !== ANY) continue;
        const httpMethod = name === ANY ? "ANY" : name.toUpperCase();
        methods[httpMethod] = this.#method(
          httpMethod,
          object(operation),
          array(whole["parameters"]),
          resource,
        );
      }
      this.#put({ ...resource, methods });
    }
  }

  /** The definition's base path, when the import is told to prepend it. `split` leaves its first part to the domain. */
  #basePath(): string {
    const how = this.#options.parameters?.["basepath"] ?? "ignore";
    if (how === "ignore") return "";
    const server = object(array(this.#document["servers"])[0]);
    const variable = text(object(object(server["variables"])["basePath"])["default"]);
    const url = text(server["url"])?.replace("{basePath}", variable?.replace(/^\//, "") ?? "");
    const path = text(this.#document["basePath"]) ?? url?.replace(/^https?:\/\/[^/]*/, "") ?? "";
    const parts = path.split("/").filter(Boolean);
    return (how === "split" ? parts.slice(1) : parts).map((part) => `/${part}`).join("");
  }

  #resourceAt(path: string): kept.Resource {
    let place = sure(this.#resources.get("/")); // Every API has its root.
    for (const part of path.split("/").filter(Boolean)) {
      const next = `${place.path.replace(/\/$/, "")}/${part}`;
      let resource = this.#resources.get(next);
      if (!resource) {
        resource = newResource(place, part, [...this.#resources.values()], newShortId(this.#ctx.random));
        this.#put(resource);
      }
      place = resource;
    }
    return place;
  }

  #put(resource: kept.Resource): void {
    this.#resources.set(resource.path, resource);
    this.#ctx.store.collection(kept.resources).put([this.api.id, resource.id], resource);
  }

  #method(
    httpMethod: string,
    operation: Record<string, unknown>,
    shared: readonly unknown[],
    resource: kept.Resource,
  ): kept.Method {
    const parameters = [...shared, ...array(operation["parameters"])].map((each) =>
      resolved(this.#document, each),
    );
    const requestParameters: Record<string, boolean> = {};
    for (const parameter of parameters) {
      const location = LOCATIONS[String(parameter["in"])];
      if (location)
        requestParameters[`method.request.${location}.${parameter["name"]}`] = parameter["required"] === true;
    }
    const requestModels = this.#requestModels(operation, parameters);
    const validator = text(
      operation["x-amazon-apigateway-request-validator"] ??
        this.#document["x-amazon-apigateway-request-validator"],
    );
    const validatorId = validator && this.#validators.get(validator);
    if (validator && !validatorId)
      this.warnings.push(`There is no request validator '${validator}' for ${httpMethod} ${resource.path}`);
    const extension = operation["x-amazon-apigateway-integration"];
    const responses = this.#methodResponses(operation, `${httpMethod} ${resource.path}`);
    return {
      httpMethod,
      ...readSecurity(operation, this.#document, this.#schemes),
      ...(operation["operationId"] !== undefined && { operationName: String(operation["operationId"]) }),
      ...(Object.keys(requestParameters).length > 0 && { requestParameters }),
      ...(Object.keys(requestModels).length > 0 && { requestModels }),
      ...(validatorId && { requestValidatorId: validatorId }),
      ...(Object.keys(responses).length > 0 && { methodResponses: responses }),
      ...(extension !== undefined && {
        methodIntegration: this.#integration(resolved(this.#document, extension), httpMethod, resource),
      }),
    };
  }

  /** An integration, checked as PutIntegration does it. */
  #integration(
    extension: Record<string, unknown>,
    httpMethod: string,
    resource: kept.Resource,
  ): kept.Integration {
    const parameters = object(extension["requestParameters"]);
    for (const [name, value] of Object.entries(parameters)) {
      if (typeof value === "string") continue;
      this.warnings.push(
        `Invalid format for 'requestParameters'. Expected type string for property '${name}' of resource '${resource.path}' and method '${httpMethod}' but got '${String(value)}'`,
      );
    }
    const texts = Object.entries(parameters).filter(([, value]) => typeof value === "string");
    const read =
      extension["requestParameters"] === undefined ? {} : { requestParameters: Object.fromEntries(texts) };
    const integration = readIntegration({ ...extension, ...read }, resource.id);
    this.#tried(`put integration on '${httpMethod}' for resource at path '${resource.path}'`, () =>
      checkIntegration(this.#ctx, integration, httpMethod),
    );
    return integration;
  }

  /** Does a part of the import; what it is refused for is told with all other errors. */
  #tried<T>(what: string, work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      // What an API may have no more of ends the import, in the words of whoever counts.
      if (!(error instanceof AwsError) || error.code === "LimitExceededException") throw error;
      this.errors.push(`Unable to ${what}: ${error.message}`);
      return undefined;
    }
  }

  #requestModels(
    operation: Record<string, unknown>,
    parameters: readonly Record<string, unknown>[],
  ): Record<string, string> {
    const body = parameters.find((parameter) => parameter["in"] === "body");
    if (body) {
      const types = array(operation["consumes"] ?? this.#document["consumes"]).map(String);
      const model = this.#modelFor(body["schema"]);
      return Object.fromEntries(
        (types.length > 0 ? types : ["application/json"]).map((type) => [type, model]),
      );
    }
    const content = object(resolved(this.#document, operation["requestBody"])["content"]);
    return Object.fromEntries(
      Object.entries(content).flatMap(([type, media]) => {
        const { schema } = object(media);
        return schema === undefined ? [] : [[type, this.#modelFor(schema)]];
      }),
    );
  }

  /** The model that a schema refers to; a schema in place becomes a model of its own. */
  #modelFor(schema: unknown): string {
    const named = nameOfRef(object(schema));
    if (named) return modelName(named);
    const models = this.#ctx.store.collection(kept.models);
    const whole = JSON.stringify(toModelSchema(schema, this.api.id));
    for (const model of models.values({ prefix: [this.api.id] }))
      if (model.schema === whole) return model.name;
    const name = `MODEL${newShortId(this.#ctx.random)}`;
    this.#putModel(name, schema);
    return name;
  }

  #methodResponses(operation: Record<string, unknown>, where: string): Record<string, MethodResponse> {
    const responses: Record<string, MethodResponse> = {};
    for (const [statusCode, value] of Object.entries(object(operation["responses"]))) {
      if (!/^[1-5]\d\d$/.test(statusCode)) {
        this.warnings.push(
          `Response '${statusCode}' of ${where} is left out: API Gateway wants a status code`,
        );
        continue;
      }
      const response = resolved(this.#document, value);
      const headers = Object.keys(object(response["headers"])).map((name) => [
        `method.response.header.${name}`,
        false,
      ]);
      const models = this.#responseModels(operation, response);
      responses[statusCode] = {
        statusCode,
        ...(headers.length > 0 && {
          responseParameters: Object.fromEntries(headers) as Record<string, boolean>,
        }),
        ...(Object.keys(models).length > 0 && { responseModels: models }),
      };
    }
    return responses;
  }

  #responseModels(
    operation: Record<string, unknown>,
    response: Record<string, unknown>,
  ): Record<string, string> {
    if (response["schema"] !== undefined) {
      const types = array(operation["produces"] ?? this.#document["produces"]).map(String);
      const model = this.#modelFor(response["schema"]);
      return Object.fromEntries(
        (types.length > 0 ? types : ["application/json"]).map((type) => [type, model]),
      );
    }
    return Object.fromEntries(
      Object.entries(object(response["content"])).flatMap(([type, media]) => {
        const { schema } = object(media);
        return schema === undefined ? [] : [[type, this.#modelFor(schema)]];
      }),
    );
  }

  #documentation(): void {
    if (this.#options.parameters?.["ignore"] === "documentation") return;
    putParts(this.#ctx, this.api.id, documentationOf(this.#document), this.#options.mode);
  }
}
