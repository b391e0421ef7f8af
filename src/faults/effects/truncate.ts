import type { FaultEffect } from "../../core/fault.ts";

const truncate: FaultEffect<{ readonly at: number }> = {
  name: "truncate",
  description: "Sends only the first part of the response's body, then closes the connection.",
  parameters: {
    at: {
      type: "number",
      unit: "share of the body",
      description: "Where it breaks off.",
      min: 0,
      max: 1,
      default: 0.5,
    },
  },
  onTheWire: true,
  shorthand: (value) => ({ at: value }),
  async apply({ at }, _call, next) {
    const outcome = await next();
    return outcome.kind === "drop"
      ? outcome
      : { ...outcome, delivery: { ...outcome.delivery, truncateAt: at } };
  },
};

export default truncate;
