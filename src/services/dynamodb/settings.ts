import type { ServiceHost, Setting } from "../../core/service.ts";

/** The knobs of DynamoDB. */
export const settings = {
  consistency: {
    description:
      "strong: every read sees every write. eventual: reads that AWS calls eventually consistent (also all of GSIs) lag behind.",
    type: "string",
    default: "strong",
    values: ["strong", "eventual"],
  },
  "consistency-lag": {
    description: "With eventual consistency: the longest lag of a write, in milliseconds.",
    type: "number",
    default: 1000,
  },
  capacity: {
    description:
      "enforce: provisioned throughput and on-demand maximums throttle as in AWS. ignore: they do not.",
    type: "string",
    default: "ignore",
    values: ["ignore", "enforce"],
  },
  delays: {
    description: "none: tables, indexes and streams change status at once. real: about as long as in AWS.",
    type: "string",
    default: "none",
    values: ["none", "real"],
  },
  "remove-expired-items": {
    description: "Remove items when their time to live is over.",
    type: "boolean",
    default: true,
    env: ["DYNAMODB_REMOVE_EXPIRED_ITEMS"],
  },
  "stream-shards": {
    description: "How many shards a new stream has.",
    type: "number",
    default: 1,
  },
  "error-probability": {
    description: "Share (0 to 1) of reads and writes that fail with ProvisionedThroughputExceededException.",
    type: "number",
    most: 1,
    default: 0,
    env: ["DYNAMODB_ERROR_PROBABILITY"],
  },
  "read-error-probability": {
    description: "Share (0 to 1) of reads that fail with ProvisionedThroughputExceededException.",
    type: "number",
    most: 1,
    default: 0,
    env: ["DYNAMODB_READ_ERROR_PROBABILITY"],
  },
  "write-error-probability": {
    description: "Share (0 to 1) of writes that fail with ProvisionedThroughputExceededException.",
    type: "number",
    most: 1,
    default: 0,
    env: ["DYNAMODB_WRITE_ERROR_PROBABILITY"],
  },
} as const satisfies Record<string, Setting>;

/** The knobs as they are set: read once, for they do not change while a service lives. */
export interface Settings {
  readonly lagMs: number | undefined;
  readonly enforcesCapacity: boolean;
  readonly hasDelays: boolean;
  readonly removesExpired: boolean;
  readonly streamShards: number;
  readonly errors: { readonly any: number; readonly read: number; readonly write: number };
}

export function readSettings(host: ServiceHost): Settings {
  return {
    lagMs: host.setting("consistency") === "eventual" ? host.setting<number>("consistency-lag") : undefined,
    enforcesCapacity: host.setting("capacity") === "enforce",
    hasDelays: host.setting("delays") === "real",
    removesExpired: host.setting<boolean>("remove-expired-items"),
    streamShards: Math.max(1, host.setting<number>("stream-shards")),
    errors: {
      any: host.setting<number>("error-probability"),
      read: host.setting<number>("read-error-probability"),
      write: host.setting<number>("write-error-probability"),
    },
  };
}
