import type { FisAction } from "../action.ts";
import { DURATION } from "./parameters.ts";

/** Actions on databases and caches that do not act here yet. */
export const databases: readonly FisAction[] = [
  {
    id: "aws:dsql:cluster-connection-failure",
    description: "Make a share of the connections to the target Aurora DSQL clusters fail.",
    targets: { Clusters: "aws:dsql:cluster" },
    parameters: {
      duration: DURATION,
      percentage: {
        type: "integer",
        description: "Share of connections that fail.",
        required: true,
        min: 1,
        max: 100,
      },
    },
  },
];
