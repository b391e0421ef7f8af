import type { FisAction } from "../action.ts";

/** Actions on EC2 instances, their volumes and Auto Scaling groups that do not act here yet. */
export const instances: readonly FisAction[] = [
  {
    id: "aws:ebs:volume-io-latency",
    description: "Add latency to I/O of the target EBS volumes.",
    targets: { Volumes: "aws:ec2:ebs-volume" },
    parameters: {
      duration: {
        type: "duration",
        description: "How long the latency lasts (ISO 8601 duration, PT1S to PT12H).",
        required: true,
        min: 1000,
      },
      readIOPercentage: {
        type: "number",
        description: "Share of read operations that are slow, in percent (default 100).",
        min: 0.1,
        max: 100,
      },
      readIOLatencyMilliseconds: {
        type: "integer",
        description: "Latency of read operations, in milliseconds (default 100).",
        min: 1,
        max: 60000,
      },
      writeIOPercentage: {
        type: "number",
        description: "Share of write operations that are slow, in percent (default 100).",
        min: 0.1,
        max: 100,
      },
      writeIOLatencyMilliseconds: {
        type: "integer",
        description: "Latency of write operations, in milliseconds (default 100).",
        min: 1,
        max: 60000,
      },
    },
  },
];
