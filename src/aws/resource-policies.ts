import { partitionOf } from "../core/arn.ts";
import type { Key } from "../core/key.ts";
import { type PolicyDocument, readPolicy } from "../core/policy.ts";
import type { Storage } from "../core/storage.ts";
import type { Place } from "./arn-template.ts";
import type { Catalog } from "./catalog.ts";
import { definePolicies, type PolicyDeclaration } from "./resource-policy.ts";

/** Where a policy was seen. It may have gone meanwhile: who wants it reads it again. */
interface Seen {
  readonly source: PolicyDeclaration;
  readonly place: Place;
  readonly key: Key;
}

/** Policies by the ARN that they are on, and by where each was seen: an account may have several on all of its log groups. */
type Sightings = Map<string, Map<string, Seen>>;

/** Which resources of a store have a policy, and which have one that denies something. */
interface Index {
  readonly all: Sightings;
  readonly denying: Sightings;
  generation: number;
}

/**
 * The policies on the resources of all services, found through their declarations. Which resources have one is known
 * without reading anything: puts are heard as they happen. A call on a service none of whose policies denies anything
 * costs a look-up. An entry may be behind (a policy that was removed, a write that was taken back) but never missing.
 */
export class ResourcePolicies {
  readonly #catalog: Catalog;
  readonly #storage: Storage;
  readonly #sources = new Map<string, readonly PolicyDeclaration[]>();
  readonly #indexes = new Map<string, Index>();
  readonly #stores = new Map<string, string>();

  constructor(catalog: Catalog, storage: Storage) {
    this.#catalog = catalog;
    this.#storage = storage;
  }

  /** Does any policy on a resource of a service deny anything? */
  deniesAnything(service: string): boolean {
    return this.#index(service).denying.size > 0;
  }

  /** The policies on a resource that deny something. */
  denying(service: string, arn: string, place: Place): PolicyDocument[] {
    const { denying } = this.#index(service);
    return denying.size === 0 ? [] : this.#read(service, denying, arn, place);
  }

  /** The policies on a resource. */
  on(service: string, arn: string, place: Place): PolicyDocument[] {
    return this.#read(service, this.#index(service).all, arn, place);
  }

  #read(service: string, sightings: Sightings, arn: string, place: Place): PolicyDocument[] {
    const all = `arn:${partitionOf(place.region)}:${service}:${place.region}:${place.account}:*`;
    return [arn, all].flatMap((on) =>
      [...(sightings.get(on) ?? [])].flatMap(([name, at]) =>
        this.#readOne(service, on, at, () => forget(sightings, on, name)),
      ),
    );
  }

  #readOne(service: string, on: string, at: Seen, forgetIt: () => void): PolicyDocument[] {
    const store = this.#storage.store(this.#storeOf(service), at.place.account, at.place.region);
    const record = store.collection(at.source.collection).get(at.key);
    const text = record === undefined ? undefined : at.source.policiesOf(record, at.key, at.place)[on];
    // What has been written and not been kept yet may still be taken back.
    if (text === undefined && this.#storage.flushed() === undefined) forgetIt();
    const policy = text === undefined ? undefined : readPolicy(text);
    return policy ? [policy] : [];
  }

  #storeOf(service: string): string {
    let store = this.#stores.get(service);
    if (store === undefined) {
      store = this.#catalog.storeName(service);
      if (this.#catalog.get(service)) this.#stores.set(service, store);
    }
    return store;
  }

  #index(service: string): Index {
    const store = this.#storeOf(service);
    let index = this.#indexes.get(store);
    if (!index) {
      index = { all: new Map(), denying: new Map(), generation: -1 };
      // A service's name can come from a request: only what is declared is remembered.
      if (this.#catalog.get(service)) {
        this.#indexes.set(store, index);
        this.#listen(store, index);
      }
    }
    if (index.generation !== this.#storage.generation) this.#fill(store, index);
    return index;
  }

  #listen(store: string, index: Index): void {
    for (const source of this.#sourcesOf(store)) {
      this.#storage.onPut(store, source.collection.name, (place, key, value) =>
        see(index, source, { account: place.account, region: place.region }, key, value),
      );
    }
  }

  #fill(store: string, index: Index): void {
    index.all.clear();
    index.denying.clear();
    index.generation = this.#storage.generation;
    const sources = this.#sourcesOf(store);
    if (sources.length === 0) return;
    for (const place of this.#storage.scopes(store)) {
      for (const source of sources) {
        const collection = this.#storage
          .store(store, place.account, place.region)
          .collection(source.collection);
        for (const { key, value } of collection.entries()) see(index, source, place, key, value);
      }
    }
  }

  /** Where the services that share a store keep policies. */
  #sourcesOf(store: string): readonly PolicyDeclaration[] {
    let sources = this.#sources.get(store);
    if (!sources) {
      const faces = [...this.#catalog.all()].filter(({ name }) => this.#catalog.storeName(name) === store);
      sources = faces.flatMap(({ name, policies = [] }) => [...policies, ...this.#ofTypes(name)]);
      this.#sources.set(store, sources);
    }
    return sources;
  }

  #ofTypes(service: string): PolicyDeclaration[] {
    return this.#catalog.types(service).flatMap((type) => {
      const { policy, collection } = type;
      if (!policy || !collection) return [];
      return definePolicies({
        collection,
        policiesOf: (record, key, place) => {
          const arn = this.#catalog.arnOf(type, record, key, place);
          return arn === undefined ? {} : { [arn]: policy(record) };
        },
      });
    });
  }
}

function see(index: Index, source: PolicyDeclaration, place: Place, key: Key, value: unknown): void {
  for (const [arn, text] of Object.entries(source.policiesOf(value, key, place))) {
    const policy = text === undefined || text === "" ? undefined : readPolicy(text);
    if (!policy) continue;
    const seen = { source, place, key };
    remember(index.all, arn, seen);
    if ([policy.Statement].flat().some(({ Effect }) => Effect === "Deny")) remember(index.denying, arn, seen);
  }
}

function remember(sightings: Sightings, arn: string, seen: Seen): void {
  const { source, place, key } = seen;
  const name = JSON.stringify([source.collection.name, place.account, place.region, ...key]);
  const known = sightings.get(arn);
  if (known) known.set(name, seen);
  else sightings.set(arn, new Map([[name, seen]]));
}

function forget(sightings: Sightings, arn: string, name: string): void {
  const known = sightings.get(arn);
  known?.delete(name);
  if (known?.size === 0) sightings.delete(arn);
}
