import type { FaultEffect } from "../../core/fault.ts";

const hang: FaultEffect = {
  name: "hang",
  description:
    "Never answers: the call does not happen, and the connection stays open until the client gives up.",
  parameters: {},
  ends: () => true,
  async apply(_params, { signal, body }) {
    // Of a connection that is not read nobody hears that its client has left.
    body?.discard(Number.POSITIVE_INFINITY);
    if (!signal.aborted) {
      await new Promise((leave) => signal.addEventListener("abort", leave, { once: true }));
    }
    return { kind: "drop", how: "hang" };
  },
};

export default hang;
