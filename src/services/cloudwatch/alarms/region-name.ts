import { longNameOf } from "../../../aws/regions.ts";

/** Regions that alarms call by an older name in their messages. */
const OLDER_NAMES: Readonly<Record<string, string>> = {
  "eu-central-1": "EU (Frankfurt)",
  "eu-north-1": "EU (Stockholm)",
  "eu-south-1": "EU (Milan)",
  "eu-west-1": "EU (Ireland)",
  "eu-west-2": "EU (London)",
  "eu-west-3": "EU (Paris)",
};

/** A Region as alarms call it in their messages. */
export const regionName = (region: string): string => OLDER_NAMES[region] ?? longNameOf(region);
