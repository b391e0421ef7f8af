import { readJson } from "../../../core/read-json.ts";
import type { DocumentationPart, Method, Resource, Snapshot } from "../collections.ts";
import { Documentation } from "./documentation.ts";
import { writeIntegration } from "./integration.ts";
import { fromModelSchema } from "./schemas.ts";
import { writeSchemes, writeSecurity } from "./security.ts";

export interface ExportOptions {
  readonly version: 2 | 3;
  /** `x-amazon-apigateway-integration` and the API's own settings. */
  readonly integrations: boolean;
  readonly authorizers: boolean;
  readonly stageName: string;
  readonly region: string;
  readonly documentation: readonly DocumentationPart[];
}

/** A deployed API as an OpenAPI definition. */
export function exportDefinition(snapshot: Snapshot, options: ExportOptions): Record<string, unknown> {
  const { api, resources, models, authorizers } = snapshot;
  const { version, integrations } = options;
  const documentation = new Documentation(options.documentation);
  const methods = resources.flatMap((resource) => Object.values(resource.methods));
  const schemaPlace = version === 2 ? "#/definitions/" : "#/components/schemas/";
  const schemas = Object.fromEntries(
    models.map((model) => [model.name, fromModelSchema(readJson(model.schema || "{}"), schemaPlace)]),
  );
  const schemes = writeSchemes(methods, authorizers, integrations || options.authorizers);
  const paths = Object.fromEntries(
    [...resources]
      .filter((resource) => Object.keys(resource.methods).length > 0)
      .sort((a, b) => (a.path < b.path ? -1 : 1))
      .map((resource) => [resource.path, pathItem(resource, snapshot, options, documentation)]),
  );
  return {
    ...(version === 2 ? { swagger: "2.0" } : { openapi: "3.0.1" }),
    info: {
      title: api.name,
      ...(api.description !== undefined && { description: api.description }),
      version: api.version ?? api.createdDate.toISOString().replace(/\.\d+/, ""),
    },
    ...place(api.id, options),
    ...documentation.at({ type: "API" }),
    paths,
    ...(version === 2
      ? {
          ...(Object.keys(schemes).length > 0 && { securityDefinitions: schemes }),
          ...(models.length > 0 && { definitions: schemas }),
        }
      : {
          components: {
            ...(models.length > 0 && { schemas }),
            ...(Object.keys(schemes).length > 0 && { securitySchemes: schemes }),
          },
        }),
    ...(integrations && settings(snapshot)),
  };
}

function place(apiId: string, { version, stageName, region }: ExportOptions): Record<string, unknown> {
  const host = `${apiId}.execute-api.${region}.amazonaws.com`;
  if (version === 2) return { host, basePath: `/${stageName}`, schemes: ["https"] };
  return {
    servers: [{ url: `https://${host}/{basePath}`, variables: { basePath: { default: stageName } } }],
  };
}

/** The API's own extensions. */
function settings({ api, validators, gatewayResponses }: Snapshot): Record<string, unknown> {
  return {
    ...(api.policy && { "x-amazon-apigateway-policy": readJson(api.policy) as unknown }),
    ...(api.binaryMediaTypes?.length && { "x-amazon-apigateway-binary-media-types": api.binaryMediaTypes }),
    ...(api.minimumCompressionSize !== undefined && {
      "x-amazon-apigateway-minimum-compression-size": api.minimumCompressionSize,
    }),
    ...(api.apiKeySource === "AUTHORIZER" && { "x-amazon-apigateway-api-key-source": api.apiKeySource }),
    ...(validators.length > 0 && {
      "x-amazon-apigateway-request-validators": Object.fromEntries(
        validators.map(({ id, name, ...rest }) => [name ?? id, rest]),
      ),
    }),
    ...(gatewayResponses.length > 0 && {
      "x-amazon-apigateway-gateway-responses": Object.fromEntries(
        gatewayResponses.map(({ responseType, defaultResponse: _, ...rest }) => [responseType, rest]),
      ),
    }),
  };
}

function pathItem(
  resource: Resource,
  snapshot: Snapshot,
  options: ExportOptions,
  documentation: Documentation,
): Record<string, unknown> {
  const written = Object.values(resource.methods).map((method) => [
    method.httpMethod === "ANY" ? "x-amazon-apigateway-any-method" : method.httpMethod.toLowerCase(),
    operation(method, resource, snapshot, options, documentation),
  ]);
  return { ...documentation.at({ type: "RESOURCE", path: resource.path }), ...Object.fromEntries(written) };
}

function operation(
  method: Method,
  { id, path }: Resource,
  { authorizers, validators }: Snapshot,
  options: ExportOptions,
  documentation: Documentation,
): Record<string, unknown> {
  const here = { path, method: method.httpMethod };
  const security = writeSecurity(method, authorizers);
  const validator = validators.find((each) => each.id === method.requestValidatorId);
  const described = (type: string, name: string) => documentation.at({ type, ...here, name });
  const parameters = parametersOf(method, options.version, described);
  const body = requestBody(method, options.version, documentation.at({ type: "REQUEST_BODY", ...here }));
  return {
    ...(method.operationName !== undefined && { operationId: method.operationName }),
    ...documentation.at({ type: "METHOD", ...here }),
    ...(options.version === 2 && mediaTypes(method)),
    ...((parameters.length > 0 || body.parameter) && {
      parameters: body.parameter ? [...parameters, body.parameter] : parameters,
    }),
    ...(body.requestBody && { requestBody: body.requestBody }),
    responses: responsesOf(method, options.version, (type, statusCode, name) =>
      documentation.at({ type, ...here, statusCode, ...(name && { name }) }),
    ),
    ...(security && { security }),
    ...(options.integrations &&
      validator && { "x-amazon-apigateway-request-validator": validator.name ?? validator.id }),
    ...(options.integrations &&
      method.methodIntegration && {
        "x-amazon-apigateway-integration": writeIntegration(
          { type: "MOCK", ...method.methodIntegration },
          id,
        ),
      }),
  };
}

const LOCATIONS: Readonly<Record<string, readonly [place: string, documented: string]>> = {
  path: ["path", "PATH_PARAMETER"],
  querystring: ["query", "QUERY_PARAMETER"],
  header: ["header", "REQUEST_HEADER"],
};

function parametersOf(
  method: Method,
  version: 2 | 3,
  described: (type: string, name: string) => Record<string, unknown>,
): Record<string, unknown>[] {
  return Object.entries(method.requestParameters ?? {}).flatMap(([expression, required]) => {
    const [, location = "", name = ""] = /^method\.request\.(\w+)\.(.+)$/.exec(expression) ?? [];
    const known = LOCATIONS[location];
    if (!known) return [];
    const type = version === 2 ? { type: "string" } : { schema: { type: "string" } };
    return [
      {
        name,
        in: known[0],
        ...described(known[1], name),
        // OpenAPI 3 is exported without what is its default anyway.
        ...((version === 2 || required || location === "path") && {
          required: required || location === "path",
        }),
        ...type,
      },
    ];
  });
}

const refTo = (model: string, version: 2 | 3) => ({
  $ref: `${version === 2 ? "#/definitions/" : "#/components/schemas/"}${model}`,
});

function requestBody(method: Method, version: 2 | 3, described: Record<string, unknown>) {
  const models = Object.entries(method.requestModels ?? {});
  const [first] = models;
  if (!first) return {};
  if (version === 2) {
    const [, model] = first;
    return { parameter: { in: "body", name: model, ...described, required: true, schema: refTo(model, 2) } };
  }
  const content = models.map(([type, model]) => [type, { schema: refTo(model, 3) }]);
  return { requestBody: { ...described, content: Object.fromEntries(content), required: true } };
}

/** What a method's models are for, and the templates of its integration. */
function mediaTypes({ requestModels, methodResponses, methodIntegration }: Method): Record<string, unknown> {
  const { requestTemplates, integrationResponses } = methodIntegration ?? {};
  const typesOf = (...maps: readonly (object | undefined)[]) => [
    ...new Set(maps.flatMap((map) => Object.keys(map ?? {}))),
  ];
  const consumes = typesOf(requestModels, requestTemplates);
  const produces = typesOf(
    ...Object.values(methodResponses ?? {}).map(({ responseModels }) => responseModels),
    ...Object.values(integrationResponses ?? {}).map(({ responseTemplates }) => responseTemplates),
  );
  return { ...(consumes.length > 0 && { consumes }), ...(produces.length > 0 && { produces }) };
}

function responsesOf(
  method: Method,
  version: 2 | 3,
  described: (type: string, statusCode: string, name?: string) => Record<string, unknown>,
): Record<string, unknown> {
  const responses = Object.entries(method.methodResponses ?? {}).map(([statusCode, response]) => {
    const headers = Object.keys(response.responseParameters ?? {}).map((expression) => {
      const name = expression.replace("method.response.header.", "");
      const type = version === 2 ? { type: "string" } : { schema: { type: "string" } };
      return [name, { ...described("RESPONSE_HEADER", statusCode, name), ...type }];
    });
    const models = Object.entries(response.responseModels ?? {});
    const [first] = models;
    const content = models.map(([type, model]) => [type, { schema: refTo(model, version) }]);
    return [
      statusCode,
      {
        description: `${statusCode} response`,
        ...described("RESPONSE", statusCode),
        ...(headers.length > 0 && { headers: Object.fromEntries(headers) }),
        ...(version === 2 && first && { schema: refTo(first[1], 2) }),
        ...(version === 3 && { content: Object.fromEntries(content) }),
      },
    ];
  });
  return Object.fromEntries(responses) as Record<string, unknown>;
}
