import type { IncomingMessage } from "node:http";
import type { HttpRequest, HttpResponse } from "../core/http.ts";
import type { Log } from "../core/log.ts";
import type { AdminRoute } from "../core/service.ts";
import { corsHeaders, isAllowedOrigin, isOwnHost, type OriginRules } from "./origin.ts";
import { BadRequest, json, Router } from "./router.ts";

const ADMIN_PATH = /^\/(?:_squall|_localstack|_aws)(?:\/|$)/;
/** Data planes under the admin's prefix. */
const DATA_PLANE_PATH = /^\/_aws\/execute-api\//;
const DATA_PLANE_HOST = /\.(?:execute-api|lambda-url)\./i;

/**
 * Everything that is not an AWS call: `/_squall/…`, and LocalStack's `/_localstack/…` and `/_aws/…`.
 * A web page from elsewhere gets 403, here and on the AWS API; data planes have their own CORS rules.
 */
export class Admin {
  readonly #router = new Router();
  readonly #rules: OriginRules;
  readonly #log: Log;
  /** Loads every service once, so that the routes that services add are known. */
  readonly #services: () => Promise<readonly AdminRoute[]>;
  #serviceRoutes: Promise<Router> | undefined;

  constructor(parts: {
    routes: readonly AdminRoute[];
    services: () => Promise<readonly AdminRoute[]>;
    origins: OriginRules;
    log: Log;
  }) {
    this.#router.add(parts.routes);
    this.#services = parts.services;
    this.#rules = parts.origins;
    this.#log = parts.log.named("squall.admin");
  }

  /** The answer, or undefined when the request is the gateway's. */
  handle(request: HttpRequest, incoming: IncomingMessage): Promise<HttpResponse> | undefined {
    const isAdmin = ADMIN_PATH.test(request.path) && !DATA_PLANE_PATH.test(request.path);
    const { origin } = request.headers;
    if (!isAdmin && origin === undefined) return undefined;
    if (!isAdmin && isDataPlane(request)) return undefined;
    if (!isAllowedOrigin(request, this.#rules)) {
      return Promise.resolve(
        json(403, {
          message: `A page of ${origin} may not call this cloud. Start Squall with EXTRA_CORS_ALLOWED_ORIGINS=${origin} if it should.`,
        }),
      );
    }
    if (isAdmin && !isOwnHost(request, this.#rules)) {
      return Promise.resolve(
        json(403, {
          message: `The admin API does not answer under the name ${request.headers["host"]}. Use 127.0.0.1 or localhost.`,
        }),
      );
    }
    if (request.method === "OPTIONS" && request.headers["access-control-request-method"] !== undefined) {
      return Promise.resolve({ status: 204, headers: corsHeaders(request, this.#rules) });
    }
    if (!isAdmin) return undefined;
    return this.#answer(request, incoming);
  }

  /** What lets a page read an answer that is not a data plane's. */
  cors(request: HttpRequest): Record<string, string> | undefined {
    return request.headers["origin"] === undefined || isDataPlane(request)
      ? undefined
      : corsHeaders(request, this.#rules);
  }

  /** Forgets the services' routes: they are made anew with the services. */
  reload(): void {
    this.#serviceRoutes = undefined;
  }

  async #answer(request: HttpRequest, incoming: IncomingMessage): Promise<HttpResponse> {
    const leave = new AbortController();
    const left = () => leave.abort();
    incoming.socket.once("close", left);
    let streams = false;
    try {
      const found =
        this.#router.route(Object.assign(request, { signal: leave.signal })) ??
        (await this.#fromServices()).route(request);
      const answer =
        (await found) ??
        json(404, { message: `There is nothing at ${request.path}. GET /_squall lists what is here.` });
      Object.assign(answer.headers, this.cors(request));
      streams = typeof answer.body === "object" && !(answer.body instanceof Uint8Array);
      return answer;
    } catch (error) {
      if (error instanceof BadRequest) return json(error.status, { message: error.message });
      if (hasStatus(error)) return json(error.status, { message: error.message });
      this.#log.error(`${request.method} ${request.path} failed.`, error);
      return json(500, { message: `${request.method} ${request.path} failed; the log says why.` });
    } finally {
      // A connection serves many requests: only an answer that still streams must hear of its end.
      if (!streams) incoming.socket.off("close", left);
    }
  }

  #fromServices(): Promise<Router> {
    this.#serviceRoutes ??= this.#services().then((routes) => {
      const router = new Router();
      router.add(routes);
      return router;
    });
    this.#serviceRoutes.catch(() => this.reload());
    return this.#serviceRoutes;
  }
}

/** A request of the admin API: it ends when the reader leaves. */
export type AdminRequest = HttpRequest & { readonly signal?: AbortSignal };

/** Invoke URLs have CORS rules of their own. */
function isDataPlane({ path, headers }: HttpRequest): boolean {
  if (DATA_PLANE_HOST.test(headers["host"] ?? "") || DATA_PLANE_PATH.test(path)) return true;
  return path.startsWith("/restapis/") && path.includes("/_user_request_");
}

function hasStatus(error: unknown): error is Error & { status: number } {
  return error instanceof Error && "status" in error && typeof error.status === "number";
}
