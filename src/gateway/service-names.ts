/** Which services go by a name on the wire; several may share one. */
import { type WireIndexEntry, wireIndex, wireService } from "../models/model.ts";

type Names = ReadonlyMap<string, readonly string[]>;

export interface ServiceNames {
  readonly byTarget: Names;
  readonly bySigningName: Names;
  readonly byEndpointPrefix: Names;
  /** Services that speak the query protocol, by API version. */
  readonly byApiVersion: Names;
  /** By `clientName` of the service id. */
  readonly byClientName: Names;
  /** Services that take bearer tokens, and those that take nothing at all for some operations. */
  readonly bearer: readonly string[];
  readonly unsigned: readonly string[];
}

let names: ServiceNames | undefined;

export function serviceNames(): ServiceNames {
  names ??= collect();
  return names;
}

function collect(): ServiceNames {
  const maps = {
    byTarget: new Map<string, string[]>(),
    bySigningName: new Map<string, string[]>(),
    byEndpointPrefix: new Map<string, string[]>(),
    byApiVersion: new Map<string, string[]>(),
    byClientName: new Map<string, string[]>(),
  };
  const bearer: string[] = [];
  const unsigned: string[] = [];
  for (const [name, entry] of wireIndex()) {
    if (entry.targetPrefix) file(maps.byTarget, entry.targetPrefix, name);
    file(maps.bySigningName, entry.signingName, name);
    file(maps.byEndpointPrefix, entry.endpointPrefix, name);
    if (speaksQuery(entry)) file(maps.byApiVersion, entry.apiVersion, name);
    file(maps.byClientName, clientName(entry.serviceId), name);
    if (entry.bearer) bearer.push(name);
    if (entry.unsigned) unsigned.push(name);
  }
  for (const signingName of S3_VARIANTS) file(maps.bySigningName, signingName, "s3");
  return { ...maps, bearer, unsigned };
}

/** Signing names that only the SDKs' endpoint rules have. */
const S3_VARIANTS = ["s3express", "s3-object-lambda", "s3-outposts"];

function file(map: Map<string, string[]>, key: string, name: string): void {
  const sharing = map.get(key);
  if (sharing) sharing.push(name);
  else map.set(key, [name]);
}

/** By the group of names as it is filed. Ranking asks how large services are, which is only read for a group that is met. */
const ranked = new WeakMap<readonly string[], readonly string[]>();

/** Services that share a name, the likeliest first; the same array for the same group. */
export function likeliestFirst(group: readonly string[]): readonly string[] {
  if (group.length === 1) return group;
  let names = ranked.get(group);
  if (names === undefined) {
    names = group.toSorted(likelierFirst);
    ranked.set(group, names);
  }
  return names;
}

/** They gave a signing name its name, and AWS has closed them to others than the clients of old. */
const SUPERSEDED = new Set(["chime", "greengrass", "wisdom"]);

/**
 * Of services that ask alike: the one that gave the signing name its name (Lambda before Lambda Core, RDS before Neptune),
 * then the newer API, then the larger.
 */
function likelierFirst(a: string, b: string): number {
  const [one, other] = [wireIndex().get(a), wireIndex().get(b)];
  if (!one || !other) return 0;
  const named = (name: string, entry: WireIndexEntry) =>
    Number(name === entry.signingName && !SUPERSEDED.has(name));
  const own = named(b, other) - named(a, one);
  if (own !== 0) return own;
  if (one.apiVersion !== other.apiVersion) return one.apiVersion < other.apiVersion ? 1 : -1;
  const sizes = sizeOf(b) - sizeOf(a);
  return sizes !== 0 ? sizes : a < b ? -1 : 1;
}

const sizeOf = (service: string) => Object.keys(wireService(service)?.operations ?? {}).length;

export function speaksQuery(entry: WireIndexEntry): boolean {
  return (
    entry.queryCompatible === true ||
    entry.protocols.some((protocol) => protocol === "query" || protocol === "ec2")
  );
}

/** How SDKs write a service id in their user agents, whatever they put between its words: `API Gateway` → `apigateway`. */
export function clientName(serviceId: string): string {
  return serviceId.toLowerCase().replace(/[^a-z0-9]/g, "");
}
