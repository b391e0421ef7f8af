import { type ChildProcess, spawn } from "node:child_process";
import type { Bus } from "../core/bus.ts";

/** Where and how a command runs. */
export interface Place {
  readonly cwd: string;
  /** Beside those of this process. */
  readonly environment: Readonly<Record<string, string>>;
}

/** How long a command may take, in real milliseconds. */
export interface Patience {
  readonly mostMs: number;
  /** Without any call of AWS. */
  readonly mostIdleMs?: number;
}

/** How a command ended. */
export interface Ended {
  /** Undefined when it was cut. */
  readonly exitCode: number | undefined;
  readonly isCut: boolean;
  /** The end of what it wrote. */
  readonly output: string;
}

/** Something around a command that is not its fault, and that its user can put right. */
export class CannotRun extends Error {}

const MOST_OUTPUT = 4000;
/** So long what a command has left behind may still write after its end, in real milliseconds. */
const GRACE_MS = 300;

const running = new Set<ChildProcess>();

/** Ends every command that runs, with all that it has started. */
export function endAll(): void {
  for (const child of running) endGroup(child);
}

/**
 * Runs a command to its end, or until patience is over.
 * @throws CannotRun when there is no such program
 */
export async function runProgram(
  [program = "", ...args]: readonly string[],
  { cwd, environment }: Place,
  bus: Pick<Bus, "subscribe">,
  { mostMs, mostIdleMs = mostMs }: Patience,
): Promise<Ended> {
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own: what the command has started ends with it.
    detached: true,
  });
  running.add(child);
  let output = "";
  const keep = (chunk: Buffer) => {
    output = (output + chunk.toString("utf8")).slice(-MOST_OUTPUT);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  let isCut = false;
  const cut = () => {
    isCut = true;
    endGroup(child);
  };
  const timer = setTimeout(cut, mostMs);
  const idle = setTimeout(cut, mostIdleMs);
  // AWS's own calls (a poller's) go on whether the command does anything or not.
  const unsubscribe = bus.subscribe("call.ended", ({ isInternal }) => {
    if (!isInternal) idle.refresh();
  });
  try {
    const exitCode = await endOf(child, program);
    return { exitCode: isCut ? undefined : exitCode, isCut, output };
  } finally {
    clearTimeout(timer);
    clearTimeout(idle);
    unsubscribe();
    running.delete(child);
    endGroup(child);
  }
}

/** A server that a command leaves behind has its output, too: the command's own end counts, and what it left ends with it. */
function endOf(child: ChildProcess, program: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let grace: NodeJS.Timeout | undefined;
    child.once("error", ({ code }: NodeJS.ErrnoException) =>
      reject(new CannotRun(`${program} cannot be run (${code}). Is it installed, and on the PATH?`)),
    );
    child.once("exit", (code) => {
      grace = setTimeout(() => {
        endGroup(child);
        child.stdout?.destroy();
        child.stderr?.destroy();
        resolve(code ?? 1);
      }, GRACE_MS);
    });
    child.once("close", (code) => {
      clearTimeout(grace);
      resolve(code ?? 1);
    });
  });
}

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Nothing of it is left.
  }
}

/**
 * A shell command around a run.
 * @throws CannotRun when it fails
 */
export function runShell(flag: string, command: string, { cwd, environment }: Place): Promise<void> {
  const child = spawn(command, {
    shell: true,
    cwd,
    env: { ...process.env, ...environment },
    stdio: "ignore",
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) =>
      code === 0
        ? resolve()
        : reject(new CannotRun(`${flag} \`${command}\` ended with ${code ?? "a signal"}.`)),
    );
  });
}
