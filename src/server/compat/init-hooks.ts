import { spawn } from "node:child_process";
import { accessSync, constants, readdirSync, statSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { json } from "../../core/http.ts";
import { lazily } from "../../core/lazily.ts";
import type { Log } from "../../core/log.ts";
import type { AdminRoute } from "../../core/service.ts";
import { type ContainerPath, ContainerPaths } from "./container-paths.ts";

const readline = lazily<typeof import("node:readline")>("node:readline");

export const STAGES = ["BOOT", "START", "READY", "SHUTDOWN"] as const;
export type Stage = (typeof STAGES)[number];

type State = "UNKNOWN" | "RUNNING" | "SUCCESSFUL" | "ERROR";

interface Script {
  readonly stage: Stage;
  readonly path: string;
  readonly name: string;
  state: State;
}

/** A folder whose scripts run at a stage (or one script of its own). */
export interface HookFolder {
  readonly stage: Stage;
  readonly folder: string;
}

/** How a script is run, by its ending. A shell script runs by its own `#!` line. */
const RUNNERS: Readonly<Record<string, readonly string[]>> = {
  ".sh": [],
  ".py": ["python3"],
  ".ts": [process.execPath],
  ".mts": [process.execPath],
  ".js": [process.execPath],
  ".mjs": [process.execPath],
};

/**
 * Init hooks as LocalStack has them: the scripts below `boot.d`, `start.d`, `ready.d` and `shutdown.d`, each stage in
 * alphanumeric order, one after the other. One that fails does not stop the others.
 * https://docs.localstack.cloud/aws/capabilities/config/initialization-hooks/
 */
export class InitHooks {
  readonly #scripts: readonly Script[];
  readonly #completed = new Set<Stage>();
  readonly #log: Log;
  readonly #paths: ContainerPaths;

  /** @param paths of a container, that scripts may go by */
  constructor(folders: readonly HookFolder[], log: Log, paths: readonly ContainerPath[] = []) {
    this.#scripts = folders.flatMap(({ stage, folder }) => scriptsIn(stage, folder));
    this.#log = log.named("localstack.runtime.init");
    this.#paths = new ContainerPaths(paths, this.#log);
  }

  /** Runs a stage's scripts; never rejects for what a script does. */
  async run(stage: Stage, environmentOf: () => Readonly<Record<string, string>>): Promise<void> {
    const scripts = this.#scripts.filter((candidate) => candidate.stage === stage);
    const environment = scripts.length > 0 ? environmentOf() : {};
    for (const script of scripts) {
      script.state = "RUNNING";
      this.#log.info(`Running ${stage} script ${script.path}`);
      const problem = await this.#execute(script, environment);
      script.state = problem === undefined ? "SUCCESSFUL" : "ERROR";
      if (problem !== undefined) this.#log.error(`Error while running script ${script.path}: ${problem}`);
    }
    this.#completed.add(stage);
  }

  routes(): AdminRoute[] {
    return [
      {
        method: "GET",
        path: "/_localstack/init",
        isOpen: true,
        handle: () =>
          json(200, {
            completed: Object.fromEntries(STAGES.map((stage) => [stage, this.#completed.has(stage)])),
            scripts: this.#scripts.map(shown),
          }),
      },
      {
        method: "GET",
        path: "/_localstack/init/:stage",
        isOpen: true,
        handle: (_request, { stage = "" }) => {
          const known = STAGES.find((candidate) => candidate === stage.toUpperCase());
          if (!known) return json(404, { message: `no such stage ${stage}` });
          const scripts = this.#scripts.filter((script) => script.stage === known);
          return json(200, { completed: this.#completed.has(known), scripts: scripts.map(shown) });
        },
      },
    ];
  }

  /** What went wrong, or undefined. */
  #execute(script: Script, environment: Readonly<Record<string, string>>): Promise<string | undefined> {
    const runner = RUNNERS[extname(script.path)] ?? [];
    if (runner.length === 0) {
      try {
        accessSync(script.path, constants.X_OK);
      } catch {
        return Promise.resolve(`it is not executable; try: chmod +x ${script.path}`);
      }
    }
    const [own = script.path, ...rest] = [...runner, script.path];
    const [command, args] = this.#paths.command(own, rest);
    return new Promise((resolve) => {
      const child = spawn(command, args, { env: environment, stdio: ["ignore", "pipe", "pipe"] });
      for (const input of [child.stdout, child.stderr]) {
        readline()
          .createInterface({ input })
          .on("line", (line) => this.#log.info(`${script.name}: ${line}`));
      }
      child.on("error", (error: NodeJS.ErrnoException) => {
        resolve(
          error.code === "ENOENT"
            ? `${runner[0] ?? "the program of its #! line"} is not on this machine`
            : `it cannot be run: ${error.message} (does it begin with a #! line?)`,
        );
      });
      child.on("close", (code, signal) => {
        resolve(code === 0 ? undefined : `it ended with ${signal ?? `exit code ${code}`}`);
      });
    });
  }
}

function shown({ stage, name, state }: Script) {
  return { stage, name, state };
}

function scriptsIn(stage: Stage, folder: string): Script[] {
  let found: string[];
  try {
    found = readdirSync(folder, { recursive: true, encoding: "utf8" });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return [];
    if (code === "ENOTDIR") {
      // A file that was mounted by itself: a script, or what scripts read.
      if (!(extname(folder) in RUNNERS)) return [];
      return [{ stage, path: folder, name: basename(folder), state: "UNKNOWN" }];
    }
    throw new Error(
      `The init folder ${folder} cannot be read (${code}). Mend its permissions, or leave it out.`,
    );
  }
  return found
    .filter((name) => extname(name) in RUNNERS && statSync(join(folder, name)).isFile())
    .sort()
    .map((name) => ({ stage, path: join(folder, name), name, state: "UNKNOWN" }));
}

/** The folders of all stages below a folder of hooks, as `/etc/localstack/init` has them. */
export function hookFolders(folder: string): HookFolder[] {
  return STAGES.map((stage) => ({ stage, folder: join(folder, `${stage.toLowerCase()}.d`) }));
}
