import type { HttpRequest } from "../../../core/http.ts";
import type { DataPlane, ServiceHost } from "../../../core/service.ts";
import { upTo } from "../../../core/text.ts";
import { listenerArn } from "../arns.ts";
import { isSecure, type ListenerRecord, listenersOf } from "../listener.ts";
import { loadBalancers } from "../load-balancer.ts";
import { type Exchange, pairsOf } from "./exchange.ts";
import type { HttpProxy } from "./http-proxy.ts";
import { errorPage, type ListenerAt, measureError, REQUEST, requestInput } from "./requests.ts";

/** Answers requests for `<name>-<number>.<region>.elb.*` at the gateway's port. */
export const loadBalancerPlane = (host: ServiceHost, proxy: HttpProxy): DataPlane => ({
  decode(request) {
    const at = listenerFor(host, request);
    if (!at) return { operation: REQUEST, input: {} };
    const { account, region } = at;
    return { operation: REQUEST, input: requestInput(exchangeOf(request, NEVER), at), account, region };
  },

  async handle(request, ctx) {
    const at = listenerFor(host, request);
    if (!at)
      return {
        status: 404,
        headers: { "content-type": "text/plain" },
        body: `There is no application load balancer with a listener at ${request.headers["host"] ?? "this name"}.\n`,
      };
    return await proxy.answer(exchangeOf(request, ctx.signal), { ...at, call: ctx.call });
  },

  encodeError(error, request) {
    const at = listenerFor(host, request);
    if (at) measureError(host, at, error);
    return errorPage(error);
  },
});

const NEVER = new AbortController().signal;

/** That of the port in the Host header, if there is one; else that of port 80, of a port of HTTP, of any. */
function listenerFor(host: ServiceHost, request: HttpRequest): ListenerAt | undefined {
  const name = request.headers["x-forwarded-host"] ?? request.headers["host"] ?? "";
  const label = upTo(".", name).toLowerCase();
  const port = Number(/:(\d+)$/.exec(name)?.[1]);
  for (const { account, region } of host.scopes()) {
    const store = host.store(account, region);
    const balancer = store
      .collection(loadBalancers)
      .by("byLabel")
      .first({ prefix: [label] });
    if (balancer?.type !== "application") continue;
    const rank = (one: ListenerRecord) =>
      one.port === port ? 0 : one.port === 80 ? 1 : isSecure(one.protocol) ? 3 : 2;
    const [listener] = listenersOf(balancer, store).sort((a, b) => rank(a) - rank(b) || a.port - b.port);
    if (!listener) return undefined;
    return {
      account,
      region,
      balancer,
      listener,
      arn: listenerArn({ account, region }, balancer, listener.id),
    };
  }
  return undefined;
}

const exchangeOf = (request: HttpRequest, signal: AbortSignal): Exchange => ({
  method: request.method,
  path: request.path,
  query: request.query,
  headers: request.rawHeaders ? pairsOf(request.rawHeaders) : Object.entries(request.headers),
  body: request.body,
  clientIp: (request.remoteAddress ?? "127.0.0.1").replace(/^::ffff:/, ""),
  signal,
});
