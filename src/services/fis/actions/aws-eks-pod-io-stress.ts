import { DURATION, ECS_PERCENT, ECS_WORKERS } from "../catalogued/parameters.ts";
import { POD_PARAMETERS, SECURITY_POLICY } from "../eks/parameters.ts";
import { podFault } from "../eks/pod-fault.ts";
import { ioStress } from "../eks/scripts.ts";

export default podFault(
  {
    id: "aws:eks:pod-io-stress",
    description: "Run I/O stress on the specified EKS pods.",
    how: "An ephemeral container of each pod reads and writes its disk with stress-ng until the end.",
    parameters: {
      duration: DURATION,
      workers: ECS_WORKERS,
      percent: ECS_PERCENT,
      ...POD_PARAMETERS,
      ...SECURITY_POLICY,
    },
  },
  ({ parameters: { percent = "80", workers = "1" } }, seconds) => ({
    script: ioStress({ workers, percent, seconds }),
    onNetwork: false,
  }),
);
