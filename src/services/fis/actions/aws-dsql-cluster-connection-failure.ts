import type { FisAction } from "../action.ts";

const action: FisAction = {
  id: "aws:dsql:cluster-connection-failure",
  description: "Make a share of the connections to the target Aurora DSQL clusters fail.",
  targets: { Clusters: "aws:dsql:cluster" },
  parameters: {
    duration: {
      type: "duration",
      description: "How long the action lasts (ISO 8601 duration, PT1M to PT12H).",
      required: true,
    },
    percentage: {
      type: "integer",
      description: "Share of connections that fail.",
      required: true,
      min: 1,
      max: 100,
    },
  },
};

export default action;
