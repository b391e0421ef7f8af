import { behindLast } from "../../../core/text.ts";
import type { FisAction } from "../action.ts";

const action: FisAction = {
  id: "aws:rds:failover-db-cluster",
  description: "Failover a DB Cluster to one of the replicas.",
  how: "Connections to the writer are cut, a reader becomes the writer, and the writer's endpoint leads to it.",
  targets: { Clusters: "aws:rds:cluster" },
  targetQuota: 5,
  parameters: {},
  callsServices: true,
  async start(run) {
    for (const { arn, account } of run.targets("Clusters") ?? [])
      await run.call("rds", "FailoverDBCluster", { DBClusterIdentifier: behindLast(":", arn) }, { account });
    return undefined;
  },
};

export default action;
