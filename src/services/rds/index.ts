import type { Service, ServiceFactory } from "../../core/service.ts";
import { type DbClusterRecord, describeCluster } from "./db-cluster.ts";
import { dbClusters } from "./db-clusters.ts";
import { type DbInstanceRecord, describeInstance, instanceRecords } from "./db-instance.ts";
import { dbInstances } from "./db-instances.ts";
import { describeGlobal, type GlobalClusterRecord, regionalOf } from "./global-cluster.ts";
import { globalClusters } from "./global-clusters.ts";
import { dbParameterGroups } from "./parameter-groups.ts";
import { Databases } from "./running/databases.ts";
import { GlobalClusters } from "./running/global-clusters.ts";
import { tags } from "./tags.ts";

/** Amazon RDS, on this machine's PostgreSQL, MySQL and MariaDB: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/ */
const rds: ServiceFactory = (host): Service => {
  const databases = new Databases(host);
  const globals = new GlobalClusters(host, databases);
  return {
    name: "rds",
    operations: {
      ...dbInstances(databases),
      ...dbClusters(databases),
      ...globalClusters(globals, databases),
      ...dbParameterGroups,
      ...tags,
    },
    describe: {
      db: (instance: DbInstanceRecord, place) => ({
        ...describeInstance(instance, place, databases.endpoint(place, instance)),
      }),
      "global-cluster": (global: GlobalClusterRecord, { account }) => ({
        ...describeGlobal(global, account, regionalOf(global.name, account, host)),
      }),
      cluster(cluster: DbClusterRecord, place) {
        const store = host.store(place.account, place.region);
        const endpoints = databases.clusterEndpoints(place, cluster);
        const writer = store.collection(instanceRecords).get([cluster.writer ?? ""]);
        return {
          ...describeCluster(cluster, place, store, endpoints),
          // What experiments pick clusters by: https://docs.aws.amazon.com/fis/latest/userguide/targets.html
          WriterAvailabilityZone: writer?.zone,
        };
      },
    },
    start() {
      globals.resume();
      databases.resume();
    },
    stop() {
      globals.stop();
      return databases.stop();
    },
  };
};

export default rds;
