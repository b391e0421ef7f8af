import type { Store } from "../../../../core/storage.ts";
import { CompiledDeployments } from "../../plane/compiled-deployments.ts";
import { Routes } from "../../plane/route.ts";
import {
  type Authorizer,
  type HttpApi,
  type Integration,
  type Route,
  type Snapshot,
  snapshots,
} from "../collections.ts";

interface PathRoutes {
  readonly path: string;
  readonly methods: Record<string, Route>;
}

/** A deployment of an HTTP or WebSocket API, ready to serve. */
export interface CompiledHttpApi {
  readonly api: HttpApi;
  readonly routes: Routes<PathRoutes>;
  /** All routes by their keys, `$default` among them. */
  readonly byKey: ReadonlyMap<string, Route>;
  readonly integrations: ReadonlyMap<string, Integration>;
  readonly authorizers: ReadonlyMap<string, Authorizer>;
}

const ready = new CompiledDeployments<CompiledHttpApi>();

export function compiledHttpApi(
  store: Store,
  apiId: string,
  deploymentId: string,
): CompiledHttpApi | undefined {
  return ready.get(store, apiId, deploymentId, () => {
    const snapshot = store.collection(snapshots).get([apiId, deploymentId]);
    return snapshot && compile(snapshot);
  });
}

function compile(snapshot: Snapshot): CompiledHttpApi {
  const paths = new Map<string, PathRoutes>();
  for (const route of snapshot.routes) {
    const [method, path] = route.RouteKey.split(" ") as [string, string | undefined];
    if (path === undefined) continue;
    const at = paths.get(path) ?? { path, methods: {} };
    at.methods[method] = route;
    paths.set(path, at);
  }
  return {
    api: snapshot.api,
    routes: new Routes([...paths.values()], (resource) => resource.methods),
    byKey: new Map(snapshot.routes.map((route) => [route.RouteKey, route])),
    integrations: new Map(
      snapshot.integrations.map((integration) => [integration.IntegrationId, integration]),
    ),
    authorizers: new Map(snapshot.authorizers.map((authorizer) => [authorizer.AuthorizerId, authorizer])),
  };
}
