import type { Context, Handlers } from "../../../core/service.ts";
import type * as V2 from "../../../models/generated/apigatewayv2.ts";
import { newShortId } from "../identifiers.ts";
import * as kept from "./collections.ts";
import { autoDeploy } from "./deployments.ts";
import { badRequest, conflict } from "./errors.ts";
import { SUBTYPES } from "./plane/subtypes.ts";
import { changed, find, findApi, given, list, page } from "./records.ts";

/** The longest that an integration may take: 30 s for HTTP APIs, 29 s for WebSocket APIs. */
const mostTimeoutMs = (api: kept.HttpApi): number => (api.ProtocolType === "HTTP" ? 30_000 : 29_000);

export const integrations: Handlers<V2.Operations> = {
  CreateIntegration(input, ctx) {
    const integration = newIntegration(input, findApi(ctx, input.ApiId), ctx);
    put(ctx, input.ApiId, integration);
    return integration;
  },

  GetIntegration: ({ ApiId, IntegrationId }, ctx) =>
    find(ctx, kept.integrations, "Integration", ApiId, IntegrationId),

  GetIntegrations(input, ctx) {
    findApi(ctx, input.ApiId);
    return page(list(ctx, kept.integrations, input.ApiId), input, ({ IntegrationId }) => IntegrationId);
  },

  UpdateIntegration({ ApiId, IntegrationId, ...changes }, ctx) {
    const integration = changed(find(ctx, kept.integrations, "Integration", ApiId, IntegrationId), changes);
    check(integration, findApi(ctx, ApiId));
    put(ctx, ApiId, integration);
    return integration;
  },

  DeleteIntegration({ ApiId, IntegrationId }, ctx) {
    find(ctx, kept.integrations, "Integration", ApiId, IntegrationId);
    const used = list(ctx, kept.routes, ApiId).find(
      (route) => route.Target === `integrations/${IntegrationId}`,
    );
    if (used) throw conflict(`Cannot delete Integration '${IntegrationId}' as it is referenced by a route`);
    ctx.store.transaction(() => {
      ctx.store.collection(kept.integrations).delete([ApiId, IntegrationId]);
      ctx.store.collection(kept.integrationResponses).clear({ prefix: [ApiId, IntegrationId] });
      autoDeploy(ctx, ApiId);
    });
  },

  CreateIntegrationResponse({ ApiId, ...input }, ctx) {
    find(ctx, kept.integrations, "Integration", ApiId, input.IntegrationId);
    const response = { ...given(input), IntegrationResponseId: newShortId(ctx.random) };
    putResponse(ctx, ApiId, response);
    return response;
  },

  GetIntegrationResponse: ({ ApiId, IntegrationId, IntegrationResponseId }, ctx) =>
    find(ctx, kept.integrationResponses, "IntegrationResponse", ApiId, IntegrationId, IntegrationResponseId),

  GetIntegrationResponses(input, ctx) {
    find(ctx, kept.integrations, "Integration", input.ApiId, input.IntegrationId);
    return page(
      list(ctx, kept.integrationResponses, input.ApiId, input.IntegrationId),
      input,
      ({ IntegrationResponseId }) => IntegrationResponseId,
    );
  },

  UpdateIntegrationResponse({ ApiId, IntegrationId, IntegrationResponseId: id, ...changes }, ctx) {
    const before = find(ctx, kept.integrationResponses, "IntegrationResponse", ApiId, IntegrationId, id);
    const response = changed(before, changes);
    putResponse(ctx, ApiId, response);
    return response;
  },

  DeleteIntegrationResponse({ ApiId, IntegrationId, IntegrationResponseId: id }, ctx) {
    find(ctx, kept.integrationResponses, "IntegrationResponse", ApiId, IntegrationId, id);
    ctx.store.transaction(() => {
      ctx.store.collection(kept.integrationResponses).delete([ApiId, IntegrationId, id]);
      autoDeploy(ctx, ApiId);
    });
  },
};

function put(ctx: Context, apiId: string, integration: kept.Integration): void {
  ctx.store.transaction(() => {
    ctx.store.collection(kept.integrations).put([apiId, integration.IntegrationId], integration);
    autoDeploy(ctx, apiId);
  });
}

function putResponse(
  ctx: Context,
  apiId: string,
  response: kept.IntegrationResponse & { IntegrationId: string },
): void {
  ctx.store.transaction(() => {
    const key = [apiId, response.IntegrationId, response.IntegrationResponseId];
    ctx.store.collection(kept.integrationResponses).put(key, response);
    autoDeploy(ctx, apiId);
  });
}

/** An integration, complete; nothing is written. @throws BadRequestException */
export function newIntegration(
  { ApiId: _, ...input }: V2.CreateIntegrationRequest,
  api: kept.HttpApi,
  ctx: Context,
): kept.Integration {
  const isHttp = api.ProtocolType === "HTTP";
  const integration: kept.Integration = given({
    ...input,
    IntegrationId: newShortId(ctx.random),
    ConnectionType: input.ConnectionType ?? "INTERNET",
    TimeoutInMillis: input.TimeoutInMillis ?? mostTimeoutMs(api),
    ...(isHttp && { PayloadFormatVersion: input.PayloadFormatVersion ?? "1.0" }),
    ...(!isHttp && {
      PassthroughBehavior: input.PassthroughBehavior ?? "WHEN_NO_MATCH",
      IntegrationResponseSelectionExpression: "${integration.response.statuscode}",
    }),
    ...(input.IntegrationType === "AWS_PROXY" &&
      !input.IntegrationSubtype && { IntegrationMethod: input.IntegrationMethod ?? "POST" }),
  });
  check(integration, api);
  return integration;
}

function check(integration: kept.Integration, api: kept.HttpApi): void {
  const { IntegrationType, IntegrationSubtype, IntegrationUri, PayloadFormatVersion, TimeoutInMillis } =
    integration;
  const most = mostTimeoutMs(api);
  if (TimeoutInMillis !== undefined && (TimeoutInMillis < 50 || TimeoutInMillis > most)) {
    throw badRequest(`Timeout should be between 50 ms and ${most} ms`);
  }
  if (api.ProtocolType !== "HTTP") return;
  if (IntegrationType !== "AWS_PROXY" && IntegrationType !== "HTTP_PROXY") {
    throw badRequest("HTTP API only supports AWS_PROXY and HTTP_PROXY integrations");
  }
  if (!["1.0", "2.0"].includes(PayloadFormatVersion ?? ""))
    throw badRequest("PayloadFormatVersion must be 1.0 or 2.0");
  if (IntegrationSubtype) {
    if (!Object.hasOwn(SUBTYPES, IntegrationSubtype))
      throw badRequest(`Unsupported integration subtype: ${IntegrationSubtype}`);
    return;
  }
  if (!IntegrationUri) throw badRequest("Integration URI must be specified");
  if (IntegrationType === "HTTP_PROXY" && !integration.IntegrationMethod)
    throw badRequest("IntegrationMethod must be specified for HTTP_PROXY");
}
