import type { Context } from "../../../core/service.ts";
import { integrationResponses, routeResponses, stages } from "../http/collections.ts";
import { compiledHttpApi } from "../http/plane/compiled.ts";
import { GatewayError } from "../plane/gateway-error.ts";
import { authorizeConnection } from "./authorize.ts";
import { contextOf, type Happening } from "./event.ts";
import { integrate, type Reaction } from "./integrate.ts";
import { routeKeyOf } from "./routing.ts";

/** What becomes of a happening: the status that `$connect` gets, the message that goes back to the client. */
export interface Result extends Reaction {
  readonly authorizer?: Record<string, unknown>;
}

/** The calls that a WebSocket API's data plane consists of. They are made by the data plane itself, so faults strike them. */
export const webSocketOperations = {
  Connect: (input: Happening, ctx: Context) => happen(input, ctx),
  Message: (input: Happening, ctx: Context) => happen(input, ctx),
  Disconnect: (input: Happening, ctx: Context) => happen(input, ctx),
};

const KEYS = { CONNECT: "$connect", DISCONNECT: "$disconnect" } as const;

async function happen(happening: Happening, ctx: Context): Promise<Result> {
  try {
    return await routed(happening, ctx);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    ctx.log.warn(`WebSocket API ${happening.apiId} failed: ${error.message}`);
    return { status: error.status, body: message(error.text ?? "Internal server error", happening, ctx) };
  }
}

/** @throws GatewayError for a selection expression that takes too long */
async function routed(happening: Happening, ctx: Context): Promise<Result> {
  const { apiId, stageName, eventType } = happening;
  const stage = ctx.store.collection(stages).get([apiId, stageName]);
  const api =
    stage?.DeploymentId === undefined ? undefined : compiledHttpApi(ctx.store, apiId, stage.DeploymentId);
  if (!stage || !api) return { status: 403, body: message("Forbidden", happening, ctx) };
  const asked =
    eventType === "MESSAGE"
      ? routeKeyOf(api.api.RouteSelectionExpression, happening.body ?? "")
      : KEYS[eventType];
  const route =
    (asked !== undefined ? api.byKey.get(asked) : undefined) ??
    (eventType === "MESSAGE" ? api.byKey.get("$default") : undefined);
  // Connecting and leaving need no route.
  if (!route)
    return eventType === "MESSAGE"
      ? { status: 403, body: message("Forbidden", happening, ctx) }
      : { status: 200 };
  const integration = api.integrations.get(/^integrations\/(.+)$/.exec(route.Target ?? "")?.[1] ?? "");
  try {
    const authorizer =
      eventType === "CONNECT"
        ? await authorizeConnection(happening, route, api, stage, ctx)
        : happening.authorizer;
    const known = { ...happening, ...(authorizer && { authorizer }) };
    if (!integration) return { status: 500, body: message("Internal server error", happening, ctx) };
    const responses = [
      ...ctx.store.collection(integrationResponses).values({ prefix: [apiId, integration.IntegrationId] }),
    ];
    const context = contextOf(ctx, route.RouteKey, known);
    const variables = stage.StageVariables ?? {};
    const { status, body } = await integrate({
      ctx,
      route,
      integration,
      responses,
      happening: known,
      context,
      variables,
    });
    // Only a route with a response of its own talks back.
    const answers = ctx.store.collection(routeResponses).count({ prefix: [apiId, route.RouteId] }) > 0;
    return { status, ...(answers && body !== undefined && { body }), ...(authorizer && { authorizer }) };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    ctx.log.warn(`${route.RouteKey} of WebSocket API ${apiId} failed: ${error.message}`);
    return { status: error.status, body: message(error.text ?? "Internal server error", happening, ctx) };
  }
}

/** What the API itself says to a client. */
export const message = (text: string, { connectionId }: Happening, ctx: Context): string =>
  JSON.stringify({ message: text, connectionId, requestId: ctx.requestId });
