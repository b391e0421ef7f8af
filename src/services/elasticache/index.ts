import type { Service, ServiceFactory } from "../../core/service.ts";
import { type CacheClusterRecord, describeCluster } from "./cache-cluster.ts";
import { clusterHandlers } from "./cache-clusters.ts";
import { eventHandlers } from "./events.ts";
import { parameterGroupHandlers } from "./parameter-groups.ts";
import { replicaHandlers } from "./replicas.ts";
import { describeGroup, type ReplicationGroupRecord, replicationGroups } from "./replication-group.ts";
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
  const found = ({ address, port }: { address: string; port: number }) => ({ Address: address, Port: port });
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
        const { primary, reader } = caches.groupEndpoints(place, group);
        return {
          ...describeGroup(group, place, host.store(place.account, place.region), {
            primary: found(primary),
            reader: found(reader),
            node: (cluster) => found(caches.endpoint(place, cluster)),
          }),
        };
      },
      cluster(cluster: CacheClusterRecord, place) {
        const groups = host.store(place.account, place.region).collection(replicationGroups);
        const group = cluster.groupId === undefined ? undefined : groups.get([cluster.groupId]);
        const endpoint = found(caches.endpoint(place, cluster));
        return { ...describeCluster(cluster, place, group?.state, endpoint, true) };
      },
    },
    start: () => caches.resume(),
    stop: () => caches.stop(),
  };
};

export default elasticache;
