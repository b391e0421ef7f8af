import { setTimeout as pause } from "node:timers/promises";
import { CliError } from "../cli-error.ts";
import { SquallClient } from "../client.ts";
import { forget, isAlive, type RunRecord } from "./run-records.ts";

const LOOK_MS = 20;

/** How it has ended: by itself, or because it was made to. */
export type Ended = "ended" | "killed";

/**
 * Asks a squall to end, as Ctrl-C does, and waits until its process is gone; one that does not is killed.
 * @throws CliError when it belongs to somebody else
 */
export async function stopRun(record: RunRecord, patienceMs: number): Promise<Ended> {
  if (!(await isAsked(record))) signal(record, "SIGTERM");
  const hasEnded = await isGone(record, patienceMs);
  if (!hasEnded) {
    signal(record, "SIGKILL");
    await isGone(record, patienceMs);
  }
  forget(record);
  return hasEnded ? "ended" : "killed";
}

/** By HTTP, which every system has; by a signal where it does not listen, or wants a token that is not known here. */
async function isAsked({ url }: RunRecord): Promise<boolean> {
  try {
    await new SquallClient(url).ask("POST", "/_squall/shutdown", undefined, AbortSignal.timeout(2000));
    return true;
  } catch (error) {
    if (error instanceof CliError) return false;
    throw error;
  }
}

function signal(record: RunRecord, name: "SIGTERM" | "SIGKILL"): void {
  if (!isAlive(record)) return;
  try {
    process.kill(record.pid, name);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ESRCH") throw new CliError(`Process ${record.pid} cannot be ended (${code}).`);
  }
}

async function isGone(record: RunRecord, patienceMs: number): Promise<boolean> {
  const endMs = performance.now() + patienceMs;
  while (isAlive(record)) {
    if (performance.now() > endMs) return false;
    await pause(LOOK_MS);
  }
  return true;
}
