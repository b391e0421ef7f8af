import type { Store } from "../../../core/storage.ts";
import * as kept from "../collections.ts";
import { CompiledDeployments } from "./compiled-deployments.ts";
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

const ready = new CompiledDeployments<CompiledApi>();

export function compiledDeployment(
  store: Store,
  apiId: string,
  deploymentId: string,
): CompiledApi | undefined {
  return ready.get(store, apiId, deploymentId, () => {
    const snapshot = store.collection(kept.snapshots).get([apiId, deploymentId]);
    return snapshot && compile(snapshot);
  });
}
