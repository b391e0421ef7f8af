import type { Service, ServiceFactory } from "../../core/service.ts";
import { type CacheClusterRecord, describeCluster } from "./cache-cluster.ts";
import { clusterHandlers } from "./cache-clusters.ts";
import { eventHandlers } from "./events.ts";
import { parameterGroupHandlers } from "./parameter-groups.ts";
import { replicaHandlers } from "./replicas.ts";
import { describeGroup, groupStateOf, type ReplicationGroupRecord } from "./replication-group.ts";
import { groupHandlers } from "./replication-groups.ts";
import { Caches } from "./running/caches.ts";
import { snapshotHandlers } from "./snapshots.ts";
import { subnetGroupHandlers } from "./subnet-groups.ts";
import { tags } from "./tags.ts";
import { userGroupHandlers } from "./user-groups.ts";
import { userHandlers } from "./users.ts";

/** Amazon ElastiCache, on this machine's Valkey or Redis: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/ */
const elasticache: ServiceFactory = (host): Service => {
  const caches = new Caches(host);
  return {
    name: "elasticache",
    operations: {
      ...groupHandlers(caches),
      ...replicaHandlers(caches),
      ...clusterHandlers(caches),
      ...subnetGroupHandlers,
      ...parameterGroupHandlers(caches),
      ...userHandlers(caches),
      ...userGroupHandlers(caches),
      ...snapshotHandlers(caches),
      ...eventHandlers,
      ...tags,
    },
    describe: {
      replicationgroup(group: ReplicationGroupRecord, place) {
        const store = host.store(place.account, place.region);
        return { ...describeGroup(group, place, store, caches.groupEndpoints(place, group)) };
      },
      cluster(cluster: CacheClusterRecord, place) {
        const groupState = groupStateOf(cluster, host.store(place.account, place.region));
        return { ...describeCluster(cluster, place, groupState, caches.endpoint(place, cluster), true) };
      },
    },
    start: () => caches.resume(),
    stop: () => caches.stop(),
  };
};

export default elasticache;
