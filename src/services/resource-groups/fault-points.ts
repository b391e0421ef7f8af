import type { FaultPoint } from "../../core/fault.ts";

export const QUERY = "resource-groups:query";

export const queryPoint: FaultPoint = {
  description: "ListGroupResources and SearchResources, when they have found what a query is for.",
  effects: {
    omit: {
      description: "Leaves some of the resources out: what was tagged a moment ago is not found yet.",
      parameters: {
        share: {
          type: "number",
          description: "Which share of them, drawn by the seed",
          default: 1,
          min: 0,
          max: 1,
        },
      },
    },
  },
};
