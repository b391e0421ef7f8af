import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Cloud, CloudOptions } from "../src/index.ts";

const SERVER = fileURLToPath(new URL("server-process.ts", import.meta.url));

/** A call that is made in that process. */
export interface AskedCall {
  readonly n: number;
  readonly call: Parameters<Cloud["call"]>;
}
export interface AnsweredCall {
  readonly n: number;
  readonly output?: unknown;
  readonly refused?: { readonly code: string; readonly message: string };
}

/** A squall in a process of its own, so that it is not measured by whom it would stop. */
export interface SquallProcess {
  readonly child: ChildProcess;
  readonly url: string;
  /** The longest turn of its event loop since this was asked last, in ms of CPU, as soon as it has come to rest. */
  longestTurn(): Promise<number>;
  /** Calls a service as a cloud does that is embedded; rejects also when the process ends first. */
  call(...call: AskedCall["call"]): Promise<unknown>;
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
    // Bodies are bytes.
    serialization: "advanced",
  });
  let n = 0;
  const asked = new Map<number, (answer: AnsweredCall) => void>();
  child.on("message", (answer: number | AnsweredCall) => {
    if (typeof answer === "object") asked.get(answer.n)?.(answer);
  });
  child.on("exit", () => {
    for (const [number, tell] of asked)
      tell({ n: number, refused: { code: "Exited", message: "It ended." } });
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
    async call(...call) {
      const number = n++;
      const { promise, resolve } = Promise.withResolvers<AnsweredCall>();
      asked.set(number, resolve);
      child.send({ n: number, call });
      const { output, refused } = await promise;
      asked.delete(number);
      if (refused) throw Object.assign(new Error(refused.message), { code: refused.code });
      return output;
    },
    async stop() {
      child.kill();
      await once(child, "exit");
    },
  };
}
