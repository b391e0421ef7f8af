import { readFileSync } from "node:fs";
import { disownGroup, killGroup, ownGroup, tell } from "../../../core/process-groups.ts";
import { reaper } from "../../../core/reaper.ts";
import { forkProcess } from "./fork-server.ts";
import { frameReader, lineReader } from "./frames.ts";
import type { Command } from "./process-events.ts";
import { signalNumbered, signalText } from "./signals.ts";
import { spawnProcess } from "./spawn.ts";

/** A process of an environment (the runtime, or an extension), leader of its own group. */
export class SandboxProcess {
  readonly #isWrapped: boolean;
  readonly #readers;
  /** Resolves to `with exit status: 1`-like text of how it ended; never rejects. */
  readonly ended: Promise<string>;
  #pid: number | undefined;
  #isRunning = true;
  /** It was to end before it was there. */
  #isUnwanted = false;

  /** @param log takes what it writes: lines of stdout and stderr, and whole messages on descriptor 3 */
  constructor(command: Command, log: (message: string) => void) {
    this.#isWrapped = command.isWrapped ?? false;
    this.#readers = { 1: lineReader(log), 2: lineReader(log), 3: frameReader(log) };
    const env = { ...command.env, ...reaper.environment, _LAMBDA_TELEMETRY_LOG_FD: "3" };
    const start = command.forkedFrom ? forkProcess : spawnProcess;
    this.ended = new Promise((resolve) => {
      let how = "";
      let patience: NodeJS.Timeout | undefined;
      const end = () => {
        if (!this.#isRunning) return;
        this.#isRunning = false;
        // What it started goes with it.
        if (this.#pid) disownGroup(this.#pid);
        resolve(how);
      };
      start(
        { ...command, env },
        {
          born: (pid) => {
            this.#pid = pid;
            ownGroup(pid);
            if (this.#isUnwanted) killGroup(pid);
          },
          wrote: (descriptor, chunk) => this.#readers[descriptor].write(chunk),
          failed: (error) => {
            how = `with error: ${startFailure(command, error)}`;
            end();
          },
          exited: (code, signal) => {
            how = endText(code, signal, this.#isWrapped);
            if (this.#pid) killGroup(this.#pid);
            // The pipes may still hold what it said last; a process that left the group can hold them open.
            patience = setTimeout(end, 200);
          },
          closed: () => {
            clearTimeout(patience);
            this.flush();
            end();
          },
        },
      );
    });
  }

  /** The process that runs the program; undefined until it is there. */
  get pid(): number | undefined {
    return this.#isWrapped ? childOf(childOf(this.#pid)) : this.#pid;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Partial lines become messages. */
  flush(): void {
    for (const reader of Object.values(this.#readers)) reader.flush();
  }

  kill(): void {
    this.#isUnwanted = true;
    if (this.#isRunning && this.#pid) killGroup(this.#pid);
  }

  signal(name: NodeJS.Signals): void {
    const { pid } = this;
    if (this.#isRunning && pid) tell(pid, name);
  }
}

/** The first child of a process. Only Linux tells, and only there are sandboxes. */
function childOf(pid: number | undefined): number | undefined {
  if (!pid) return undefined;
  try {
    return Number.parseInt(readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1"), 10) || undefined;
  } catch {
    return undefined; // It has ended by itself.
  }
}

function endText(code: number | null, signal: NodeJS.Signals | null, isWrapped: boolean): string {
  if (code === 0) return "without providing a reason";
  // As a shell does, a sandbox tells of a signal by a status above 128.
  const told = signal ?? (isWrapped && code !== null ? signalNumbered(code - 128) : undefined);
  return told ? `with error: signal: ${signalText(told)}` : `with error: exit status ${code}`;
}

function startFailure(command: Command, error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "EACCES") return `fork/exec ${command.file}: permission denied`;
  if (code === "ENOENT") return `fork/exec ${command.file}: no such file or directory`;
  return error.message;
}
