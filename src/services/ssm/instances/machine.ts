import { type ChildProcess, spawn } from "node:child_process";
import { disownGroup, killGroup, ownGroup } from "../../../core/process-groups.ts";
import { reaper } from "../../../core/reaper.ts";
import type { InstanceRecord } from "./instance.ts";
import { type MarkedProcess, markedProcesses, residentMB } from "./marked-processes.ts";

const MEMORY_WATCH_MS = 500;
/** What a process that was told to end may take before its pipes are given up. */
const LAST_WORDS_MS = 200;

/** How a process has ended: a status, as shells have it when a signal ended it. */
export interface Ended {
  readonly code: number;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Ends the process, and what it has started in its group. */
  readonly signal?: AbortSignal;
  readonly out?: (chunk: Buffer) => void;
  readonly err?: (chunk: Buffer) => void;
}

/** The processes of an instance that runs: its own command, what commands of Systems Manager start in it, and all of their descendants. */
export class Machine {
  readonly instance: InstanceRecord;
  /** Of the role's session that its processes call AWS with. */
  readonly accessKeyId: string;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #mark: string;
  readonly #groups = new Set<number>();
  #watch: NodeJS.Timeout | undefined;
  /** What became of its own command; undefined while that runs. */
  ended: string | undefined;

  /** @param aws variables with which its processes reach this cloud */
  constructor(instance: InstanceRecord, accessKeyId: string, aws: Readonly<Record<string, string>>) {
    this.instance = instance;
    this.accessKeyId = accessKeyId;
    this.#mark = `_SQUALL_INSTANCE=${instance.id}`;
    this.#environment = {
      ...instance.environment,
      ...aws,
      ...reaper.environment,
      _SQUALL_INSTANCE: instance.id,
    };
  }

  /** Starts its own command. */
  boot(log: (line: string) => void): void {
    const { command, name, memoryMB } = this.instance;
    const say = (chunk: Buffer) => log(chunk.toString("utf8").trimEnd());
    this.run(command, { out: say, err: say }).then(
      ({ code }) => {
        this.ended = `exit status ${code}`;
        log(`The command of ${name} has ended with ${this.ended}.`);
      },
      (error: Error) => {
        this.ended = error.message;
        log(`The command of ${name} cannot be started: ${error.message}`);
      },
    );
    if (memoryMB !== undefined && process.platform === "linux")
      this.#watch = setInterval(() => this.#endWhoTakesTooMuch(memoryMB, log), MEMORY_WATCH_MS).unref();
  }

  /** Runs a command in it. @throws Error when it cannot be started */
  run(
    [file, ...args]: readonly string[],
    { cwd, environment, signal, out, err }: RunOptions = {},
  ): Promise<Ended> {
    const child = spawn(file!, args, {
      cwd: cwd ?? this.instance.cwd,
      env: { ...this.#environment, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    const { pid } = child;
    if (pid) {
      ownGroup(pid);
      this.#groups.add(pid);
    }
    const kill = () => pid && killGroup(pid);
    signal?.addEventListener("abort", kill, { once: true });
    if (signal?.aborted) kill();
    child.stdout.on("data", (chunk: Buffer) => out?.(chunk));
    child.stderr.on("data", (chunk: Buffer) => err?.(chunk));
    return endOf(child).finally(() => {
      signal?.removeEventListener("abort", kill);
      // What it has left behind in the background goes on, as on a machine, and ends with the machine.
      if (pid && !this.#isAlive(pid)) this.#forget(pid);
    });
  }

  processes(): MarkedProcess[] {
    return markedProcesses(this.#mark, this.#groups);
  }

  /** Sends a signal to its processes of a name, or to all; says to how many. */
  signal(name: NodeJS.Signals, wanted: (process: MarkedProcess) => boolean = () => true): number {
    return this.processes().filter((one) => wanted(one) && isTold(one.pid, name)).length;
  }

  /** Ends everything in it. */
  end(): void {
    clearInterval(this.#watch);
    for (const group of this.#groups) this.#forget(group);
    this.signal("SIGKILL");
  }

  #forget(group: number): void {
    this.#groups.delete(group);
    disownGroup(group);
  }

  #isAlive(group: number): boolean {
    return isTold(-group, 0);
  }

  /** As a kernel that runs out of memory: the largest goes. */
  #endWhoTakesTooMuch(mostMB: number, log: (line: string) => void): void {
    const sizes = this.processes().map((one) => ({ ...one, sizeMB: residentMB(one.pid) }));
    const allMB = sizes.reduce((sum, { sizeMB }) => sum + sizeMB, 0);
    const largest = sizes.sort((a, b) => b.sizeMB - a.sizeMB)[0];
    if (allMB <= mostMB || !largest) return;
    log(`${this.instance.name} is out of memory: ${largest.name} (${largest.pid}) is killed.`);
    isTold(largest.pid, "SIGKILL");
  }
}

function isTold(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false; // It has ended by itself.
  }
}

const SIGNAL_NUMBERS: Readonly<Record<string, number>> = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };

/** Resolves when a process has ended and what it said has been read; what it left in the background may hold its pipes open. */
function endOf(child: ChildProcess): Promise<Ended> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (status, signal) => {
      const code = status ?? 128 + (SIGNAL_NUMBERS[signal ?? ""] ?? 1);
      const patience = setTimeout(() => resolve({ code }), LAST_WORDS_MS);
      child.once("close", () => {
        clearTimeout(patience);
        resolve({ code });
      });
    });
  });
}
