import { readdirSync, readFileSync } from "node:fs";

/** How long what a killed squall has started may outlive it. */
const GRACE_MS = 1000;

/**
 * The processes that a squall has started, and those that they have started, that are still there after a second. Their
 * environment says whose they are.
 */
export async function leftBehind(processId: number): Promise<string[]> {
  const mark = `_SQUALL_PROCESS=${processId}.`;
  const untilMs = performance.now() + GRACE_MS;
  for (;;) {
    const found = markedProcesses(mark);
    if (found.length === 0 || performance.now() > untilMs) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function markedProcesses(mark: string): string[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const isMarked = readFileSync(`/proc/${name}/environ`, "latin1").includes(mark);
      return isMarked
        ? [`${name} ${readFileSync(`/proc/${name}/cmdline`, "latin1").replaceAll("\0", " ")}`]
        : [];
    } catch {
      // It has just ended, or it is another user's.
      return [];
    }
  });
}
