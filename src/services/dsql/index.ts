import type { Service, ServiceFactory } from "../../core/service.ts";
import { type ClusterRecord, describeCluster } from "./cluster.ts";
import { clusterHandlers } from "./clusters.ts";
import { Clusters } from "./running/clusters.ts";
import { tags } from "./tags.ts";

/** Amazon Aurora DSQL, on this machine's PostgreSQL: https://docs.aws.amazon.com/aurora-dsql/latest/APIReference/ */
const dsql: ServiceFactory = (host): Service => {
  const clusters = new Clusters(host);
  return {
    name: "dsql",
    operations: { ...clusterHandlers(clusters), ...tags },
    describe: {
      cluster: (cluster: ClusterRecord, place) => ({
        ...describeCluster(cluster, place, clusters.endpoint(place, cluster.id).address),
      }),
    },
    start: () => clusters.resume(),
    stop: () => clusters.stop(),
  };
};

export default dsql;
