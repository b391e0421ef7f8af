import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * When a process began, in the system's own words: an id alone is given to another process one day, the two together are not.
 * @returns undefined when there is no such process (any more)
 */
export function birthOf(pid: number): string | undefined {
  if (process.platform === "linux") return birthInProc(pid);
  try {
    process.kill(pid, 0);
  } catch (error) {
    // One of another user is there, too.
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return undefined;
  }
  return process.platform === "win32" ? "there" : birthByPs(pid);
}

function birthInProc(pid: number): string | undefined {
  try {
    const { state, began } = statOf(readFileSync(`/proc/${pid}/stat`, "utf8"));
    // It has ended, and its parent has not asked how.
    return state === "Z" || state === "X" ? undefined : began;
  } catch {
    return undefined;
  }
}

/** Fields of `/proc/<pid>/stat` (proc(5)); the command's name, which may hold anything, is passed over. */
export function statOf(text: string): { state: string; parent: number; began: string } {
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return { state: fields[0] ?? "", parent: Number(fields[1]), began: fields[19] ?? "" };
}

function birthByPs(pid: number): string | undefined {
  try {
    return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim() || undefined;
  } catch {
    return undefined;
  }
}
