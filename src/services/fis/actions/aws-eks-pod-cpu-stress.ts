import { DURATION, PERCENT, WORKERS } from "../catalogued/parameters.ts";
import { POD_PARAMETERS, SECURITY_POLICY } from "../eks/parameters.ts";
import { podFault } from "../eks/pod-fault.ts";
import { cpuStress } from "../eks/scripts.ts";

export default podFault(
  {
    id: "aws:eks:pod-cpu-stress",
    description: "Run CPU stress on the specified EKS pods.",
    how: "An ephemeral container of each pod runs stress-ng on the processors until the end.",
    parameters: {
      duration: DURATION,
      percent: PERCENT,
      workers: WORKERS,
      ...POD_PARAMETERS,
      ...SECURITY_POLICY,
    },
  },
  ({ parameters: { percent = "100", workers = "0" } }, seconds) => ({
    script: cpuStress({ workers, percent, seconds }),
    onNetwork: false,
  }),
);
