import type { HttpRequest } from "../../../core/http.ts";
import type { Context } from "../../../core/service.ts";
import type * as kept from "../collections.ts";
import type { Authorization } from "./authorization.ts";
import type { CompiledApi } from "./compiled.ts";
import type { ExecutionLog } from "./execution-log.ts";
import type { Fields } from "./fields.ts";
import type { RequestContext } from "./request-context.ts";
import type { Routed } from "./route.ts";

/** One request on its way through a REST API, with everything that is known of it so far. */
export interface Exchange {
  readonly ctx: Context;
  readonly request: HttpRequest;
  readonly api: CompiledApi;
  /** The stage with its canary applied, when the request goes there. */
  readonly stage: kept.Stage;
  readonly variables: Readonly<Record<string, string>>;
  readonly route: Routed<kept.Resource>;
  readonly method: kept.Method;
  readonly integration: kept.Integration;
  /** The path below the stage, decoded. */
  readonly path: string;
  readonly headers: Fields;
  readonly query: Fields;
  readonly context: RequestContext;
  readonly log: ExecutionLog;
  authorization?: Authorization;
}

/** `arn:aws:execute-api:us-east-1:000000000000:a1b2c3d4e5/dev/GET/pets/1`: what policies and permissions name. */
export function methodArn(exchange: {
  ctx: Context;
  apiId: string;
  stageName: string;
  httpMethod: string;
  path: string;
}): string {
  const { ctx, apiId, stageName, httpMethod, path } = exchange;
  return `arn:aws:execute-api:${ctx.region}:${ctx.account}:${apiId}/${stageName}/${httpMethod}${path === "/" ? "/" : path}`;
}

/** The ARN of the method that is called, as policies name it. */
export const arnOf = (exchange: Exchange): string =>
  methodArn({
    ctx: exchange.ctx,
    apiId: exchange.api.api.id,
    stageName: exchange.stage.stageName,
    httpMethod: exchange.request.method,
    path: exchange.path,
  });
