import type { Context, Handlers } from "../../../core/service.ts";
import type * as V2 from "../../../models/generated/apigatewayv2.ts";
import { basePathMappings } from "../collections.ts";
import { CUSTOM_ID_TAG, newId, newShortId } from "../identifiers.ts";
import * as kept from "./collections.ts";
import { autoDeploy } from "./deployments.ts";
import { badRequest, conflict } from "./errors.ts";
import { newIntegration } from "./integrations.ts";
import { changed, findApi, given, list, page } from "./records.ts";
import { newRoute } from "./routes.ts";
import { newStage } from "./stages.ts";

export const apis: Handlers<V2.Operations> = {
  CreateApi(input, ctx) {
    const { CredentialsArn, RouteKey, Target, ...rest } = input;
    const api = newApi(rest, ctx);
    ctx.store.transaction(() => {
      ctx.store.collection(kept.httpApis).put([api.ApiId], api);
      if (Target) quickCreate(ctx, api, Target, RouteKey, CredentialsArn);
    });
    return api;
  },

  GetApi: ({ ApiId }, ctx) => findApi(ctx, ApiId),

  GetApis: (input, ctx) => page(ctx.store.collection(kept.httpApis).values(), input, ({ ApiId }) => ApiId),

  UpdateApi({ ApiId, CredentialsArn: _c, RouteKey: _r, Target: _t, ...changes }, ctx) {
    const api = changed(findApi(ctx, ApiId), changes);
    checkCors(api.CorsConfiguration);
    ctx.store.transaction(() => {
      ctx.store.collection(kept.httpApis).put([ApiId], api);
      autoDeploy(ctx, ApiId);
    });
    return api;
  },

  DeleteApi({ ApiId }, ctx) {
    findApi(ctx, ApiId);
    for (const mapping of ctx.store.collection(basePathMappings).values()) {
      if (mapping.restApiId === ApiId)
        throw badRequest("Please remove all API mappings related to the API before deleting the API.");
    }
    ctx.store.transaction(() => {
      ctx.store.collection(kept.httpApis).delete([ApiId]);
      for (const definition of kept.belowApi) ctx.store.collection(definition).clear({ prefix: [ApiId] });
    });
  },

  DeleteCorsConfiguration({ ApiId }, ctx) {
    const { CorsConfiguration: _, ...api } = findApi(ctx, ApiId);
    ctx.store.transaction(() => {
      ctx.store.collection(kept.httpApis).put([ApiId], api);
      autoDeploy(ctx, ApiId);
    });
  },
};

/** A new API's record; nothing is written. @throws BadRequestException, ConflictException */
export function newApi(
  input: Omit<V2.CreateApiRequest, "CredentialsArn" | "RouteKey" | "Target">,
  ctx: Context,
): kept.HttpApi {
  const id = input.Tags?.[CUSTOM_ID_TAG] ?? newId(ctx.random);
  if (ctx.store.collection(kept.httpApis).has([id])) throw conflict(`API with the id ${id} already exists`);
  const isWebSocket = input.ProtocolType === "WEBSOCKET";
  if (isWebSocket && !input.RouteSelectionExpression) {
    throw badRequest("RouteSelectionExpression is required for WEBSOCKET protocol type");
  }
  if (isWebSocket && input.CorsConfiguration)
    throw badRequest("Cors configuration is not supported for WEBSOCKET protocol type");
  checkCors(input.CorsConfiguration);
  const { host } = new URL(ctx.host.endpoint.url());
  return given({
    ...input,
    ApiId: id,
    ApiEndpoint: `${isWebSocket ? "ws" : "http"}://${id}.execute-api.${host}`,
    ApiKeySelectionExpression: input.ApiKeySelectionExpression ?? "$request.header.x-api-key",
    RouteSelectionExpression: input.RouteSelectionExpression ?? "$request.method $request.path",
    CreatedDate: new Date(ctx.clock.now()),
    DisableExecuteApiEndpoint: input.DisableExecuteApiEndpoint ?? false,
    IpAddressType: input.IpAddressType ?? "ipv4",
  });
}

/** An API of one catch-all (or given) route, served at once on `$default`. */
function quickCreate(
  ctx: Context,
  api: kept.HttpApi,
  target: string,
  routeKey = "$default",
  credentials?: string,
): void {
  const isUrl = /^https?:\/\//.test(target);
  const integration = newIntegration(
    {
      ApiId: api.ApiId,
      IntegrationType: isUrl ? "HTTP_PROXY" : "AWS_PROXY",
      IntegrationUri: target,
      IntegrationMethod: isUrl ? "ANY" : "POST",
      PayloadFormatVersion: isUrl ? "1.0" : "2.0",
      ...(credentials && { CredentialsArn: credentials }),
    },
    api,
    ctx,
  );
  const managed = { ApiGatewayManaged: true };
  ctx.store
    .collection(kept.integrations)
    .put([api.ApiId, integration.IntegrationId], { ...integration, ...managed });
  const route = newRoute(
    { ApiId: api.ApiId, RouteKey: routeKey, Target: `integrations/${integration.IntegrationId}` },
    newShortId(ctx.random),
  );
  ctx.store.collection(kept.routes).put([api.ApiId, route.RouteId], { ...route, ...managed });
  const stage = newStage({ ApiId: api.ApiId, StageName: "$default", AutoDeploy: true }, ctx);
  ctx.store.collection(kept.stages).put([api.ApiId, "$default"], { ...stage, ...managed });
  autoDeploy(ctx, api.ApiId);
}

function checkCors(cors: V2.Cors | undefined): void {
  if (cors?.AllowCredentials && cors.AllowOrigins?.includes("*")) {
    throw badRequest(
      "Cors: Access-Control-Allow-Credentials can not be true when allow origin is set to '*'",
    );
  }
}

export const routesOf = (ctx: Context, apiId: string): kept.Route[] => list(ctx, kept.routes, apiId);
