import type { FaultEffect } from "../../core/fault.ts";

const slowBody: FaultEffect<{ readonly bytesPerSecond: number }> = {
  name: "slow-body",
  description: "Sends the headers at once and the response's body slowly.",
  parameters: {
    bytesPerSecond: { type: "number", unit: "bytes/s", description: "How fast.", required: true, min: 1 },
  },
  onTheWire: true,
  shorthand: (value) => ({ bytesPerSecond: value }),
  async apply({ bytesPerSecond }, _call, next) {
    const outcome = await next();
    return outcome.kind === "drop"
      ? outcome
      : { ...outcome, delivery: { ...outcome.delivery, bytesPerSecond } };
  },
};

export default slowBody;
