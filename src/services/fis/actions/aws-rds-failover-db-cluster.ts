import type { FisAction } from "../action.ts";

const action: FisAction = {
  id: "aws:rds:failover-db-cluster",
  description: "Failover a DB Cluster to one of the replicas.",
  targets: { Clusters: "aws:rds:cluster" },
  targetQuota: 5,
  parameters: {},
};

export default action;
