import { stringify } from "yaml";
import type { Context, Handlers } from "../../../core/service.ts";
import type * as V2 from "../../../models/generated/apigatewayv2.ts";
import { newShortId } from "../identifiers.ts";
import {
  array,
  type Document,
  object,
  parseDefinition,
  prepareDefinition,
  resolved,
  text,
  versionOf,
} from "../openapi/document.ts";
import { newApi } from "./apis.ts";
import { newAuthorizer } from "./authorizers.ts";
import * as kept from "./collections.ts";
import { autoDeploy } from "./deployments.ts";
import { badRequest, notFound } from "./errors.ts";
import { exportHttpApi } from "./export.ts";
import { newIntegration } from "./integrations.ts";
import { find, findApi, given } from "./records.ts";
import { checkRoom, newRoute } from "./routes.ts";

/** HTTP APIs from OpenAPI 3 definitions, and back. */
export const definitions: Handlers<V2.Operations> = {
  async ImportApi(input, ctx) {
    await prepareDefinition(Buffer.from(input.Body));
    const document = read(input.Body);
    return ctx.store.transaction(() => {
      const title = text(object(document["info"])["title"]) ?? "imported";
      const api = newApi({ Name: title, ProtocolType: "HTTP" }, ctx);
      return importInto(api, document, input, ctx);
    });
  },

  async ReimportApi(input, ctx) {
    await prepareDefinition(Buffer.from(input.Body));
    const document = read(input.Body);
    const before = findApi(ctx, input.ApiId);
    return ctx.store.transaction(() => {
      for (const definition of [kept.routes, kept.integrations, kept.authorizers]) {
        ctx.store.collection<never>(definition as never).clear({ prefix: [before.ApiId] });
      }
      return importInto(before, document, input, ctx);
    });
  },

  ExportApi({ ApiId, StageName, OutputType, Specification, IncludeExtensions }, ctx) {
    if (Specification !== "OAS30") throw badRequest("Specification must be OAS30");
    if (OutputType !== "JSON" && OutputType !== "YAML") throw badRequest("OutputType must be JSON or YAML");
    const snapshot = snapshotFor(ctx, ApiId, StageName);
    if (snapshot.api.ProtocolType !== "HTTP") throw badRequest("Only HTTP APIs can be exported");
    const definition = exportHttpApi(snapshot, IncludeExtensions ?? true);
    const body = OutputType === "YAML" ? stringify(definition) : JSON.stringify(definition, undefined, 2);
    return { body: Buffer.from(body) };
  },
};

function read(body: string): Document {
  const document = parseDefinition(Buffer.from(body));
  if (versionOf(document) !== 3)
    throw badRequest("Invalid OpenAPI input: HTTP APIs are imported from OpenAPI 3.0");
  return document;
}

/** What a stage serves, or without one, the API as it is. */
function snapshotFor(ctx: Context, apiId: string, stageName: string | undefined): kept.Snapshot {
  const all = <V>(definition: Parameters<typeof ctx.store.collection<V>>[0]) => [
    ...ctx.store.collection<V>(definition).values({ prefix: [apiId] }),
  ];
  if (stageName === undefined) {
    return {
      api: findApi(ctx, apiId),
      routes: all(kept.routes),
      integrations: all(kept.integrations),
      authorizers: all(kept.authorizers),
      integrationResponses: [],
    };
  }
  const { DeploymentId } = find(ctx, kept.stages, "Stage", apiId, stageName);
  const snapshot = DeploymentId && ctx.store.collection(kept.snapshots).get([apiId, DeploymentId]);
  if (!snapshot) throw notFound("Deployment", DeploymentId ?? "");
  return snapshot;
}

const METHODS = ["get", "put", "post", "delete", "options", "head", "patch"];
const ANY = "x-amazon-apigateway-any-method";
const INTEGRATION = "x-amazon-apigateway-integration";

function importInto(
  before: kept.HttpApi,
  document: Document,
  options: { FailOnWarnings?: boolean; Basepath?: string },
  ctx: Context,
): V2.Api {
  const warnings: string[] = [];
  const info = object(document["info"]);
  const api: kept.HttpApi = given({
    ...before,
    Name: text(info["title"]) ?? before.Name,
    Description: text(info["description"]) ?? before.Description,
    Version: text(info["version"]) ?? before.Version,
    CorsConfiguration: readCors(document["x-amazon-apigateway-cors"]) ?? before.CorsConfiguration,
  });
  ctx.store.collection(kept.httpApis).put([api.ApiId], api);
  const authorizers = readAuthorizers(document, api, ctx);
  const base = options.Basepath === "prepend" ? basePathOf(document) : "";
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    for (const [name, value] of Object.entries(resolved(document, item))) {
      if (!METHODS.includes(name) && name !== ANY) continue;
      const operation = object(value);
      checkRoom(ctx, api.ApiId);
      const method = name === ANY ? "ANY" : name.toUpperCase();
      const key = path === "/$default" && method === "ANY" ? "$default" : `${method} ${base}${path}`;
      const integration = readIntegration(resolved(document, operation[INTEGRATION]), api, ctx);
      if (!integration) warnings.push(`Route ${key} has no integration and cannot answer`);
      const route = newRoute(
        {
          ApiId: api.ApiId,
          RouteKey: key,
          ...(integration && { Target: `integrations/${integration.IntegrationId}` }),
          ...(operation["operationId"] !== undefined && { OperationName: String(operation["operationId"]) }),
          ...readSecurity(operation, document, authorizers),
        },
        newShortId(ctx.random),
      );
      ctx.store.collection(kept.routes).put([api.ApiId, route.RouteId], route);
    }
  }
  if (options.FailOnWarnings && warnings.length > 0)
    throw badRequest(`Warnings found during import:\n\t${warnings.join("\n\t")}`);
  autoDeploy(ctx, api.ApiId);
  return { ...api, ...(warnings.length > 0 && { Warnings: warnings }) };
}

function basePathOf(document: Document): string {
  const server = object(array(document["servers"])[0]);
  const variable = text(object(object(server["variables"])["basePath"])["default"]) ?? "";
  const path = (text(server["url"]) ?? "")
    .replace("{basePath}", variable.replace(/^\//, ""))
    .replace(/^https?:\/\/[^/]*/, "");
  return path === "/" ? "" : path.replace(/\/$/, "");
}

function readCors(extension: unknown): V2.Cors | undefined {
  if (extension === undefined) return undefined;
  const { allowOrigins, allowMethods, allowHeaders, exposeHeaders, maxAge, allowCredentials } =
    object(extension);
  const texts = (value: unknown) => (value === undefined ? undefined : array(value).map(String));
  return given({
    AllowOrigins: texts(allowOrigins),
    AllowMethods: texts(allowMethods),
    AllowHeaders: texts(allowHeaders),
    ExposeHeaders: texts(exposeHeaders),
    MaxAge: maxAge === undefined ? undefined : Number(maxAge),
    AllowCredentials: allowCredentials as boolean | undefined,
  });
}

function readIntegration(
  extension: Record<string, unknown>,
  api: kept.HttpApi,
  ctx: Context,
): kept.Integration | undefined {
  if (extension["type"] === undefined) return undefined;
  const one = (name: string) => text(extension[name]);
  const integration = newIntegration(
    given({
      ApiId: api.ApiId,
      IntegrationType: String(extension["type"]).toUpperCase(),
      IntegrationSubtype: one("integrationSubtype"),
      IntegrationUri: one("uri"),
      IntegrationMethod: one("httpMethod"),
      PayloadFormatVersion: one("payloadFormatVersion") ?? "1.0",
      ConnectionType: one("connectionType"),
      ConnectionId: one("connectionId"),
      CredentialsArn: one("credentials"),
      TimeoutInMillis:
        extension["timeoutInMillis"] === undefined ? undefined : Number(extension["timeoutInMillis"]),
      RequestParameters: extension["requestParameters"] as Record<string, string> | undefined,
      ResponseParameters: extension["responseParameters"] as V2.ResponseParameters | undefined,
    }),
    api,
    ctx,
  );
  ctx.store.collection(kept.integrations).put([api.ApiId, integration.IntegrationId], integration);
  return integration;
}

function readAuthorizers(document: Document, api: kept.HttpApi, ctx: Context): Map<string, kept.Authorizer> {
  const authorizers = new Map<string, kept.Authorizer>();
  for (const [name, scheme] of Object.entries(object(object(document["components"])["securitySchemes"]))) {
    const extension = object(scheme)["x-amazon-apigateway-authorizer"];
    if (extension === undefined) continue;
    const read = object(extension);
    const jwt = object(read["jwtConfiguration"]);
    const ttl = read["authorizerResultTtlInSeconds"];
    const isJwt = String(read["type"]).toLowerCase() === "jwt";
    const authorizer = newAuthorizer(
      given({
        ApiId: api.ApiId,
        Name: name,
        AuthorizerType: isJwt ? "JWT" : "REQUEST",
        IdentitySource: (text(read["identitySource"]) ?? "$request.header.Authorization")
          .split(",")
          .map((source) => source.trim()),
        AuthorizerUri: text(read["authorizerUri"]),
        AuthorizerCredentialsArn: text(read["authorizerCredentials"]),
        AuthorizerPayloadFormatVersion: text(read["authorizerPayloadFormatVersion"]),
        AuthorizerResultTtlInSeconds: ttl === undefined ? undefined : Number(ttl),
        EnableSimpleResponses: read["enableSimpleResponses"] as boolean | undefined,
        JwtConfiguration: isJwt
          ? { Issuer: text(jwt["issuer"]), Audience: array(jwt["audience"]).map(String) }
          : undefined,
      }),
      newShortId(ctx.random),
    );
    authorizers.set(name, authorizer);
    ctx.store.collection(kept.authorizers).put([api.ApiId, authorizer.AuthorizerId], authorizer);
  }
  return authorizers;
}

function readSecurity(
  operation: Record<string, unknown>,
  document: Document,
  authorizers: ReadonlyMap<string, kept.Authorizer>,
): Partial<V2.CreateRouteRequest> {
  if (text(object(operation["x-amazon-apigateway-auth"])["type"]) === "AWS_IAM")
    return { AuthorizationType: "AWS_IAM" };
  const requirements = array(operation["security"] ?? document["security"]).flatMap((each) =>
    Object.entries(object(each)),
  );
  for (const [name, scopes] of requirements) {
    const authorizer = authorizers.get(name);
    if (!authorizer) continue;
    const wanted = array(scopes).map(String);
    return {
      AuthorizationType: authorizer.AuthorizerType === "JWT" ? "JWT" : "CUSTOM",
      AuthorizerId: authorizer.AuthorizerId,
      ...(wanted.length > 0 && { AuthorizationScopes: wanted }),
    };
  }
  return {};
}
