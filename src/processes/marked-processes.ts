import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";

/** A process of an instance. */
export interface MarkedProcess {
  readonly pid: number;
  /** What the kernel calls it, as `killall` does, and the program's name as it was called: Node.js 24 is `MainThread` and `node`. */
  readonly names: readonly string[];
}

/** The variable that says whose a process is. */
export const MACHINE_MARK = "_SQUALL_INSTANCE";
const MARKED = new RegExp(`(?:^|\\0)${MACHINE_MARK}=([^\\0]*)`);

/**
 * The processes of a machine: it is in their environment, which they hand on to what they start, whatever group or session that is
 * in. Where there is no /proc, those of the groups that were started.
 */
export function markedProcesses(machine: string, groups: ReadonlySet<number>): readonly MarkedProcess[] {
  return process.platform === "linux" ? ofMachine(machine) : inGroups(groups);
}

/** All machines' processes, as of this turn of the event loop: of hundreds of machines that ask in it, one looks through /proc. */
let looked: ReadonlyMap<string, readonly MarkedProcess[]> | undefined;

function ofMachine(machine: string): readonly MarkedProcess[] {
  if (looked === undefined) {
    looked = Map.groupBy(inProc(), (one) => one.machine);
    setImmediate(() => {
      looked = undefined;
    }).unref();
  }
  return looked.get(machine) ?? [];
}

function inProc(): (MarkedProcess & { readonly machine: string })[] {
  return readdirSync("/proc").flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      const machine = MARKED.exec(readFileSync(`/proc/${entry}/environ`, "latin1"))?.[1];
      if (machine === undefined) return [];
      const [program = ""] = readFileSync(`/proc/${entry}/cmdline`, "latin1").split("\0");
      const names = [readFileSync(`/proc/${entry}/comm`, "utf8").trim(), basename(program)];
      return [{ machine, pid: Number(entry), names }];
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
