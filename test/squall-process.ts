import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { CloudOptions } from "../src/index.ts";

const SERVER = fileURLToPath(new URL("server-process.ts", import.meta.url));

/** A squall in a process of its own, so that it is not measured by whom it would stop. */
export interface SquallProcess {
  readonly child: ChildProcess;
  readonly url: string;
  /** The longest turn of its event loop since this was asked last, in ms of CPU, as soon as it has come to rest. */
  longestTurn(): Promise<number>;
  stop(): Promise<void>;
}

/** @param flags of Node.js, beside those of this process */
export async function squallProcess(
  options: CloudOptions = {},
  flags: readonly string[] = [],
): Promise<SquallProcess> {
  const child = fork(SERVER, [JSON.stringify(options)], {
    stdio: ["ignore", "pipe", "inherit", "ipc"],
    execArgv: [...process.execArgv, ...flags],
  });
  const [line] = (await once(child.stdout!, "data")) as [Buffer];
  return {
    child,
    url: line.toString().trim(),
    async longestTurn() {
      child.send("longest turn");
      const [ms] = (await once(child, "message")) as [number];
      return ms;
    },
    async stop() {
      child.kill();
      await once(child, "exit");
    },
  };
}
