import type { FaultEffect } from "../../core/fault.ts";

const reset: FaultEffect = {
  name: "reset",
  description: "Resets the connection (TCP RST) before the call happens.",
  parameters: {},
  ends: () => true,
  apply: async () => ({ kind: "drop", how: "reset" }),
};

export default reset;
