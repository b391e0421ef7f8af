import { type HttpRequest, type HttpResponse, json } from "../core/http.ts";
import type { AdminRoute } from "../core/service.ts";

/** A route and what its path's `:name`s are, or why there is none for the method. */
export type Found =
  | { readonly route: AdminRoute; readonly params: Record<string, string> }
  | { readonly refusal: HttpResponse };

/** Admin routes by method and path. `:name` is one segment, a last `*name` the rest. */
export class Router {
  readonly #routes: { readonly route: AdminRoute; readonly segments: readonly string[] }[] = [];

  add(routes: readonly AdminRoute[]): void {
    for (const route of routes) this.#routes.push({ route, segments: route.path.split("/").slice(1) });
  }

  /** The first route that fits; 405 when only the method does not, undefined when none does. */
  find(request: HttpRequest): Found | undefined {
    const given = request.path.split("/").slice(1);
    if (given.length > 1 && given.at(-1) === "") given.pop();
    const allowed = new Set<string>();
    const method = request.method === "HEAD" ? "GET" : request.method;
    for (const { route, segments } of this.#routes) {
      const params = match(segments, given);
      if (!params) continue;
      if (route.method === method) return { route, params };
      allowed.add(route.method);
    }
    if (allowed.size === 0) return undefined;
    const methods = [...allowed].sort().join(", ");
    return {
      refusal: json(405, { message: `${request.path} answers to ${methods}.` }, { allow: methods }),
    };
  }

  routes(): AdminRoute[] {
    return this.#routes.map(({ route }) => route);
  }
}

function match(segments: readonly string[], given: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [i, segment] of segments.entries()) {
    if (segment.startsWith("*")) {
      params[segment.slice(1)] = decode(given.slice(i).join("/"));
      return params;
    }
    const value = given[i];
    if (value === undefined) return undefined;
    if (segment.startsWith(":")) {
      if (value === "") return undefined;
      params[segment.slice(1)] = decode(value);
    } else if (segment !== value) return undefined;
  }
  return segments.length === given.length ? params : undefined;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A request that the admin API cannot serve; the message says what to do. */
export class BadRequest extends Error {
  readonly status: number;

  constructor(message: string, status = 400) {
    super(message);
    this.status = status;
  }
}

/** The request's JSON body; `{}` when there is none. @throws BadRequest */
export function readJson(request: HttpRequest): unknown {
  if (request.body.length === 0) return {};
  try {
    return JSON.parse(Buffer.from(request.body).toString("utf8"));
  } catch (error) {
    throw new BadRequest(`The body is not JSON: ${(error as Error).message}`);
  }
}
