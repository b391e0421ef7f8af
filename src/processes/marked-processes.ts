import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";

/** A process of an instance. */
export interface MarkedProcess {
  readonly pid: number;
  /** What the kernel calls it, as `killall` does, and the program's name as it was called: Node.js 24 is `MainThread` and `node`. */
  readonly names: readonly string[];
}

/**
 * The processes that have a mark in their environment, which they hand on to what they start, whatever group or session that is
 * in. Where there is no /proc, those of the groups that were started.
 */
export function markedProcesses(mark: string, groups: ReadonlySet<number>): MarkedProcess[] {
  return process.platform === "linux" ? markedInProc(mark) : inGroups(groups);
}

function markedInProc(mark: string): MarkedProcess[] {
  return readdirSync("/proc").flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      const environment = readFileSync(`/proc/${entry}/environ`, "latin1");
      if (!environment.split("\0").includes(mark)) return [];
      const [program = ""] = readFileSync(`/proc/${entry}/cmdline`, "latin1").split("\0");
      const names = [readFileSync(`/proc/${entry}/comm`, "utf8").trim(), basename(program)];
      return [{ pid: Number(entry), names }];
    } catch {
      return []; // It has ended, or is another user's.
    }
  });
}

function inGroups(groups: ReadonlySet<number>): MarkedProcess[] {
  const listed = execFileSync("ps", ["-axo", "pid=,pgid=,comm="], { encoding: "utf8" });
  return listed.split("\n").flatMap((line) => {
    const [, pid, group, command] = /^\s*(\d+)\s+(\d+)\s+(.+)$/.exec(line) ?? [];
    if (command === undefined || !groups.has(Number(group))) return [];
    return [{ pid: Number(pid), names: [basename(command)] }];
  });
}

/** The resident memory of a process in megabytes; 0 where nobody tells. */
export function residentMB(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "latin1");
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
