/*
 * npm and npx start a shell, which starts us. Whoever kills npm with more than a Ctrl-C (a CI job that is cancelled, a tool's stop button)
 * leaves both behind, and the port taken.
 */
import { readFileSync } from "node:fs";
import { statOf } from "./birth.ts";

const LOOK_MS = 500;

/**
 * Watches the process that has started us, npm or its shell, and then the one above: when one of them has ended, so should we.
 * @param end is told why
 */
export function endWithNpm(end: (sentence: string) => void): void {
  const { ppid } = process;
  const above = isShell(ppid) ? parentOf(ppid) : undefined;
  const timer = setInterval(() => {
    if (process.ppid === ppid && isThere(ppid) && (above === undefined || parentOf(ppid) === above)) return;
    clearInterval(timer);
    end("npm, which has started this, has ended: this ends with it. squall start --detach stays.");
  }, LOOK_MS);
  timer.unref();
}

/** Only Linux tells; elsewhere the nearest one is watched alone. `sh -c "squall start"` stands between npm and us, where the shell does not take itself away. Above npm is what may come and go. */
function isShell(pid: number): boolean {
  if (process.platform !== "linux") return false;
  try {
    const [program = "", flag] = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    return /(^|\/)(sh|ash|bash|dash|zsh)$/.test(program) && flag === "-c";
  } catch {
    return false;
  }
}

function parentOf(pid: number): number | undefined {
  try {
    return statOf(readFileSync(`/proc/${pid}/stat`, "utf8")).parent;
  } catch {
    return undefined;
  }
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
