import type { FisAction } from "../action.ts";

const action: FisAction = {
  id: "aws:rds:reboot-db-instances",
  description: "Reboot the specified DB instances.",
  targets: { DBInstances: "aws:rds:db" },
  targetQuota: 5,
  parameters: {
    forceFailover: {
      type: "boolean",
      description: "Whether a Multi-AZ instance fails over instead of rebooting (default false).",
    },
  },
};

export default action;
