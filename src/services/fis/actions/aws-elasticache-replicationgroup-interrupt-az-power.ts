import type { FisAction } from "../action.ts";

const action: FisAction = {
  id: "aws:elasticache:replicationgroup-interrupt-az-power",
  formerIds: ["aws:elasticache:interrupt-cluster-az-power"],
  description: "Interrupt power of the nodes of the target replication groups in an Availability Zone.",
  targets: { ReplicationGroups: "aws:elasticache:replicationgroup" },
  targetQuota: 5,
  parameters: {
    duration: {
      type: "duration",
      description: "How long the action lasts (ISO 8601 duration, PT1M to PT12H).",
      required: true,
    },
  },
};

export default action;
