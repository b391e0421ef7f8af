import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { freePort } from "./free-port.ts";
import { until } from "./until.ts";

/** Another emulator of AWS, in a process of its own. */
export interface Emulator extends AsyncDisposable {
  readonly url: string;
  readonly process: ChildProcess;
}

type Start = (port: number) => ChildProcess;

const DYNALITE = fileURLToPath(new URL("../node_modules/dynalite/cli.js", import.meta.url));

/** Where `bench/jars/<name>.xml` has Maven put what belongs to it: docs/performance.md. */
export const jarsOf = (name: string) => fileURLToPath(new URL(`../bench/jars/${name}`, import.meta.url));

const STARTS = {
  moto: (port) => run("python3", ["-m", "moto.server", "-H", "127.0.0.1", "-p", String(port)]),
  ministack: (port) => run("ministack", [], { GATEWAY_PORT: String(port), MINISTACK_HOST: "127.0.0.1" }),
  dynalite: (port) =>
    run(process.execPath, [DYNALITE, "--host", "127.0.0.1", "--port", String(port), "--createTableMs", "0"]),
  "dynamodb-local": (port) =>
    run("java", [
      ...[
        "-cp",
        `${jarsOf("dynamodb-local")}/*`,
        "com.amazonaws.services.dynamodbv2.local.main.ServerRunner",
      ],
      ...["-inMemory", "-sharedDb", "-disableTelemetry", "-port", String(port)],
    ]),
  elasticmq: (port) =>
    run("java", [
      ...[`-Drest-sqs.bind-port=${port}`, "-Drest-sqs.bind-hostname=127.0.0.1", "-Drest-stats.enabled=false"],
      ...["-cp", `${jarsOf("elasticmq")}/*`, "org.elasticmq.server.Main"],
    ]),
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
    process: child,
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
