import { behindLast } from "../../../core/text.ts";
import type { FisAction } from "../action.ts";

const action: FisAction = {
  id: "aws:rds:reboot-db-instances",
  description: "Reboot the specified DB instances.",
  how: "Connections are cut and refused until the database is up again.",
  targets: { DBInstances: "aws:rds:db" },
  targetQuota: 5,
  parameters: {
    forceFailover: {
      type: "boolean",
      description: "Whether a Multi-AZ instance fails over instead of rebooting (default false).",
    },
  },
  callsServices: true,
  async start(run) {
    for (const { arn, account } of run.targets("DBInstances") ?? [])
      await run.call(
        "rds",
        "RebootDBInstance",
        {
          DBInstanceIdentifier: behindLast(":", arn),
          ...(run.parameters["forceFailover"] === "true" && { ForceFailover: true }),
        },
        { account },
      );
    return undefined;
  },
};

export default action;
