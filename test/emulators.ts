import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { freePort } from "./free-port.ts";
import { until } from "./until.ts";

/** Another emulator of AWS, in a process of its own. */
export interface Emulator extends AsyncDisposable {
  readonly url: string;
}

type Start = (port: number) => ChildProcess;

const DYNALITE = fileURLToPath(new URL("../node_modules/dynalite/cli.js", import.meta.url));

const STARTS = {
  moto: (port) => run("python3", ["-m", "moto.server", "-H", "127.0.0.1", "-p", String(port)]),
  ministack: (port) => run("ministack", [], { GATEWAY_PORT: String(port), MINISTACK_HOST: "127.0.0.1" }),
  dynalite: (port) =>
    run(process.execPath, [DYNALITE, "--host", "127.0.0.1", "--port", String(port), "--createTableMs", "0"]),
} satisfies Readonly<Record<string, Start>>;

export type EmulatorName = keyof typeof STARTS;

/** Starts an emulator on a free port, and resolves when it answers. */
export async function emulator(name: EmulatorName): Promise<Emulator> {
  const port = await freePort();
  const child = STARTS[name](port);
  const url = `http://127.0.0.1:${port}`;
  const answers = () => {
    if (child.exitCode !== null) throw new Error(`${name} has ended with ${child.exitCode}.`);
    return fetch(url).then(
      () => true,
      () => false,
    );
  };
  await until(answers);
  return {
    url,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}

function run(command: string, args: readonly string[], environment: Record<string, string> = {}) {
  return spawn(command, args, { stdio: "ignore", env: { ...process.env, ...environment } });
}
