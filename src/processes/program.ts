import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";
import { killGroup, ownGroup } from "../core/process-groups.ts";
import { sure } from "../core/sure.ts";

/** How a program has ended: a status, as shells have it when a signal ended it. */
export interface Ended {
  readonly code: number;
}

export interface ProgramOptions {
  readonly cwd: string;
  /** The whole of it. */
  readonly environment: Readonly<Record<string, string>>;
  /** As whom it runs, when it is not to run as we do. */
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
  /** It has what outlives it unless it ends by its own doing: before it is killed it is told to quit. */
  readonly quits?: boolean;
  /** What it reads. */
  readonly input?: string;
  /** Ends the program, and what it has started in its group. */
  readonly signal?: AbortSignal | undefined;
  readonly out?: ((chunk: Buffer) => void) | undefined;
  readonly err?: ((chunk: Buffer) => void) | undefined;
  /** Hears of its process group, which is ours from then on until somebody disowns it. */
  started(group: number): void;
}

/** Runs a program of this machine in a process group of its own, which ends with us. @throws Error when it cannot be started */
export function runProgram(
  [file, ...args]: readonly string[],
  { cwd, environment, user, quits, input, signal, out, err, started }: ProgramOptions,
): Promise<Ended> {
  const child = spawn(sure(file), args, {
    cwd,
    env: environment,
    ...user,
    stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    detached: true,
  });
  const { pid } = child;
  if (pid) {
    ownGroup(pid, quits);
    started(pid);
  }
  const kill = () => pid && killGroup(pid);
  signal?.addEventListener("abort", kill, { once: true });
  if (signal?.aborted) kill();
  child.stdout?.on("data", (chunk: Buffer) => out?.(chunk));
  child.stderr?.on("data", (chunk: Buffer) => err?.(chunk));
  child.stdin?.on("error", () => {
    // It has ended before it had read everything: its status says how.
  });
  child.stdin?.end(input);
  return endOf(child).finally(() => signal?.removeEventListener("abort", kill));
}

/** What a program that has ended may take before its pipes are given up: what it left in the background may hold them open. */
const LAST_WORDS_MS = 200;

function endOf(child: ChildProcess): Promise<Ended> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (status, signal) => {
      const code = status ?? 128 + (constants.signals[signal ?? "SIGHUP"] ?? 1);
      const patience = setTimeout(() => resolve({ code }), LAST_WORDS_MS);
      child.once("close", () => {
        clearTimeout(patience);
        resolve({ code });
      });
    });
  });
}
