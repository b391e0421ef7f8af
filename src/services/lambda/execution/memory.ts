import { readFileSync } from "node:fs";

/** The resident memory of a process in MB: now and at most so far. Only Linux tells; undefined elsewhere. */
export function residentMemory(pid: number): { nowMB: number; peakMB: number } | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    const status = readFileSync(`/proc/${pid}/status`, "latin1");
    const kilobytes = (field: string) => Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1] ?? 0);
    return { nowMB: Math.round(kilobytes("VmRSS") / 1024), peakMB: Math.round(kilobytes("VmHWM") / 1024) };
  } catch {
    return undefined;
  }
}
