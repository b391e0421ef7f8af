import type { ActionParameter } from "../action.ts";

/** Parameters that many actions have. */
export const DURATION = {
  type: "duration",
  description: "How long the action lasts (ISO 8601 duration, PT1M to PT12H).",
  required: true,
} as const satisfies ActionParameter;
export const CUT_OFF_REGION = {
  type: "string",
  description: "Region that is cut off.",
  required: true,
} as const satisfies ActionParameter;
export const AVAILABILITY_ZONE_IDENTIFIERS = {
  type: "list",
  description: "Availability Zones, by name or id.",
  required: true,
} as const satisfies ActionParameter;
export const PERCENT = {
  type: "integer",
  description: "Target load, in percent (default 100).",
  min: 0,
  max: 100,
} as const satisfies ActionParameter;
export const WORKERS = {
  type: "integer",
  description: "How many stressors; 0 is one a CPU (default 0).",
  min: 0,
} as const satisfies ActionParameter;
export const ECS_PERCENT = {
  type: "integer",
  description: "Share of free space that is used, in percent (default 80).",
  min: 0,
  max: 100,
} as const satisfies ActionParameter;
export const ECS_WORKERS = {
  type: "integer",
  description: "How many workers (default 1).",
  min: 1,
} as const satisfies ActionParameter;
export const PORT = {
  type: "integer",
  description: "Port number.",
  required: true,
  min: 0,
  max: 65535,
} as const satisfies ActionParameter;
export const TRAFFIC_TYPE = {
  type: "string",
  description: "Direction of the traffic.",
  required: true,
  values: ["ingress", "egress"],
} as const satisfies ActionParameter;
export const DELAY_MILLISECONDS = {
  type: "integer",
  description: "Delay, in milliseconds (default 200).",
  min: 0,
} as const satisfies ActionParameter;
export const JITTER_MILLISECONDS = {
  type: "integer",
  description: "Jitter, in milliseconds (default 10).",
  min: 0,
} as const satisfies ActionParameter;
export const FLOWS_PERCENT = {
  type: "integer",
  description: "Share of connections that are affected, in percent (default 100).",
  min: 0,
  max: 100,
} as const satisfies ActionParameter;
export const SOURCES = {
  type: "list",
  description:
    "Peers whose traffic is affected: IPv4 addresses, CIDR blocks, domain names, Availability Zones, ALL, DYNAMODB or S3 (default ALL).",
} as const satisfies ActionParameter;
export const LOSS_PERCENT = {
  type: "integer",
  description: "Share of packets that are lost, in percent (default 7).",
  min: 0,
  max: 100,
} as const satisfies ActionParameter;
