import type { IntegrationResponse } from "../../../models/generated/apigateway.ts";
import type { Integration } from "../collections.ts";
import { MOST_TIMEOUT_MS } from "../integrations.ts";
import { array, object, text } from "./document.ts";

/**
 * `x-amazon-apigateway-integration` ⇄ an integration.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-integration.html
 */
export function readIntegration(extension: Record<string, unknown>, resourceId: string): Integration {
  const type = String(extension["type"] ?? "http").toUpperCase();
  const connectionType = text(extension["connectionType"]);
  return {
    type,
    ...texts(extension, [
      "httpMethod",
      "uri",
      "credentials",
      "connectionId",
      "responseTransferMode",
      "integrationTarget",
    ]),
    ...((connectionType || type.startsWith("HTTP")) && { connectionType: connectionType ?? "INTERNET" }),
    ...maps(extension, ["requestParameters", "requestTemplates"]),
    passthroughBehavior: String(extension["passthroughBehavior"] ?? "when_no_match").toUpperCase(),
    ...(extension["contentHandling"] !== undefined && {
      contentHandling: String(extension["contentHandling"]).toUpperCase(),
    }),
    timeoutInMillis: Number(extension["timeoutInMillis"] ?? MOST_TIMEOUT_MS),
    cacheNamespace: text(extension["cacheNamespace"]) ?? resourceId,
    cacheKeyParameters: array(extension["cacheKeyParameters"]).map(String),
    ...(extension["tlsConfig"] !== undefined && {
      tlsConfig: {
        insecureSkipVerification: object(extension["tlsConfig"])["insecureSkipVerification"] === true,
      },
    }),
    ...(extension["responses"] !== undefined && {
      integrationResponses: readResponses(object(extension["responses"])),
    }),
  };
}

function readResponses(responses: Record<string, unknown>): Record<string, IntegrationResponse> {
  const read = Object.entries(responses).map(([pattern, given]): [string, IntegrationResponse] => {
    const response = object(given);
    const statusCode = String(response["statusCode"] ?? "200");
    return [
      statusCode,
      {
        statusCode,
        ...(pattern !== "default" && { selectionPattern: pattern }),
        ...maps(response, ["responseParameters", "responseTemplates"]),
        ...(response["contentHandling"] !== undefined && {
          contentHandling: String(response["contentHandling"]).toUpperCase(),
        }),
      },
    ];
  });
  return Object.fromEntries(read);
}

/** The extension that `readIntegration` reads back to the same integration. */
export function writeIntegration(integration: Integration, resourceId: string): Record<string, unknown> {
  const { integrationResponses, cacheNamespace, cacheKeyParameters, timeoutInMillis, connectionType } =
    integration;
  const responses = Object.values(integrationResponses ?? {}).map((response) => [
    response.selectionPattern || "default",
    {
      statusCode: response.statusCode,
      ...filled(response.responseParameters, "responseParameters"),
      ...filled(response.responseTemplates, "responseTemplates"),
      ...(response.contentHandling && { contentHandling: response.contentHandling }),
    },
  ]);
  return {
    type: integration.type.toLowerCase(),
    ...(integration.httpMethod && { httpMethod: integration.httpMethod }),
    ...(integration.uri && { uri: integration.uri }),
    ...(integration.credentials && { credentials: integration.credentials }),
    ...(connectionType && connectionType !== "INTERNET" && { connectionType }),
    ...(integration.connectionId && { connectionId: integration.connectionId }),
    ...(responses.length > 0 && { responses: Object.fromEntries(responses) }),
    ...filled(integration.requestParameters, "requestParameters"),
    ...filled(integration.requestTemplates, "requestTemplates"),
    ...(integration.passthroughBehavior && {
      passthroughBehavior: integration.passthroughBehavior.toLowerCase(),
    }),
    ...(integration.contentHandling && { contentHandling: integration.contentHandling }),
    ...(timeoutInMillis !== undefined && timeoutInMillis !== MOST_TIMEOUT_MS && { timeoutInMillis }),
    ...(cacheNamespace && cacheNamespace !== resourceId && { cacheNamespace }),
    ...(cacheKeyParameters?.length && { cacheKeyParameters }),
    ...(integration.tlsConfig && { tlsConfig: integration.tlsConfig }),
    ...(integration.responseTransferMode === "STREAM" && { responseTransferMode: "STREAM" }),
    ...(integration.integrationTarget && { integrationTarget: integration.integrationTarget }),
  };
}

const filled = (map: Record<string, string> | undefined, name: string) =>
  map && Object.keys(map).length > 0 ? { [name]: map } : {};

const texts = (from: Record<string, unknown>, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    names.flatMap((name) =>
      from[name] === undefined || from[name] === null ? [] : [[name, String(from[name])]],
    ),
  );

/** Maps of texts; a template may be null for none. */
const maps = (
  from: Record<string, unknown>,
  names: readonly string[],
): Record<string, Record<string, string>> =>
  Object.fromEntries(
    names.flatMap((name) => {
      if (from[name] === undefined) return [];
      const pairs = Object.entries(object(from[name])).map(([key, value]) => [
        key,
        value === null ? "" : String(value),
      ]);
      return [[name, Object.fromEntries(pairs) as Record<string, string>]];
    }),
  );
