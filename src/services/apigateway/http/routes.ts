import type { Context, Handlers } from "../../../core/service.ts";
import type * as V2 from "../../../models/generated/apigatewayv2.ts";
import { newShortId } from "../identifiers.ts";
import * as kept from "./collections.ts";
import { autoDeploy } from "./deployments.ts";
import { badRequest, conflict, notFound, tooManyRoutes } from "./errors.ts";
import { changed, find, findApi, given, list, page } from "./records.ts";

export const routes: Handlers<V2.Operations> = {
  CreateRoute(input, ctx) {
    findApi(ctx, input.ApiId);
    const route = newRoute(input, newShortId(ctx.random));
    checkRoom(ctx, input.ApiId);
    check(ctx, input.ApiId, route);
    put(ctx, input.ApiId, route);
    return route;
  },

  GetRoute: ({ ApiId, RouteId }, ctx) => find(ctx, kept.routes, "Route", ApiId, RouteId),

  GetRoutes(input, ctx) {
    findApi(ctx, input.ApiId);
    return page(list(ctx, kept.routes, input.ApiId), input, ({ RouteId }) => RouteId);
  },

  UpdateRoute({ ApiId, RouteId, ...changes }, ctx) {
    const route = changed(find(ctx, kept.routes, "Route", ApiId, RouteId), changes);
    check(ctx, ApiId, route);
    put(ctx, ApiId, route);
    return route;
  },

  DeleteRoute({ ApiId, RouteId }, ctx) {
    find(ctx, kept.routes, "Route", ApiId, RouteId);
    ctx.store.transaction(() => {
      ctx.store.collection(kept.routes).delete([ApiId, RouteId]);
      ctx.store.collection(kept.routeResponses).clear({ prefix: [ApiId, RouteId] });
      autoDeploy(ctx, ApiId);
    });
  },

  DeleteRouteRequestParameter({ ApiId, RouteId, RequestParameterKey }, ctx) {
    const route = find(ctx, kept.routes, "Route", ApiId, RouteId);
    const { [RequestParameterKey]: gone, ...RequestParameters } = route.RequestParameters ?? {};
    if (!gone) throw notFound("RequestParameter", RequestParameterKey);
    put(ctx, ApiId, { ...route, RequestParameters });
  },

  CreateRouteResponse({ ApiId, RouteId, ...input }, ctx) {
    find(ctx, kept.routes, "Route", ApiId, RouteId);
    const response = { ...given(input), RouteResponseId: newShortId(ctx.random) };
    ctx.store.collection(kept.routeResponses).put([ApiId, RouteId, response.RouteResponseId], response);
    return response;
  },

  GetRouteResponse: ({ ApiId, RouteId, RouteResponseId }, ctx) =>
    find(ctx, kept.routeResponses, "RouteResponse", ApiId, RouteId, RouteResponseId),

  GetRouteResponses(input, ctx) {
    find(ctx, kept.routes, "Route", input.ApiId, input.RouteId);
    return page(
      list(ctx, kept.routeResponses, input.ApiId, input.RouteId),
      input,
      ({ RouteResponseId }) => RouteResponseId,
    );
  },

  UpdateRouteResponse({ ApiId, RouteId, RouteResponseId, ...changes }, ctx) {
    const before = find(ctx, kept.routeResponses, "RouteResponse", ApiId, RouteId, RouteResponseId);
    const response = changed(before, changes);
    ctx.store.collection(kept.routeResponses).put([ApiId, RouteId, RouteResponseId], response);
    return response;
  },

  DeleteRouteResponse({ ApiId, RouteId, RouteResponseId }, ctx) {
    find(ctx, kept.routeResponses, "RouteResponse", ApiId, RouteId, RouteResponseId);
    ctx.store.collection(kept.routeResponses).delete([ApiId, RouteId, RouteResponseId]);
  },
};

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const MOST_ROUTES = 300;

/** @throws TooManyRequestsException when an API has as many routes as it may */
export function checkRoom({ store }: Context, apiId: string): void {
  if (store.collection(kept.routes).count({ prefix: [apiId] }) >= MOST_ROUTES) throw tooManyRoutes();
}

/** A route, complete; nothing is written. */
export function newRoute({ ApiId: _, ...input }: V2.CreateRouteRequest, RouteId: string): kept.Route {
  return given({
    ...input,
    RouteId,
    AuthorizationType: input.AuthorizationType ?? "NONE",
    ApiKeyRequired: input.ApiKeyRequired ?? false,
  });
}

function put(ctx: Context, apiId: string, route: kept.Route): void {
  ctx.store.transaction(() => {
    ctx.store.collection(kept.routes).put([apiId, route.RouteId], route);
    autoDeploy(ctx, apiId);
  });
}

function check(ctx: Context, apiId: string, route: kept.Route): void {
  const { RouteKey, RouteId, Target, AuthorizationType, AuthorizerId } = route;
  const isHttp = findApi(ctx, apiId).ProtocolType === "HTTP";
  if (
    isHttp &&
    RouteKey !== "$default" &&
    !/^(ANY|GET|PUT|POST|DELETE|PATCH|OPTIONS|HEAD) \/\S*$/.test(RouteKey)
  ) {
    throw badRequest(
      'The provided route key is not formatted properly for HTTP protocol. Format should be "<HTTP METHOD> /<RESOURCE PATH>" or "$default"',
    );
  }
  if (
    list(ctx, kept.routes, apiId).some((other) => other.RouteKey === RouteKey && other.RouteId !== RouteId)
  ) {
    throw conflict(`Route with key ${RouteKey} already exists for this API`);
  }
  const integration = /^integrations\/(.+)$/.exec(Target ?? "")?.[1];
  if (Target !== undefined && !integration) throw badRequest(`Invalid target specified: ${Target}`);
  if (integration && !ctx.store.collection(kept.integrations).has([apiId, integration])) {
    throw notFound("Integration", integration);
  }
  if (AuthorizationType === "JWT" || AuthorizationType === "CUSTOM") {
    if (!AuthorizerId || !ctx.store.collection(kept.authorizers).has([apiId, AuthorizerId])) {
      throw badRequest(
        "Authorizer ID is required for CUSTOM and JWT authorization types and must be one of the API's",
      );
    }
  }
}
