import type { FaultEffect } from "../../core/fault.ts";

/** A streamed body of this size arrives while its call waits. */
const RECEIVED_BYTES = 1024 * 1024;

const partition: FaultEffect = {
  name: "partition",
  description:
    "Nothing comes through while the rule is there, as on a network that drops packets: the call happens when the rule is gone, for a client that has waited so long.",
  parameters: {},
  async apply(_params, call, next, ctx) {
    call.body?.receive(RECEIVED_BYTES);
    return (await ctx.outlasted(call.signal)) ? next() : { kind: "drop", how: "hang" };
  },
};

export default partition;
