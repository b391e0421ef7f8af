import { DURATION, FLOWS_PERCENT, LOSS_PERCENT, SOURCES } from "../catalogued/parameters.ts";
import { checkInterfaces, INTERFACE, POD_PARAMETERS } from "../eks/parameters.ts";
import { peersOf } from "../eks/peers.ts";
import { podFault } from "../eks/pod-fault.ts";
import { outgoing } from "../eks/scripts.ts";

export default podFault(
  {
    id: "aws:eks:pod-network-packet-loss",
    description: "Lose packets in the network of the specified EKS pods.",
    how: "An ephemeral container of each pod has tc lose some of what goes out to the sources.",
    parameters: {
      duration: DURATION,
      interface: INTERFACE,
      lossPercent: LOSS_PERCENT,
      flowsPercent: FLOWS_PERCENT,
      sources: SOURCES,
      ...POD_PARAMETERS,
    },
    check: checkInterfaces,
  },
  async ({ parameters }, seconds, cluster) => {
    const { lossPercent = "7", flowsPercent = "100", interface: interfaces = "DEFAULT" } = parameters;
    const fault = {
      netem: `loss ${lossPercent}%`,
      interfaces,
      flowsPercent: Number(flowsPercent),
      peers: await peersOf(parameters["sources"], cluster),
      seconds,
    };
    return { script: outgoing(fault), onNetwork: true };
  },
);
