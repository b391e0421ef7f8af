import type { FaultEffect } from "../../core/fault.ts";

const corrupt: FaultEffect<{ readonly bytes: number }> = {
  name: "corrupt",
  description: "Flips bytes of the response's body; its checksum headers stay those of the true body.",
  parameters: {
    bytes: { type: "integer", unit: "bytes", description: "How many.", min: 1, max: 65536, default: 1 },
  },
  onTheWire: true,
  shorthand: (value) => ({ bytes: value }),
  async apply({ bytes }, _call, next) {
    const outcome = await next();
    return outcome.kind === "drop"
      ? outcome
      : { ...outcome, delivery: { ...outcome.delivery, corruptBytes: bytes } };
  },
};

export default corrupt;
