import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { disownGroup, killGroup, ownGroup, tell } from "../../../core/process-groups.ts";
import { reaper } from "../../../core/reaper.ts";
import { frameReader, lineReader, type MessageReader } from "./frames.ts";

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** It only starts what it is about, two generations down, in a sandbox. */
  readonly isWrapped?: true;
}

/** A process of an environment (the runtime, or an extension), leader of its own group. */
export class SandboxProcess {
  readonly #child: ChildProcess;
  readonly #isWrapped: boolean;
  readonly #readers: MessageReader[] = [];
  /** Resolves to `with exit status: 1`-like text of how it ended; never rejects. */
  readonly ended: Promise<string>;
  #isRunning = true;

  /** @param log takes what it writes: lines of stdout and stderr, and whole messages on descriptor 3 */
  constructor(command: Command, log: (message: string) => void) {
    this.#isWrapped = command.isWrapped ?? false;
    this.#child = spawn(command.file, command.args, {
      cwd: command.cwd,
      env: { ...command.env, ...reaper.environment, _LAMBDA_TELEMETRY_LOG_FD: "3" },
      stdio: ["ignore", "pipe", "pipe", "pipe"],
      detached: true,
    });
    const { pid } = this.#child;
    if (pid) ownGroup(pid);
    for (const descriptor of [1, 2, 3]) {
      const reader = descriptor === 3 ? frameReader(log) : lineReader(log);
      this.#readers.push(reader);
      const pipe = this.#child.stdio[descriptor] as NodeJS.ReadableStream;
      pipe.on("data", (chunk: Buffer) => reader.write(chunk));
    }
    this.ended = new Promise((resolve) => {
      const end = (how: string) => {
        if (!this.#isRunning) return;
        this.#isRunning = false;
        // What it started goes with it.
        if (pid) disownGroup(pid);
        resolve(how);
      };
      this.#child.once("error", (error) => end(`with error: ${startFailure(command, error)}`));
      this.#child.once("exit", (code, signal) => {
        const how = endText(code, signal, this.#isWrapped);
        if (pid) killGroup(pid);
        // The pipes may still hold what it said last; a process that left the group can hold them open.
        const patience = setTimeout(() => end(how), 200);
        this.#child.once("close", () => {
          clearTimeout(patience);
          this.flush();
          end(how);
        });
      });
    });
  }

  /** The process that runs the program; in a sandbox undefined until it is there. */
  get pid(): number | undefined {
    const { pid } = this.#child;
    return this.#isWrapped && pid ? childOf(childOf(pid)) : pid;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Partial lines become messages. */
  flush(): void {
    for (const reader of this.#readers) reader.flush();
  }

  kill(): void {
    if (this.#isRunning && this.#child.pid) killGroup(this.#child.pid);
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

const signalNumbered = (number: number): NodeJS.Signals | undefined =>
  (Object.entries(constants.signals) as [NodeJS.Signals, number][]).find(
    ([, value]) => value === number,
  )?.[0];

function startFailure(command: Command, error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "EACCES") return `fork/exec ${command.file}: permission denied`;
  if (code === "ENOENT") return `fork/exec ${command.file}: no such file or directory`;
  return error.message;
}

const SIGNALS: Partial<Record<NodeJS.Signals, string>> = {
  SIGKILL: "killed",
  SIGTERM: "terminated",
  SIGABRT: "aborted",
  SIGSEGV: "segmentation fault",
  SIGINT: "interrupt",
};

const signalText = (signal: NodeJS.Signals | null): string => (signal && SIGNALS[signal]) || String(signal);
