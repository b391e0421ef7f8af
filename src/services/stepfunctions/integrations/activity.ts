import type { Integration } from "./integration.ts";

/** Work that somebody fetches with GetActivityTask: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-activities.html */
export const activity: Integration = {
  kind: "activity",
  // Nothing is asked of anybody: who works for the activity comes by himself.
  request: () => Promise.resolve(null),
};
