import type { Store } from "../../../core/storage.ts";
import { clusterOf } from "../db-cluster.ts";
import type { DbInstanceRecord } from "../db-instance.ts";
import { engineOf } from "../engine.ts";
import { isAurorasOwn } from "../parameter.ts";
import { lookUpGroup, ofClusters, ofInstances } from "../parameter-group.ts";

/** What a server is started with: what its instance's group sets, and what its cluster's group sets besides. */
export function settingsOf(instance: DbInstanceRecord, store: Store): Readonly<Record<string, string>> {
  const cluster = clusterOf(instance, store);
  const ofCluster = cluster && lookUpGroup(ofClusters, cluster.parameterGroup, store)?.parameters;
  const own = lookUpGroup(ofInstances, instance.parameterGroup, store)?.parameters;
  const engine = engineOf(instance.engine);
  return Object.fromEntries(
    Object.entries({ ...ofCluster, ...own }).filter(([name]) => !isAurorasOwn(engine, name)),
  );
}
