import type { FisAction } from "../action.ts";

const action: FisAction = {
  id: "aws:s3:bucket-pause-replication",
  description: "Pause replication from the target buckets to buckets in another Region.",
  targets: { Buckets: "aws:s3:bucket" },
  targetQuota: 20,
  parameters: {
    duration: {
      type: "duration",
      description: "How long the action lasts (ISO 8601 duration, PT1M to PT12H).",
      required: true,
    },
    region: { type: "string", description: "Region of the destination buckets.", required: true },
    destinationBuckets: {
      type: "list",
      description: "Names of destination buckets; default: all in the Region.",
    },
    prefixes: { type: "list", description: "Key prefixes of the replication rules; default: all." },
  },
};

export default action;
