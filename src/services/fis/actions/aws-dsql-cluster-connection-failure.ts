import type { FisAction } from "../action.ts";
import { DURATION } from "../catalogued/parameters.ts";

/** https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html#dsql-actions-reference */
const action: FisAction = {
  id: "aws:dsql:cluster-connection-failure",
  description: "Make a share of the connections to the target Aurora DSQL clusters fail.",
  how: "Of the connections that are made to the clusters the given percentage is refused; those that are there stay.",
  permissions: ["GetCluster", "InjectError"].map((name) => ({
    action: `dsql:${name}`,
    on: { target: "Clusters" },
  })),
  targets: { Clusters: "aws:dsql:cluster" },
  targetQuota: 5,
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

  async start(run) {
    await run.host.load("dsql");
    run.addRule({
      effect: "refuse",
      point: "dsql:connection",
      percentage: Number(run.parameters["percentage"]),
      match: { resource: (run.targets("Clusters") ?? []).map(({ arn }) => arn) },
    });
  },
};

export default action;
