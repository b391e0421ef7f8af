import type { FaultPoint } from "../../core/fault.ts";

export const POLL = "pipes:poll";
export const ENRICH = "pipes:enrich";
export const SEND = "pipes:send";

/** Where rules can strike in Pipes: what fails there is tried again as the source's settings say. */
export const faultPoints: Readonly<Record<string, FaultPoint>> = {
  [POLL]: { description: "A pipe reads from its source.", generic: true, effects: {} },
  [ENRICH]: { description: "A pipe calls its enrichment with a batch.", generic: true, effects: {} },
  [SEND]: { description: "A pipe sends to its target.", generic: true, effects: {} },
};
