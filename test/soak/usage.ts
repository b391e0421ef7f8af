import { readdirSync, readFileSync } from "node:fs";

/** What a process holds at a moment. */
export interface Usage {
  readonly atMs: number;
  readonly residentMegabytes: number;
  readonly descriptors: number;
  readonly children: number;
}

/** As Linux knows it. */
export function usageOf(processId: number): Usage {
  const status = readFileSync(`/proc/${processId}/status`, "utf8");
  const children = readFileSync(`/proc/${processId}/task/${processId}/children`, "utf8");
  return {
    atMs: performance.now(),
    residentMegabytes: Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1024),
    descriptors: readdirSync(`/proc/${processId}/fd`).length,
    children: children.split(" ").filter(Boolean).length,
  };
}

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
