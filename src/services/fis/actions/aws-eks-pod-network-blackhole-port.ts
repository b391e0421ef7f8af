import { DURATION, PORT, TRAFFIC_TYPE } from "../catalogued/parameters.ts";
import { POD_PARAMETERS } from "../eks/parameters.ts";
import { podFault } from "../eks/pod-fault.ts";
import { blackholePort } from "../eks/scripts.ts";

export default podFault(
  {
    id: "aws:eks:pod-network-blackhole-port",
    description: "Drop traffic of a port in the specified EKS pods.",
    how: "An ephemeral container of each pod has iptables drop what comes in for the port, or goes out to it.",
    parameters: {
      duration: DURATION,
      protocol: {
        type: "string",
        description: "Protocol of the traffic.",
        required: true,
        values: ["tcp", "udp"],
      },
      trafficType: TRAFFIC_TYPE,
      port: PORT,
      ...POD_PARAMETERS,
    },
  },
  ({ parameters: { protocol = "tcp", port = "", trafficType } }, seconds) => ({
    script: blackholePort({ protocol, port, isIngress: trafficType === "ingress", seconds }),
    onNetwork: true,
  }),
);
