import type { HttpRequest } from "../core/http.ts";
import { wireIndex, wireService } from "../models/model.ts";
import { routeAmong } from "../protocols/route-among.ts";
import { clientSays } from "./client-service.ts";
import { type Said, saidBy } from "./said.ts";
import { likeliestFirst, serviceNames, speaksQuery } from "./service-names.ts";

/**
 * The service that a request asks, by (in this order): a target or a Smithy RPC path, the signing name, the host, a bearer
 * token's or an unsigned call's path, the query protocol's action, the user agent. Where several services share a name, the
 * user agent tells them apart, then the operation.
 *
 * The form of the body never outranks the credential scope: an S3 upload may well be `application/x-www-form-urlencoded`.
 *
 * @returns botocore's name; for a service that is newer than the models the name that the request gives it; undefined for
 * a request that says nothing
 */
export function askedService(
  request: HttpRequest,
  signingName: string | undefined,
  hostPrefix: string | undefined,
): string | undefined {
  const { byTarget, bySigningName, byEndpointPrefix } = serviceNames();
  const said = saidBy(request);
  if (said.prefix !== undefined) {
    const names = byTarget.get(said.prefix);
    if (names) return oneOf(names, request, said, hostPrefix);
  }
  if (signingName !== undefined) {
    const names = bySigningName.get(signingName) ?? byEndpointPrefix.get(signingName);
    if (names) return oneOf(names, request, said, hostPrefix);
  }
  const host = byHost(hostPrefix);
  if (host) return oneOf(host, request, said, hostPrefix);
  return signingName === undefined ? unsigned(request, said) : (newer(request, said) ?? named(signingName));
}

/** `portal.sso`, else what is left without the labels before it: an account, a bucket, a part of the service. */
function byHost(prefix: string | undefined): readonly string[] | undefined {
  if (prefix === undefined) return undefined;
  const { byEndpointPrefix, bySigningName } = serviceNames();
  for (let name = prefix; ; name = name.slice(name.indexOf(".") + 1)) {
    const names = byEndpointPrefix.get(name) ?? bySigningName.get(name);
    if (names || !name.includes(".")) return names;
  }
}

function unsigned(request: HttpRequest, said: Said): string | undefined {
  const { bearer, unsigned, byApiVersion } = serviceNames();
  const { action } = said;
  if (action !== undefined) {
    const versions = said.version
      ? (byApiVersion.get(said.version) ?? [])
      : [...byApiVersion.values()].flat();
    const names = versions.filter((name) => hasOperation(name, action));
    if (names.length > 0) return oneOf(names, request, said, undefined);
  }
  const client = clientSays(request.headers).services?.[0];
  if (client !== undefined) return client;
  if (request.headers["authorization"]?.startsWith("Bearer ")) {
    const routed = routeAmong(bearer, request)?.service;
    if (routed) return routed;
  }
  // S3's anonymous requests look like anything; these bring JSON, or a token in a header of its own.
  if (request.headers["x-amz-sso_bearer_token"] !== undefined) return "sso";
  if (isJson(request)) {
    const route = routeAmong(unsigned, request);
    if (route && wireIndex().get(route.service)?.unsigned?.includes(route.operation)) return route.service;
  }
  return newer(request, said);
}

/** Of services that share a name, the one that the client names, or that has such an operation, or that the host names. */
function oneOf(
  group: readonly string[],
  request: HttpRequest,
  said: Said,
  hostPrefix: string | undefined,
): string {
  const names = likeliestFirst(group);
  const [likeliest, ...others] = names;
  if (likeliest === undefined) throw new Error("A service is one of a group.");
  if (others.length === 0) return likeliest;
  const client = names.find((name) => clientSays(request.headers).services?.includes(name));
  if (client !== undefined) return client;
  const fitting = having(names, request, said);
  if (fitting[0] !== undefined && fitting.length === 1) return fitting[0];
  const hosts = byHost(hostPrefix);
  return (
    fitting.find((name) => hosts?.includes(name)) ??
    fitting[0] ??
    names.find((name) => hosts?.includes(name)) ??
    likeliest
  );
}

/** Those of several services that have the operation that a request asks for. */
function having(names: readonly string[], request: HttpRequest, said: Said): readonly string[] {
  const { prefix, operation = "", action, version } = said;
  if (prefix !== undefined) {
    return names.filter(
      (name) => wireIndex().get(name)?.targetPrefix === prefix && hasOperation(name, operation),
    );
  }
  if (action !== undefined) {
    const fitting = names.filter((name) => {
      const entry = wireIndex().get(name);
      const isVersion = version === undefined || entry?.apiVersion === version;
      return entry && speaksQuery(entry) && isVersion && hasOperation(name, action);
    });
    if (fitting.length > 0) return fitting;
  }
  const routed = routeAmong(names, request)?.service;
  return routed === undefined ? [] : [routed];
}

function hasOperation(service: string, operation: string): boolean {
  return Object.hasOwn(wireService(service)?.operations ?? {}, operation);
}

const isJson = ({ headers, method }: HttpRequest) =>
  method === "POST" && /^application\/(?:x-amz-)?json/.test(headers["content-type"] ?? "");

/** What the request calls a service that the models do not have. */
function newer(request: HttpRequest, said: Said): string | undefined {
  const client = clientSays(request.headers);
  return client.services?.[0] ?? named(client.name) ?? named(said.prefix);
}

/** A name that can stand in rules, records and logs. */
function named(name: string | undefined): string | undefined {
  return name !== undefined && /^[\w.-]{1,64}$/.test(name) ? name.toLowerCase() : undefined;
}
