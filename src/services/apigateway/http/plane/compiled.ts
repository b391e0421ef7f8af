import type { Store } from "../../../../core/storage.ts";
import { Routes } from "../../plane/route.ts";
import { type Authorizer, type HttpApi, type Integration, type Route, snapshots } from "../collections.ts";

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

interface Shelf {
  generation: number;
  readonly compiled: Map<string, CompiledHttpApi>;
}

/** A deployment never changes, so what was compiled from it holds until the store's content is replaced. */
const shelves = new WeakMap<Store, Shelf>();
const MOST_COMPILED = 200;

export function compiledHttpApi(
  store: Store,
  apiId: string,
  deploymentId: string,
): CompiledHttpApi | undefined {
  let shelf = shelves.get(store);
  if (!shelf || shelf.generation !== store.generation) {
    shelf = { generation: store.generation, compiled: new Map() };
    shelves.set(store, shelf);
  }
  const place = `${apiId}/${deploymentId}`;
  const ready = shelf.compiled.get(place);
  if (ready) return ready;
  const snapshot = store.collection(snapshots).get([apiId, deploymentId]);
  if (!snapshot) return undefined;
  const paths = new Map<string, PathRoutes>();
  for (const route of snapshot.routes) {
    const [method, path] = route.RouteKey.split(" ") as [string, string | undefined];
    if (path === undefined) continue;
    const at = paths.get(path) ?? { path, methods: {} };
    at.methods[method] = route;
    paths.set(path, at);
  }
  const compiled: CompiledHttpApi = {
    api: snapshot.api,
    routes: new Routes([...paths.values()], (resource) => resource.methods),
    byKey: new Map(snapshot.routes.map((route) => [route.RouteKey, route])),
    integrations: new Map(
      snapshot.integrations.map((integration) => [integration.IntegrationId, integration]),
    ),
    authorizers: new Map(snapshot.authorizers.map((authorizer) => [authorizer.AuthorizerId, authorizer])),
  };
  if (shelf.compiled.size >= MOST_COMPILED) shelf.compiled.clear();
  shelf.compiled.set(place, compiled);
  return compiled;
}
