import { existsSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { disownGroup, tell } from "../core/process-groups.ts";
import { type Ended, type ProgramOptions, runProgram } from "./program.ts";

/** What a server gets to end in order, before it is ended. */
export const PATIENCE_MS = 10_000;
/** What a server of an earlier Squall gets to notice that it is to end. */
export const LEFTOVER_MS = 20_000;
export const LOOK_AGAIN_MS = 50;
/** So much of what a program has said last is why it has failed. */
const LAST_WORDS = 3;

/** As whom, where and with what a server and its tools run. */
export type Surroundings = Pick<ProgramOptions, "cwd" | "environment" | "user">;

interface LaunchOptions extends Surroundings {
  readonly quits?: boolean;
  /** What it says when it takes connections. */
  readonly isReady: RegExp;
}

/** The process of a database server: it runs, is told to end, or ends by itself. */
export class ServerProcess {
  readonly #say: (line: string) => void;
  #running: { readonly group: number; readonly ended: Promise<Ended> } | undefined;
  /** Settles when what is under way has started it, or has not. */
  #starting: Promise<void> | undefined;
  #isToEnd = false;
  /** Hears that a server that took connections has ended without having been told to. */
  crashed: () => void = () => {};

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  /** Also while it is only being started. */
  get isRunning(): boolean {
    return this.#running !== undefined || this.#starting !== undefined;
  }

  /**
   * Starts it once: whoever asks for it meanwhile waits for the same.
   * @param launch resolves when it takes connections
   * @throws Error with its last words when it does not come up
   */
  async start(launch: () => Promise<void>): Promise<void> {
    if (!this.isRunning) {
      this.#isToEnd = false;
      this.#starting = launch().finally(() => {
        this.#starting = undefined;
      });
    }
    await this.#starting;
  }

  /** Resolves when it takes connections, if it is being started. @throws Error when it does not come up */
  async whenUp(): Promise<void> {
    await this.#starting;
  }

  /** Has it run, and resolves when it takes connections. @throws Error with its last words when it does not come up */
  async launch(command: readonly string[], { isReady, ...options }: LaunchOptions): Promise<void> {
    let last: string[] = [];
    const note = (text: string) => {
      last = [...last, text].slice(-LAST_WORDS);
    };
    const ready = Promise.withResolvers<void>();
    let isUp = false;
    let group = 0;
    if (this.#isToEnd) throw new Error("It was told to end while it was being started.");
    const ended = runProgram(command, {
      ...options,
      started: (pid) => {
        group = pid;
      },
      err: (chunk) => {
        const text = chunk.toString("utf8").trimEnd();
        note(text);
        this.#say(text);
        if (!isReady.test(text)) return;
        isUp = true;
        ready.resolve();
      },
    });
    const running = { group, ended };
    this.#running = running;
    void ended
      .catch((error: Error) => note(error.message))
      .finally(() => {
        disownGroup(group);
        const isUnexpected = this.#running === running && !this.#isToEnd && isUp;
        if (this.#running === running) this.#running = undefined;
        ready.reject(new Error(last.join(" ") || `${command[0]} has ended`));
        if (isUnexpected) this.crashed();
      });
    await ready.promise;
  }

  /**
   * Ends it in order: each signal is one that is harder than that before. One that heeds none is killed. What is starting it gives
   * up.
   */
  async stop(...signals: readonly NodeJS.Signals[]): Promise<void> {
    this.#isToEnd = true;
    await this.#end(signals);
    await this.#starting?.catch(() => {});
  }

  async #end(signals: readonly NodeJS.Signals[]): Promise<void> {
    const running = this.#running;
    if (!running) return;
    const ended = running.ended.catch(() => {});
    for (const signal of signals) {
      tell(running.group, signal);
      await Promise.race([ended, sleep(PATIENCE_MS, undefined, { ref: false })]);
      if (this.#running !== running) return;
    }
    disownGroup(running.group);
    this.#running = undefined;
  }

  /** Has it stand still while something is done; one that is being started first comes up. */
  async whileStill<T>(act: () => Promise<T>): Promise<T> {
    await this.#starting?.catch(() => {});
    const group = this.#running?.group;
    if (group !== undefined) tell(-group, "SIGSTOP");
    try {
      return await act();
    } finally {
      if (group !== undefined && this.#running?.group === group) tell(-group, "SIGCONT");
    }
  }
}

/**
 * Ends a server that a killed Squall has left, and that is still about to end: nobody else has its folder.
 * @param pidFile in its first line, the server's process id
 * @param mark what of its command line is no other server's: its number may be somebody else's by now
 */
export async function endLeftover(pidFile: string, mark: string, signal: NodeJS.Signals): Promise<void> {
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, "utf8").split("\n")[0]);
  const endMs = performance.now() + LEFTOVER_MS;
  while (isServer(pid, mark)) {
    tell(pid, performance.now() > endMs ? "SIGKILL" : signal);
    await sleep(LOOK_AGAIN_MS, undefined, { ref: false });
  }
}

function isServer(pid: number, mark: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(mark);
  } catch {
    return false;
  }
}

/** Runs one of a server's tools. @returns what it says @throws Error with its last words @param isWrong what it says when it fails with status 0 */
export async function runTool(
  [program = "", ...args]: readonly string[],
  { input, isWrong, ...surroundings }: Surroundings & { readonly input?: string; readonly isWrong?: RegExp },
): Promise<string> {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  let group = 0;
  const { code } = await runProgram([program, ...args], {
    ...surroundings,
    ...(input !== undefined && { input }),
    started: (pid) => {
      group = pid;
    },
    out: (chunk) => out.push(chunk),
    err: (chunk) => err.push(chunk),
  }).finally(() => disownGroup(group));
  const said = Buffer.concat(err).toString("utf8").trim();
  if (code !== 0 || isWrong?.test(said))
    throw new Error(`${program.split("/").at(-1)}: ${said.split("\n").slice(-LAST_WORDS).join(" ")}`);
  return Buffer.concat(out).toString("utf8").trim();
}
