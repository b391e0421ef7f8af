import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";

const SCRIPT = fileURLToPath(new URL("../../runtimes/reaper.sh", import.meta.url));

/** The variable that marks every process that is ours, and those that it starts. */
const MARK = "_SQUALL_PROCESS";

/**
 * Sees to it that what we start does not outlive us, even when we are killed: a shell that holds a pipe to us, and that
 * acts when the kernel closes it. It is started with the first thing that it has to look after.
 */
class Reaper {
  readonly #mark = `${process.pid}.${randomBytes(8).toString("hex")}`;
  readonly #groups = new Map<number, "+" | "quit">();
  readonly #folders = new Set<string>();
  #shell: ChildProcess | undefined;

  /** What the environment of a process must hold for its descendants to be found. */
  get environment(): Readonly<Record<string, string>> {
    return { [MARK]: this.#mark };
  }

  /** Looks after a process group until `release`. @param quits tells its leader to quit before it ends the group */
  adopt(group: number, quits = false): void {
    const verb = quits ? "quit" : "+";
    this.#groups.set(group, verb);
    this.#tell(`${verb} ${group}`);
  }

  release(group: number): void {
    if (this.#groups.delete(group)) this.#tell(`- ${group}`);
  }

  /** Removes a folder when we have ended, if it is still there by then. */
  sweep(folder: string): void {
    this.#folders.add(folder);
    this.#tell(`rm ${folder}`);
  }

  #tell(line: string): void {
    if (this.#shell) this.#shell.stdin?.write(`${line}\n`);
    else this.#start();
  }

  #start(): void {
    const shell = spawn("/bin/sh", [SCRIPT, `${MARK}=${this.#mark}`], {
      // A session of its own: what is sent to our group, as by Ctrl-C, does not reach it.
      detached: true,
      cwd: "/",
      env: { PATH: process.env["PATH"] ?? "" },
      stdio: ["pipe", "ignore", "ignore"],
    });
    this.#shell = shell;
    const lost = () => {
      if (this.#shell === shell) this.#shell = undefined;
    };
    shell.once("error", lost);
    shell.once("exit", () => {
      lost();
      if (this.#groups.size > 0) this.#start();
    });
    shell.stdin.on("error", () => {
      // It has been killed: its exit is heard of next.
    });
    shell.unref();
    (shell.stdin as unknown as { unref(): void }).unref();
    for (const [group, verb] of this.#groups) shell.stdin.write(`${verb} ${group}\n`);
    for (const folder of this.#folders) shell.stdin.write(`rm ${folder}\n`);
  }
}

/** One a process, however many clouds it holds. */
export const reaper = new Reaper();
