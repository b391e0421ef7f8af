import type { FaultEffect } from "../../core/fault.ts";
import { bent, withBody } from "../wire/answer.ts";
import { atRate } from "../wire/rate.ts";

const slowBody: FaultEffect<{ readonly bytesPerSecond: number }> = {
  name: "slow-body",
  description: "Sends the headers at once and the response's body slowly.",
  parameters: {
    bytesPerSecond: { type: "number", unit: "bytes/s", description: "How fast.", required: true, min: 1 },
  },
  onTheWire: true,
  shorthand: (value) => ({ bytesPerSecond: value }),
  async apply({ bytesPerSecond }, { signal }, next, { clock }) {
    const outcome = await next();
    return bent(outcome, (answer) =>
      withBody(answer, (chunks) => atRate(chunks, bytesPerSecond, clock, signal)),
    );
  },
};

export default slowBody;
