import {
  DELAY_MILLISECONDS,
  DURATION,
  FLOWS_PERCENT,
  JITTER_MILLISECONDS,
  SOURCES,
} from "../catalogued/parameters.ts";
import { checkInterfaces, INTERFACE, POD_PARAMETERS } from "../eks/parameters.ts";
import { peersOf } from "../eks/peers.ts";
import { podFault } from "../eks/pod-fault.ts";
import { outgoing } from "../eks/scripts.ts";

export default podFault(
  {
    id: "aws:eks:pod-network-latency",
    description: "Add latency to the network of the specified EKS pods.",
    how: "An ephemeral container of each pod has tc delay what goes out to the sources.",
    parameters: {
      duration: DURATION,
      interface: INTERFACE,
      delayMilliseconds: DELAY_MILLISECONDS,
      jitterMilliseconds: JITTER_MILLISECONDS,
      flowsPercent: FLOWS_PERCENT,
      sources: SOURCES,
      ...POD_PARAMETERS,
    },
    check: checkInterfaces,
  },
  async ({ parameters }, seconds, cluster) => {
    const {
      delayMilliseconds = "200",
      jitterMilliseconds = "10",
      interface: interfaces = "DEFAULT",
    } = parameters;
    const fault = {
      netem: `delay ${delayMilliseconds}ms ${jitterMilliseconds}ms`,
      interfaces,
      flowsPercent: Number(parameters["flowsPercent"] ?? "100"),
      peers: await peersOf(parameters["sources"], cluster),
      seconds,
    };
    return { script: outgoing(fault), onNetwork: true };
  },
);
