import type { Service, ServiceFactory } from "../../core/service.ts";
import { aclHandlers } from "./acls.ts";
import { type ClusterRecord, describeCluster } from "./cluster.ts";
import { clusterHandlers } from "./clusters.ts";
import { engineVersionHandlers } from "./engine-versions.ts";
import { eventHandlers } from "./events.ts";
import { multiRegionHandlers } from "./multi-region-clusters.ts";
import { parameterGroupHandlers } from "./parameter-groups.ts";
import { Clusters } from "./running/clusters.ts";
import { snapshotHandlers } from "./snapshots.ts";
import { subnetGroupHandlers } from "./subnet-groups.ts";
import { tags } from "./tags.ts";
import { userHandlers } from "./users.ts";

/** Amazon MemoryDB, on this machine's Valkey or Redis: https://docs.aws.amazon.com/memorydb/latest/APIReference/ */
const memorydb: ServiceFactory = (host): Service => {
  const clusters = new Clusters(host);
  return {
    name: "memorydb",
    operations: {
      ...clusterHandlers(clusters),
      ...multiRegionHandlers(clusters),
      ...subnetGroupHandlers,
      ...parameterGroupHandlers(clusters),
      ...userHandlers(clusters),
      ...aclHandlers(clusters),
      ...snapshotHandlers(clusters),
      ...engineVersionHandlers,
      ...eventHandlers,
      ...tags,
    },
    describe: {
      cluster: (cluster: ClusterRecord, place) => ({
        ...describeCluster(cluster, place, clusters.endpoints(place, cluster), true),
      }),
    },
    start: () => clusters.resume(),
    stop: () => clusters.stop(),
  };
};

export default memorydb;
