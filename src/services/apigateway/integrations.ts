import { parseArn } from "../../core/arn.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as APIGateway from "../../models/generated/apigateway.ts";
import type * as kept from "./collections.ts";
import { vpcLinks } from "./collections.ts";
import { badRequest, integrationNotFound, responseNotFound } from "./errors.ts";
import { findMethod, putMethod } from "./methods.ts";
import { entries, items, member, nested, type PatchRule, patched, required } from "./patch.ts";
import { findResource } from "./resources.ts";

/** How long an integration may take, at most and by default. */
export const MOST_TIMEOUT_MS = 29_000;
const LEAST_TIMEOUT_MS = 50;

export const integrations: Handlers<APIGateway.Operations> = {
  PutIntegration(input, ctx) {
    const { resource, method } = findMethod(ctx, input);
    const { restApiId, resourceId, httpMethod: _, integrationHttpMethod, ...given } = input;
    const integration: kept.Integration = {
      ...given,
      ...(integrationHttpMethod && { httpMethod: integrationHttpMethod }),
      passthroughBehavior: input.passthroughBehavior ?? "WHEN_NO_MATCH",
      timeoutInMillis: input.timeoutInMillis ?? MOST_TIMEOUT_MS,
      cacheNamespace: input.cacheNamespace ?? resourceId,
      cacheKeyParameters: input.cacheKeyParameters ?? [],
      ...(input.type.startsWith("HTTP") && { connectionType: input.connectionType ?? "INTERNET" }),
      responseTransferMode: input.responseTransferMode ?? "BUFFERED",
    };
    checkIntegration(ctx, integration, method.httpMethod);
    putMethod(ctx, restApiId, resource, { ...method, methodIntegration: integration });
    return integration;
  },

  GetIntegration: (input, ctx) => findIntegration(ctx, input).integration,

  UpdateIntegration(input, ctx) {
    const { resource, method, integration } = findIntegration(ctx, input);
    const updated = patched(integration, input.patchOperations, patches);
    checkIntegration(ctx, updated, method.httpMethod);
    putMethod(ctx, input.restApiId, resource, { ...method, methodIntegration: updated });
    return updated;
  },

  DeleteIntegration(input, ctx) {
    const { resource, method } = findIntegration(ctx, input);
    const { methodIntegration: _, ...rest } = method;
    putMethod(ctx, input.restApiId, resource, rest);
  },

  PutIntegrationResponse(input, ctx) {
    const { resource, method, integration } = findIntegration(ctx, input);
    const { restApiId, resourceId: _r, httpMethod: _m, responseTemplates, ...given } = input;
    const response = {
      ...given,
      ...(responseTemplates && { responseTemplates: templatesOf(responseTemplates) }),
    };
    checkResponse(response, method.methodResponses?.[input.statusCode]);
    putMethod(ctx, restApiId, resource, withResponse(method, integration, input.statusCode, response));
    return response;
  },

  GetIntegrationResponse(input, ctx) {
    return findResponse(findIntegration(ctx, input).integration, input.statusCode);
  },

  UpdateIntegrationResponse(input, ctx) {
    const { resource, method, integration } = findIntegration(ctx, input);
    const before = findResponse(integration, input.statusCode);
    const response = patched(before, input.patchOperations, responsePatches);
    checkResponse(response, method.methodResponses?.[input.statusCode]);
    putMethod(ctx, input.restApiId, resource, withResponse(method, integration, input.statusCode, response));
    return response;
  },

  DeleteIntegrationResponse(input, ctx) {
    const { resource, method, integration } = findDeleting(ctx, input);
    findResponse(integration, input.statusCode);
    const { [input.statusCode]: _, ...integrationResponses } = integration.integrationResponses ?? {};
    const methodIntegration = { ...integration, integrationResponses };
    putMethod(ctx, input.restApiId, resource, { ...method, methodIntegration });
  },
};

function findIntegration(ctx: Context, place: { restApiId: string; resourceId: string; httpMethod: string }) {
  const { resource, method } = findMethod(ctx, place);
  const integration = method.methodIntegration as kept.Integration | undefined;
  if (!integration) throw integrationNotFound();
  return { resource, method, integration };
}

/** As recorded: to delete below a method that is not there is to name no integration. */
function findDeleting(ctx: Context, place: Parameters<typeof findIntegration>[1]) {
  const { methods } = findResource(ctx, place.restApiId, place.resourceId);
  if (!Object.hasOwn(methods, place.httpMethod)) throw integrationNotFound();
  return findIntegration(ctx, place);
}

function findResponse(integration: kept.Integration, statusCode: string): APIGateway.IntegrationResponse {
  const response = integration.integrationResponses?.[statusCode];
  if (!response) throw responseNotFound();
  return response;
}

const withResponse = (
  method: kept.Method,
  integration: kept.Integration,
  statusCode: string,
  response: APIGateway.IntegrationResponse,
): kept.Method => ({
  ...method,
  methodIntegration: {
    ...integration,
    integrationResponses: { ...integration.integrationResponses, [statusCode]: response },
  },
});

/** @throws BadRequestException for what no integration can be; imports are checked by it, too */
export function checkIntegration(ctx: Context, integration: kept.Integration, httpMethod: string): void {
  const { type, uri = "" } = integration;
  checkPassthrough(integration.passthroughBehavior);
  checkTimeout(integration.timeoutInMillis);
  if (type === "MOCK") return;
  if (!integration.httpMethod) throw badRequest("Enumeration value for HttpMethod must be non-empty");
  if (type === "AWS" || type === "AWS_PROXY") checkAwsUri(ctx, integration, httpMethod);
  else if (integration.connectionType === "VPC_LINK") checkVpcLink(ctx, integration.connectionId);
  else if (!/^https?:\/\/[^/]+/.test(uri) && !uri.includes("${stageVariables.")) {
    throw badRequest("Invalid HTTP endpoint specified for URI");
  }
  for (const [to, from] of Object.entries(integration.requestParameters ?? {}))
    checkRequestParameter(to, from);
}

function checkAwsUri(ctx: Context, integration: kept.Integration, httpMethod: string): void {
  const { type, uri = "" } = integration;
  const arn = parseArn(uri);
  if (!arn) throw badRequest("Invalid ARN specified in the request");
  // Before it is said whose ARN it is: a function's own, which is what people give, lacks these.
  if (!/^(path\/|action\/)/.test(arn.resource))
    throw badRequest("AWS ARN for integration must contain path or action");
  if (arn.service !== "apigateway") throw badRequest("Invalid ARN specified in the request");
  if (type !== "AWS_PROXY") return;
  const isLambda = arn.account === "lambda" && arn.resource.includes("/functions/");
  const isFirehose = arn.account === "firehose" && arn.resource.startsWith("action/PutRecord");
  if (!isLambda && !isFirehose) {
    throw badRequest(
      "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations.",
    );
  }
  // AWS takes it, and then answers every request with 500: Lambda is invoked with POST only.
  if (integration.httpMethod !== "POST") {
    ctx.log.warn(
      `The integration of ${httpMethod} invokes Lambda with ${integration.httpMethod}; on AWS only POST works. Squall invokes it all the same (not with --strict).`,
    );
  }
}

function checkVpcLink(ctx: Context, id: string | undefined): void {
  if (!id) throw badRequest("VPC Link is required for a VPC_LINK connection type");
  if (!id.startsWith("${") && !ctx.store.collection(vpcLinks).has([id]))
    throw badRequest("Invalid Vpc Link identifier specified");
}

function checkPassthrough(behavior: string | undefined): void {
  if (behavior && !["WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER"].includes(behavior)) {
    throw badRequest(
      "Invalid passthrough behavior specified: must be one of WHEN_NO_MATCH, WHEN_NO_TEMPLATES, NEVER",
    );
  }
}

function checkTimeout(timeoutMs: number | undefined): void {
  if (timeoutMs !== undefined && (timeoutMs < LEAST_TIMEOUT_MS || timeoutMs > 300_000)) {
    throw badRequest(`Timeout should be between ${LEAST_TIMEOUT_MS} ms and ${MOST_TIMEOUT_MS} ms`);
  }
}

const badExpression = (what: string, expression: string) =>
  badRequest(
    `Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression ${what} specified: ${expression}]`,
  );

function checkRequestParameter(to: string, from: string): void {
  if (
    !/^integration\.request\.(querystring|path|header|multivaluequerystring|multivalueheader)\.\S+$/.test(to)
  ) {
    throw badExpression("parameter", to);
  }
  if (!/^('.*'|method\.request\.\S+|stageVariables\.\S+|context\.\S+)$/s.test(from)) {
    throw badRequest(
      `Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression specified: ${from}]`,
    );
  }
}

/** An empty template, which lets the body pass, is null in answers, as recorded. */
const templatesOf = (templates: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(templates).map(([type, template]) => [type, template || (null as unknown as string)]),
  );

function checkTemplates(templates: Readonly<Record<string, string>> | undefined): void {
  for (const type of Object.keys(templates ?? {})) {
    if (!type.includes("/")) {
      throw badRequest(
        `Validation Result: warnings : [], errors : [Invalid content type specified: ${type}]`,
      );
    }
  }
}

/** @param of the method's own response, whose headers these are */
function checkResponse(
  response: APIGateway.IntegrationResponse,
  of: APIGateway.MethodResponse | undefined,
): void {
  checkTemplates(response.responseTemplates);
  for (const [to, from] of Object.entries(response.responseParameters ?? {})) {
    if (!/^method\.response\.header\.\S+$/.test(to)) throw badExpression("parameter", to);
    if (!/^('.*'|integration\.response\.\S+|stageVariables\.\S+|context\.\S+)$/s.test(from)) {
      throw badExpression("parameter", from);
    }
    if (!of?.responseParameters || !(to in of.responseParameters)) throw badExpression("parameter", to);
  }
  if (response.selectionPattern) {
    try {
      new RegExp(response.selectionPattern);
    } catch {
      throw badRequest("Invalid selection pattern specified");
    }
  }
}

const patches: PatchRule<kept.Integration>[] = [
  member("httpMethod"),
  member("uri"),
  required("type"),
  member("credentials"),
  member("passthroughBehavior"),
  member("contentHandling", "text", ["add", "replace", "remove"]),
  member("connectionType"),
  member("connectionId"),
  member("timeoutInMillis", "integer"),
  member("cacheNamespace"),
  member("responseTransferMode"),
  member("integrationTarget", "text", ["add", "replace", "remove"]),
  nested("/tlsConfig/insecureSkipVerification", "boolean"),
  items("/cacheKeyParameters"),
  entries("/requestParameters"),
  entries("/requestTemplates"),
];

const responsePatches: PatchRule<APIGateway.IntegrationResponse>[] = [
  member("selectionPattern", "text", ["add", "replace", "remove"]),
  member("contentHandling", "text", ["add", "replace", "remove"]),
  entries("/responseParameters"),
  entries("/responseTemplates"),
];
