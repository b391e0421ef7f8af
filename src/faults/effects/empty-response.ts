import type { FaultEffect } from "../../core/fault.ts";

const emptyResponse: FaultEffect<{ readonly when: "before" | "after" }> = {
  name: "empty-response",
  description: "Closes the connection (TCP FIN) without a byte of an answer.",
  parameters: {
    when: {
      type: "string",
      description: "`after`: the call takes effect first.",
      values: ["before", "after"],
      default: "before",
    },
  },
  ends: ({ when }) => when === "before",
  async apply({ when }, _call, next) {
    if (when === "after") await next();
    return { kind: "drop", how: "empty" };
  },
};

export default emptyResponse;
