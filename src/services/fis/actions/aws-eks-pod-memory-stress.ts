import { DURATION, ECS_WORKERS } from "../catalogued/parameters.ts";
import { POD_PARAMETERS, SECURITY_POLICY } from "../eks/parameters.ts";
import { podFault } from "../eks/pod-fault.ts";
import { memoryStress } from "../eks/scripts.ts";

export default podFault(
  {
    id: "aws:eks:pod-memory-stress",
    description: "Run memory stress on the specified EKS pods.",
    how: "An ephemeral container of each pod takes memory with stress-ng until the end.",
    parameters: {
      duration: DURATION,
      workers: ECS_WORKERS,
      percent: {
        type: "integer",
        description: "Share of memory that is used, in percent (default 80).",
        min: 0,
        max: 100,
      },
      ...POD_PARAMETERS,
      ...SECURITY_POLICY,
    },
  },
  ({ parameters: { percent = "80", workers = "1" } }, seconds) => ({
    script: memoryStress({ workers, percent, seconds }),
    onNetwork: false,
  }),
);
