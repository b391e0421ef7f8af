import type { HttpRequest } from "../../../../core/http.ts";
import type { Context } from "../../../../core/service.ts";
import type { Fields } from "../../plane/fields.ts";
import type { Integration, Route, Stage } from "../collections.ts";
import type { CompiledHttpApi } from "./compiled.ts";

/** `$context` of an HTTP API. */
export interface HttpContext {
  readonly [name: string]: unknown;
  readonly requestId: string;
  status?: number;
  authorizer?: Record<string, unknown>;
  error?: { message: string; responseType: string };
  integrationLatency?: number;
  integrationStatus?: number;
  integrationErrorMessage?: string;
  responseLatency?: number;
  responseLength?: number;
}

/** One request on its way through an HTTP API. */
export interface HttpExchange {
  readonly ctx: Context;
  readonly request: HttpRequest;
  readonly api: CompiledHttpApi;
  readonly stage: Stage;
  readonly route: Route;
  readonly integration: Integration;
  readonly pathParameters: Readonly<Record<string, string>>;
  /** As the client sent it, without the stage. */
  readonly path: string;
  readonly headers: Fields;
  readonly query: Fields;
  readonly variables: Readonly<Record<string, string>>;
  readonly context: HttpContext;
}
