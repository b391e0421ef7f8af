import { reaper } from "./reaper.ts";

/** Process groups that we have started and that run now: none outlives us. Where we cannot say good-bye, the reaper ends them. */
const running = new Set<number>();
/** Those whose leader is told to quit before the reaper ends them. */
const quitting = new Set<number>();

process.on("exit", () => {
  for (const group of running) if (!quitting.has(group)) killGroup(group);
});

/** Sends a signal to a process, or to every one of a group (`-group`). @returns false when it has ended by itself */
export function tell(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** Ends every process of a group. */
export function killGroup(group: number): void {
  tell(-group, "SIGKILL");
}

/**
 * From here on a group that we have started ends with us. What it starts must have the reaper's variables in its environment.
 * @param quits its leader is told to quit (SIGQUIT) first: it has what outlives it otherwise
 */
export function ownGroup(group: number, quits = false): void {
  running.add(group);
  if (quits) quitting.add(group);
  reaper.adopt(group, quits);
}

/** A group has ended, and with it whatever of it is left. */
export function disownGroup(group: number): void {
  killGroup(group);
  running.delete(group);
  quitting.delete(group);
  reaper.release(group);
}
