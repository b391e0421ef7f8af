import type { Store } from "../../../core/storage.ts";
import * as kept from "../collections.ts";
import { Routes } from "./route.ts";

/** A deployment, ready to serve. */
export interface CompiledApi {
  readonly api: kept.RestApi;
  readonly routes: Routes<kept.Resource>;
  readonly models: ReadonlyMap<string, kept.Model>;
  readonly validators: ReadonlyMap<string, kept.RequestValidator>;
  readonly authorizers: ReadonlyMap<string, kept.Authorizer>;
  readonly gatewayResponses: ReadonlyMap<string, kept.GatewayResponse>;
  readonly binaryMediaTypes: readonly string[];
}

export function compile(snapshot: kept.Snapshot): CompiledApi {
  const by = <V>(values: readonly V[], keyOf: (value: V) => string) =>
    new Map(values.map((value) => [keyOf(value), value]));
  return {
    api: snapshot.api,
    routes: new Routes(snapshot.resources, (resource) => resource.methods),
    models: by(snapshot.models, (model) => model.name),
    validators: by(snapshot.validators, (validator) => validator.id),
    authorizers: by(snapshot.authorizers, (authorizer) => authorizer.id),
    gatewayResponses: by(snapshot.gatewayResponses, (response) => response.responseType),
    binaryMediaTypes: snapshot.api.binaryMediaTypes ?? [],
  };
}

interface Shelf {
  generation: number;
  readonly compiled: Map<string, CompiledApi>;
}

/** A deployment never changes, so what was compiled from it holds until the store's content is replaced. */
const shelves = new WeakMap<Store, Shelf>();
const MOST_COMPILED = 200;

export function compiledDeployment(
  store: Store,
  apiId: string,
  deploymentId: string,
): CompiledApi | undefined {
  let shelf = shelves.get(store);
  if (!shelf || shelf.generation !== store.generation) {
    shelf = { generation: store.generation, compiled: new Map() };
    shelves.set(store, shelf);
  }
  const place = `${apiId}/${deploymentId}`;
  const ready = shelf.compiled.get(place);
  if (ready) return ready;
  const snapshot = store.collection(kept.snapshots).get([apiId, deploymentId]);
  if (!snapshot) return undefined;
  if (shelf.compiled.size >= MOST_COMPILED) shelf.compiled.clear();
  const compiled = compile(snapshot);
  shelf.compiled.set(place, compiled);
  return compiled;
}
