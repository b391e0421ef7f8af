import { disownGroup, tell } from "../core/process-groups.ts";
import { reaper } from "../core/reaper.ts";
import { MACHINE_MARK, type MarkedProcess, markedProcesses, residentMB } from "./marked-processes.ts";
import { type Ended, type ProgramOptions, runProgram } from "./program.ts";

const MEMORY_WATCH_MS = 500;
const LOOK_AGAIN_MS = 20;

export type RunOptions = Partial<Pick<ProgramOptions, "cwd" | "environment" | "signal" | "out" | "err">>;

/** What a machine is: an EC2 instance, a container. */
export interface MachineSpec {
  readonly id: string;
  readonly name: string;
  /** Empty for a machine that runs nothing by itself. */
  readonly command: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  /** What its processes may take together; whoever takes most is ended beyond it. */
  readonly memoryMB?: number;
}

/** The processes of something that runs in the place of a machine: its own command, what else is started in it, and all of their descendants. */
export class Machine<Spec extends MachineSpec = MachineSpec> {
  readonly instance: Spec;
  /** Of the role's session that its processes call AWS with. */
  readonly accessKeyId: string;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #groups = new Set<number>();
  /** Nothing has been run in it yet: then there is nothing to look for among all the processes of this machine. */
  #isEmpty = true;
  #watch: (() => void) | undefined;
  #leader: number | undefined;
  #isPaused = false;
  /** What became of its own command; undefined while that runs. */
  ended: string | undefined;
  /** One of its processes has been killed because together they took too much. */
  wasOutOfMemory = false;

  /** @param aws variables with which its processes reach this cloud */
  constructor(instance: Spec, accessKeyId: string, aws: Readonly<Record<string, string>>) {
    this.instance = instance;
    this.accessKeyId = accessKeyId;
    this.#environment = {
      ...instance.environment,
      ...aws,
      ...reaper.environment,
      [MACHINE_MARK]: instance.id,
    };
  }

  /** Starts its own command, and tells how that has ended; without one it is there for what is run in it. */
  boot(log: (line: string) => void): Promise<Ended | Error> {
    const { command, name, memoryMB } = this.instance;
    const say = (chunk: Buffer) => log(chunk.toString("utf8").trimEnd());
    if (memoryMB !== undefined && process.platform === "linux")
      this.#watch = watchMemory(() => this.#endWhoTakesTooMuch(memoryMB, log));
    if (command.length === 0) return Promise.resolve({ code: 0 });
    return this.run(command, { out: say, err: say }, (pid) => (this.#leader = pid)).then(
      (ended) => {
        this.ended = `exit status ${ended.code}`;
        log(`The command of ${name} has ended with ${this.ended}.`);
        return ended;
      },
      (error: Error) => {
        this.ended = error.message;
        log(`The command of ${name} cannot be started: ${error.message}`);
        return error;
      },
    );
  }

  /** Asks its own command to end. */
  terminate(): void {
    if (this.#leader !== undefined && this.ended === undefined) tell(this.#leader, "SIGTERM");
  }

  /** Runs a command in it. @throws Error when it cannot be started */
  run(
    command: readonly string[],
    { cwd, environment, ...options }: RunOptions = {},
    started: (pid: number) => void = () => {},
  ): Promise<Ended> {
    let group = 0;
    this.#isEmpty = false;
    const ended = runProgram(command, {
      ...options,
      cwd: cwd ?? this.instance.cwd,
      environment: { ...this.#environment, ...environment },
      started: (pid) => {
        group = pid;
        this.#groups.add(pid);
        if (this.#isPaused) tell(-pid, "SIGSTOP");
        started(pid);
      },
    });
    return ended.finally(() => {
      // What it has left behind in the background goes on, as on a machine, and ends with the machine.
      if (group && !tell(-group, 0)) this.#forget(group);
    });
  }

  processes(): readonly MarkedProcess[] {
    return this.#isEmpty ? [] : markedProcesses(this.instance.id, this.#groups);
  }

  /** Sends a signal to its processes of a name, or to all; says to how many. */
  signal(name: NodeJS.Signals, wanted: (process: MarkedProcess) => boolean = () => true): number {
    return this.processes().filter((one) => wanted(one) && tell(one.pid, name)).length;
  }

  /** Everything in it stands still, and what is started in it as well, until it goes on. */
  pause(): void {
    this.#isPaused = true;
    this.signal("SIGSTOP");
  }

  goOn(): void {
    this.#isPaused = false;
    this.signal("SIGCONT");
  }

  /** Asks everything in it to end, and ends what has not after a time of this machine's. Resolves when nothing is left. */
  async shutDown(graceMs: number): Promise<void> {
    this.goOn();
    this.signal("SIGTERM");
    for (let leftMs = graceMs; leftMs > 0 && this.processes().length > 0; leftMs -= LOOK_AGAIN_MS)
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    this.end();
  }

  /** Ends everything in it. */
  end(): void {
    this.#watch?.();
    for (const group of this.#groups) this.#forget(group);
    this.signal("SIGKILL");
  }

  #forget(group: number): void {
    this.#groups.delete(group);
    disownGroup(group);
  }

  /** As a kernel that runs out of memory: the largest goes. */
  #endWhoTakesTooMuch(mostMB: number, log: (line: string) => void): void {
    const sizes = this.processes().map((one) => ({ ...one, sizeMB: residentMB(one.pid) }));
    const allMB = sizes.reduce((sum, { sizeMB }) => sum + sizeMB, 0);
    const largest = sizes.sort((a, b) => b.sizeMB - a.sizeMB)[0];
    if (allMB <= mostMB || !largest) return;
    this.wasOutOfMemory = true;
    log(`${this.instance.name} is out of memory: ${largest.names[0]} (${largest.pid}) is killed.`);
    tell(largest.pid, "SIGKILL");
  }
}

/** Who looks after the memory of machines: all of them in one turn. */
const watches = new Set<() => void>();
let watching: NodeJS.Timeout | undefined;

/** @returns what ends it */
function watchMemory(look: () => void): () => void {
  watches.add(look);
  watching ??= setInterval(() => {
    for (const each of watches) each();
  }, MEMORY_WATCH_MS).unref();
  return () => {
    watches.delete(look);
    if (watches.size > 0) return;
    clearInterval(watching);
    watching = undefined;
  };
}
