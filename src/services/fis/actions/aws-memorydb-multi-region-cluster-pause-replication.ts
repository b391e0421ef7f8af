import type { FisAction } from "../action.ts";
import { DURATION } from "../catalogued/parameters.ts";

/** https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html#memorydb-actions-reference */
const action: FisAction = {
  id: "aws:memorydb:multi-region-cluster-pause-replication",
  description: "Pause replication of the regional member of the target multi-Region clusters.",
  how: "What is written to the regional cluster in the experiment's Region stays there, and what is written to the others does not come; the multi-Region cluster cannot be changed. With the end each has what was written meanwhile, of a key that was written in both the later.",
  permissions: ["DescribeMultiRegionClusters", "PauseMultiRegionClusterReplication"].map((name) => ({
    action: `memorydb:${name}`,
    on: { target: "MultiRegionClusters" },
  })),
  targets: { MultiRegionClusters: "aws:memorydb:multi-region-cluster" },
  targetQuota: 5,
  parameters: { duration: DURATION },

  async start(run) {
    await run.host.load("memorydb");
    run.addRule({
      effect: "pause",
      point: "memorydb:replication",
      match: {
        resource: (run.targets("MultiRegionClusters") ?? []).map(({ arn }) => arn),
        input: `Region == '${run.experiment.region}'`,
      },
    });
  },
};

export default action;
