import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ServiceModel } from "../src/models/model.ts";

/** botocore's `endpoints.json`, as far as it is read here. */
interface Source {
  readonly partitions: readonly {
    readonly partition: string;
    readonly dnsSuffix: string;
    readonly regionRegex: string;
    readonly services: Readonly<Record<string, SourceService>>;
  }[];
}

interface SourceService {
  readonly partitionEndpoint?: string;
  readonly isRegionalized?: boolean;
  readonly defaults?: { readonly hostname?: string };
  readonly endpoints: Readonly<
    Record<string, { readonly hostname?: string; readonly credentialScope?: { readonly region?: string } }>
  >;
}

/**
 * Where AWS's services are: only what is not `<service>.<region>.<suffix>`, by partition and endpoint prefix, and what some
 * operations put before their service's name, by service.
 */
export function endpointsOf(dataFolder: string, models: Readonly<Record<string, ServiceModel>>) {
  const { partitions } = JSON.parse(readFileSync(join(dataFolder, "endpoints.json"), "utf8")) as Source;
  return {
    partitions: partitions.map(({ partition, dnsSuffix, regionRegex, services }) => ({
      partition,
      suffix: dnsSuffix,
      regions: regionRegex,
      services: filled(services, (service, name) => exceptionsOf(service, name, dnsSuffix, regionRegex)),
    })),
    hostPrefixes: filled(models, ({ operations }) =>
      filled(operations, ({ endpoint }) => endpoint?.hostPrefix),
    ),
  };
}

function exceptionsOf(service: SourceService, name: string, suffix: string, regionRegex: string) {
  const isRegion = new RegExp(regionRegex);
  const one =
    service.partitionEndpoint === undefined ? undefined : service.endpoints[service.partitionEndpoint];
  const global =
    service.isRegionalized === false && one?.hostname !== undefined
      ? { host: one.hostname, region: one.credentialScope?.region }
      : undefined;
  const hosts: Record<string, string> = {};
  for (const [region, { hostname }] of Object.entries(service.endpoints)) {
    const usual = `${name}.${region}.${suffix}`;
    if (isRegion.test(region) && hostname !== undefined && hostname !== usual) hosts[region] = hostname;
  }
  const form = service.defaults?.hostname?.replace("{service}", name).replace("{dnsSuffix}", suffix);
  const found = {
    ...(global && { global }),
    ...(form !== undefined && form !== `${name}.{region}.${suffix}` && { form }),
    ...(Object.keys(hosts).length > 0 && { hosts }),
  };
  return Object.keys(found).length > 0 ? found : undefined;
}

/** What is made of each entry, without those of which nothing is made. */
function filled<T, R>(
  entries: Readonly<Record<string, T>>,
  make: (entry: T, name: string) => R | undefined,
): Record<string, R> {
  const made: Record<string, R> = {};
  for (const [name, entry] of Object.entries(entries)) {
    const one = make(entry, name);
    const isEmpty =
      one === undefined || (typeof one === "object" && one !== null && Object.keys(one).length === 0);
    if (!isEmpty) made[name] = one;
  }
  return made;
}
