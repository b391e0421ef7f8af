import type { HttpRequest } from "../core/http.ts";

/** The side of a service that speaks plain HTTP: as it is called in rules and records, and how it is told apart. */
export interface DataPlaneEntry {
  /** The service that has it (`Service.dataPlane`). */
  readonly service: string;
  readonly host: RegExp;
  readonly path?: RegExp;
  /** Names of hosts that nothing else knows may be its (custom domain names). */
  readonly claimsHosts?: true;
  /** What its host is called at AWS, when it is not its own name. */
  readonly endpoint?: string;
  /** The AWS API that is called at its hosts, below paths like this. */
  readonly api?: { readonly path: RegExp; readonly service: string };
}

/** Every data plane there is, by name. Nothing else in the gateway knows one by name. */
export const DATA_PLANES: Readonly<Record<string, DataPlaneEntry>> = {
  "execute-api": {
    service: "execute-api",
    host: /^[a-z0-9-]+\.execute-api\./i,
    path: /^\/(?:restapis\/[^/]+\/[^/]+\/_user_request_(?:\/|$)|_aws\/execute-api\/[^/]+(?:\/|$))/,
    claimsHosts: true,
    api: { path: /\/(?:@|%40)connections\//i, service: "apigatewaymanagementapi" },
  },
  "lambda-url": { service: "lambda", host: /^[a-z0-9-]+\.lambda-url\./i },
  alb: { service: "elbv2", endpoint: "elasticloadbalancing", host: /^[a-z0-9-]+\.[a-z0-9-]+\.elb\./i },
  "s3-web": { service: "s3", endpoint: "s3", host: /^.+\.s3-website[.-]/i, claimsHosts: true },
};

/** A browser's form with a file in it: S3 takes it, in no protocol of its API. */
export const isFormUpload = ({ method, headers }: HttpRequest): boolean =>
  method === "POST" && headers["content-type"]?.startsWith("multipart/form-data") === true;

const ENTRIES = Object.entries(DATA_PLANES);

/** What a request is for at a data plane's host: the plane, or an API that is called there. */
interface AtPlane {
  readonly service: string;
  readonly kind: "api" | "data-plane";
}

/** The data plane that has such a host. */
export function planeAt(host: string): string | undefined {
  return ENTRIES.find(([, entry]) => entry.host.test(host))?.[0];
}

/** The data plane that a host (see `planeAt`) or path belongs to, or the API that is called there. */
export function atDataPlane(planeOfHost: string | undefined, request: HttpRequest): AtPlane | undefined {
  for (const [name, entry] of ENTRIES) {
    if (name === planeOfHost || entry.path?.test(request.path)) return belowPlane(name, request);
  }
  return undefined;
}

/** A request at a host of a data plane: the plane's own, or for an API that is called there. */
export function belowPlane(name: string, request: HttpRequest): AtPlane {
  const api = DATA_PLANES[name]?.api;
  return api?.path.test(request.path)
    ? { service: api.service, kind: "api" }
    : { service: name, kind: "data-plane" };
}

export function isDataPlane(name: string): boolean {
  return Object.hasOwn(DATA_PLANES, name);
}

/** The service that answers for a name: a data plane's, or the one of that name. */
export function servedBy(name: string): string {
  return (isDataPlane(name) ? DATA_PLANES[name]?.service : undefined) ?? name;
}

/** What a data plane's host is called at AWS: `execute-api`, `lambda-url`; undefined for what is none. */
export function endpointOfPlane(name: string): string | undefined {
  return isDataPlane(name) ? (DATA_PLANES[name]?.endpoint ?? name) : undefined;
}

/** Data planes whose hosts may have any name, with the services that know them. */
export const CLAIMING: readonly (readonly [plane: string, service: string])[] = ENTRIES.filter(
  ([, entry]) => entry.claimsHosts,
).map(([name, entry]) => [name, entry.service] as const);
