import { uncapitalized } from "../../../core/text.ts";
import type { Authorizer, Integration, Route, Snapshot } from "./collections.ts";

/** An HTTP API as an OpenAPI 3 definition. */
export function exportHttpApi(snapshot: Snapshot, withExtensions: boolean): Record<string, unknown> {
  const { api, routes, authorizers } = snapshot;
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of [...routes].sort((a, b) => (a.RouteKey < b.RouteKey ? -1 : 1))) {
    const [method, path] =
      route.RouteKey === "$default" ? ["ANY", "/$default"] : (route.RouteKey.split(" ") as [string, string]);
    paths[path] ??= {};
    paths[path][method === "ANY" ? "x-amazon-apigateway-any-method" : method.toLowerCase()] = operation(
      route,
      path,
      snapshot,
      withExtensions,
    );
  }
  const schemes = Object.fromEntries(
    authorizers.map((authorizer) => [authorizer.Name, scheme(authorizer, withExtensions)]),
  );
  const { CorsConfiguration: cors } = api;
  return {
    openapi: "3.0.1",
    info: {
      title: api.Name,
      ...(api.Description !== undefined && { description: api.Description }),
      version: api.Version ?? api.CreatedDate?.toISOString() ?? "",
    },
    paths,
    ...(authorizers.length > 0 && { components: { securitySchemes: schemes } }),
    ...(withExtensions && cors && { "x-amazon-apigateway-cors": lowerFirst(cors) }),
    ...(withExtensions && { "x-amazon-apigateway-importexport-version": "1.0" }),
  };
}

function operation(
  route: Route,
  path: string,
  { integrations, authorizers }: Snapshot,
  withExtensions: boolean,
): Record<string, unknown> {
  const variables = [...path.matchAll(/\{([^{}]+?)\+?\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
  const integration = integrations.find(
    ({ IntegrationId }) => route.Target === `integrations/${IntegrationId}`,
  );
  const authorizer = authorizers.find(({ AuthorizerId }) => AuthorizerId === route.AuthorizerId);
  return {
    ...(route.OperationName !== undefined && { operationId: route.OperationName }),
    ...(variables.length > 0 && { parameters: variables }),
    responses: { default: { description: `Default response for ${route.RouteKey}` } },
    ...(authorizer && { security: [{ [authorizer.Name]: route.AuthorizationScopes ?? [] }] }),
    ...(withExtensions &&
      route.AuthorizationType === "AWS_IAM" && { "x-amazon-apigateway-auth": { type: "AWS_IAM" } }),
    ...(withExtensions && integration && { "x-amazon-apigateway-integration": extension(integration) }),
  };
}

function extension(integration: Integration): Record<string, unknown> {
  const {
    IntegrationSubtype,
    IntegrationUri,
    IntegrationMethod,
    ConnectionType,
    ConnectionId,
    CredentialsArn,
    TimeoutInMillis,
  } = integration;
  return {
    ...(IntegrationSubtype && { integrationSubtype: IntegrationSubtype }),
    payloadFormatVersion: integration.PayloadFormatVersion,
    type: integration.IntegrationType.toLowerCase(),
    ...(IntegrationMethod && { httpMethod: IntegrationMethod }),
    ...(IntegrationUri && { uri: IntegrationUri }),
    connectionType: ConnectionType ?? "INTERNET",
    ...(ConnectionId && { connectionId: ConnectionId }),
    ...(CredentialsArn && { credentials: CredentialsArn }),
    ...(TimeoutInMillis !== undefined && TimeoutInMillis !== 30_000 && { timeoutInMillis: TimeoutInMillis }),
    ...(integration.RequestParameters && { requestParameters: integration.RequestParameters }),
    ...(integration.ResponseParameters && { responseParameters: integration.ResponseParameters }),
  };
}

function scheme(authorizer: Authorizer, withExtensions: boolean): Record<string, unknown> {
  const { AuthorizerType, AuthorizerUri, AuthorizerCredentialsArn, JwtConfiguration } = authorizer;
  const isJwt = AuthorizerType === "JWT";
  return {
    ...(isJwt ? { type: "oauth2", flows: {} } : { type: "apiKey", name: "Authorization", in: "header" }),
    ...(withExtensions && {
      "x-amazon-apigateway-authorizer": {
        type: isJwt ? "jwt" : "request",
        identitySource: (authorizer.IdentitySource ?? []).join(","),
        ...(JwtConfiguration && { jwtConfiguration: lowerFirst(JwtConfiguration) }),
        ...(AuthorizerUri && { authorizerUri: AuthorizerUri }),
        ...(AuthorizerCredentialsArn && { authorizerCredentials: AuthorizerCredentialsArn }),
        ...(authorizer.AuthorizerPayloadFormatVersion && {
          authorizerPayloadFormatVersion: authorizer.AuthorizerPayloadFormatVersion,
        }),
        ...(authorizer.AuthorizerResultTtlInSeconds !== undefined && {
          authorizerResultTtlInSeconds: authorizer.AuthorizerResultTtlInSeconds,
        }),
        ...(authorizer.EnableSimpleResponses !== undefined && {
          enableSimpleResponses: authorizer.EnableSimpleResponses,
        }),
      },
    }),
  };
}

/** Members with a small first letter: the extensions' spelling. */
const lowerFirst = (members: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(members).map(([name, value]) => [uncapitalized(name), value]));
