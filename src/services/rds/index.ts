import type { Service, ServiceFactory } from "../../core/service.ts";
import { automatedBackups } from "./automated-backups.ts";
import { type DbClusterRecord, describeCluster } from "./db-cluster.ts";
import { dbClusters } from "./db-clusters.ts";
import { type DbInstanceRecord, describeInstance, instanceRecords } from "./db-instance.ts";
import { dbInstances } from "./db-instances.ts";
import { dbSnapshots } from "./db-snapshots.ts";
import { describeGlobal, type GlobalClusterRecord, regionalOf } from "./global-cluster.ts";
import { globalClusters } from "./global-clusters.ts";
import { httpEndpoints } from "./http-endpoints.ts";
import { engineDefaults } from "./parameter.ts";
import { dbClusterParameterGroups, dbParameterGroups } from "./parameter-groups.ts";
import { pointsInTime } from "./points-in-time.ts";
import { replicasOf } from "./read-replica.ts";
import { readReplicas } from "./read-replicas.ts";
import { Databases } from "./running/databases.ts";
import { GlobalClusters } from "./running/global-clusters.ts";
import { Snapshots } from "./running/snapshots.ts";
import {
  type ClusterSnapshotRecord,
  type DbSnapshotRecord,
  describeClusterSnapshot,
  describeSnapshot,
} from "./snapshot.ts";
import { dbSubnetGroups } from "./subnet-groups.ts";
import { tags } from "./tags.ts";

/** Amazon RDS, on this machine's PostgreSQL, MySQL and MariaDB: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/ */
const rds: ServiceFactory = (host): Service => {
  const databases = new Databases(host);
  const snapshots = new Snapshots(host, databases);
  const globals = new GlobalClusters(host, databases.replication);
  return {
    name: "rds",
    operations: {
      ...dbInstances(databases, snapshots),
      ...readReplicas(databases),
      ...pointsInTime(databases),
      ...automatedBackups,
      ...dbClusters(databases, snapshots),
      ...httpEndpoints,
      ...dbSnapshots(snapshots, databases),
      ...globalClusters(globals, databases.replication),
      ...dbParameterGroups,
      ...dbClusterParameterGroups,
      ...engineDefaults,
      ...dbSubnetGroups,
      ...tags,
    },
    describe: {
      db: (instance: DbInstanceRecord, place) => ({
        ...describeInstance(instance, place, {
          store: host.store(place.account, place.region),
          nowMs: host.clock.now(),
          replicas: replicasOf(instance.id, place, host),
          endpoint: databases.endpoint(place, instance),
        }),
      }),
      snapshot: (snapshot: DbSnapshotRecord, place) => ({ ...describeSnapshot(snapshot, place) }),
      "cluster-snapshot": (snapshot: ClusterSnapshotRecord, place) => ({
        ...describeClusterSnapshot(snapshot, place),
      }),
      "global-cluster": (global: GlobalClusterRecord, { account }) => ({
        ...describeGlobal(global, account, regionalOf(global.name, account, host)),
      }),
      cluster(cluster: DbClusterRecord, place) {
        const store = host.store(place.account, place.region);
        const endpoints = databases.clusterEndpoints(place, cluster);
        const writer = store.collection(instanceRecords).get([cluster.writer ?? ""]);
        return {
          ...describeCluster(cluster, place, store, endpoints, host.clock.now()),
          // What experiments pick clusters by: https://docs.aws.amazon.com/fis/latest/userguide/targets.html
          WriterAvailabilityZone: writer?.zone,
        };
      },
    },
    start() {
      // What is being deleted has its last snapshot first.
      snapshots.resume();
      globals.resume();
      databases.resume();
    },
    stop() {
      snapshots.stop();
      globals.stop();
      return databases.stop();
    },
  };
};

export default rds;
