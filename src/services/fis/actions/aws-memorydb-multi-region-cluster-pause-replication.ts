import type { FisAction } from "../action.ts";

const action: FisAction = {
  id: "aws:memorydb:multi-region-cluster-pause-replication",
  description: "Pause replication of the regional member of the target multi-Region clusters.",
  targets: { MultiRegionClusters: "aws:memorydb:multi-region-cluster" },
  parameters: {
    duration: {
      type: "duration",
      description: "How long the action lasts (ISO 8601 duration, PT1M to PT12H).",
      required: true,
    },
  },
};

export default action;
