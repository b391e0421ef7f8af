import type { ServiceHost } from "../../../core/service.ts";
import type { Store } from "../../../core/storage.ts";
import * as kept from "../collections.ts";
import { httpApis } from "../http/collections.ts";

/** Where an API lives, and of which kind it is. */
export interface Found {
  readonly kind: "rest" | "http" | "websocket";
  readonly apiId: string;
  readonly account: string;
  readonly region: string;
  readonly store: Store;
  readonly name: string;
}

/** Finds APIs and domain names by their names alone, in whichever account and region they are. */
export class Directory {
  readonly #host: ServiceHost;
  readonly #places = new Map<string, { account: string; region: string }>();

  constructor(host: ServiceHost) {
    this.#host = host;
  }

  api(apiId: string): Found | undefined {
    const last = this.#places.get(apiId);
    const known = last && this.#look(apiId, last);
    if (known) return known;
    for (const place of this.#host.scopes()) {
      const found = this.#look(apiId, place);
      if (!found) continue;
      if (this.#places.size > 10_000) this.#places.clear();
      this.#places.set(apiId, place);
      return found;
    }
    return undefined;
  }

  #look(apiId: string, { account, region }: { account: string; region: string }): Found | undefined {
    const store = this.#host.store(account, region);
    const rest = store.collection(kept.restApis).look([apiId]);
    if (rest) return { kind: "rest", apiId, account, region, store, name: rest.name };
    const api = store.collection(httpApis).look([apiId]);
    if (!api) return undefined;
    const kind = api.ProtocolType === "WEBSOCKET" ? "websocket" : "http";
    return { kind, apiId, account, region, store, name: api.Name };
  }

  /** The API and stage that a custom domain name maps a path to: the longest base path wins. */
  domain(
    host: string,
    path: string,
  ): (Found & { stageName?: string; path: string; domainName: string }) | undefined {
    const domainName = host.replace(/:\d+$/, "").toLowerCase();
    for (const store of this.#placesOf(domainName)) {
      const mapping = this.#mapping(store, domainName, path);
      const found = mapping && this.api(mapping.restApiId);
      if (!found) continue;
      const rest = mapping.basePath === "(none)" ? path : path.slice(mapping.basePath.length + 1) || "/";
      return { ...found, ...(mapping.stage && { stageName: mapping.stage }), path: rest, domainName };
    }
    return undefined;
  }

  hasDomain(host: string): boolean {
    const domainName = host.replace(/:\d+$/, "").toLowerCase();
    return this.#host
      .scopes()
      .some(({ account, region }) =>
        this.#host.store(account, region).collection(kept.domainNames).has([domainName]),
      );
  }

  /**
   * The stores of the accounts and regions that have a domain name. All of them have one address here, so of several the one is first
   * that the name leads to now, by the hosted zone that it lies in.
   */
  #placesOf(domainName: string): Store[] {
    const places = this.#host
      .scopes()
      .map(({ account, region }) => this.#host.store(account, region))
      .filter((store) => store.collection(kept.domainNames).has([domainName]));
    if (places.length < 2) return places;
    const { records = [] } = this.#host.resolve({ name: domainName, type: "A" }) ?? {};
    const names = new Set(records.map(({ name, aliasOf = name }) => aliasOf.replace(/\.$/, "")));
    const isLedTo = (store: Store) => {
      const domain = store.collection(kept.domainNames).look([domainName]);
      return names.has(domain?.regionalDomainName ?? domain?.distributionDomainName ?? "");
    };
    return places.sort((a, b) => Number(isLedTo(b)) - Number(isLedTo(a)));
  }

  #mapping(store: Store, domainName: string, path: string): kept.BasePathMapping | undefined {
    const mappings = [...store.collection(kept.basePathMappings).values({ prefix: [domainName] })];
    const fits = (basePath: string) =>
      basePath === "(none)" || path === `/${basePath}` || path.startsWith(`/${basePath}/`);
    const length = (basePath: string) => (basePath === "(none)" ? 0 : basePath.length);
    return mappings
      .filter((mapping) => fits(mapping.basePath))
      .sort((a, b) => length(b.basePath) - length(a.basePath))[0];
  }
}
