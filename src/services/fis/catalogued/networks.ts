import type { FisAction } from "../action.ts";

/** Actions on zones and lines that do not act here yet. */
export const networks: readonly FisAction[] = [
  {
    id: "aws:directconnect:virtual-interface-disconnect",
    description: "Interrupt the BGP sessions of the target virtual interfaces.",
    targets: { VirtualInterfaces: "aws:directconnect:virtual-interface" },
    // AWS's default could not be found: as of most actions (inferred).
    targetQuota: 5,
    parameters: {
      duration: {
        type: "duration",
        description: "How long the sessions are down (ISO 8601 duration, PT10M to PT12H).",
        required: true,
        min: 600000,
      },
    },
  },
];
