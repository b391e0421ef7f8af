import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { formatLine } from "../../core/log.ts";
import { type Cloud, createCloud } from "../../index.ts";
import { CliError } from "../cli-error.ts";
import { deploy } from "../demo/deploy.ts";
import { playTutorial } from "../demo/tutorial.ts";
import { readPort } from "../running/target.ts";

interface DemoFlags {
  readonly port: string;
  readonly keep?: boolean;
  readonly verbose?: boolean;
}

export default function addDemo(program: Command): void {
  program
    .command("demo")
    .description("Play the chaos engineering tutorial: an application, an outage, a recovery.")
    .option("-p, --port <number>", "port to listen on; 0 takes any free one", "4566")
    .option("--keep", "leave it running at the end")
    .option("-v, --verbose", "show the log as well")
    .action(demo);
}

async function demo(flags: DemoFlags): Promise<void> {
  const startedAt = performance.now();
  const stage = {
    step: (text: string) => console.log(`\n● ${text}`),
    say: (text: string) => console.log(`  ${text}`),
  };
  const functions = {
    runtime: "nodejs24.x",
    timeoutSeconds: 10,
    api: { handler: "api.handler", zip: await functionZip("api") },
    queue: { handler: "queue.handler", zip: await functionZip("queue") },
  };
  const cloud = await start(flags);
  try {
    stage.step("A local AWS starts, and the example application is deployed");
    await deploy(cloud, functions);
    stage.say(
      `${cloud.url}, seed ${cloud.seed}; curl -H 'Host: 12345.execute-api.localhost.localstack.cloud' ${cloud.url}/dev/productApi?id=prod-2004`,
    );
    await playTutorial(cloud, stage);
    console.log(`\nDone in ${((performance.now() - startedAt) / 1000).toFixed(1)} s.`);
  } catch (error) {
    await cloud.stop();
    throw error;
  }
  if (!flags.keep) return await cloud.stop();
  console.log(`It runs on at ${cloud.url} until you press Ctrl-C.`);
  process.once("SIGINT", () => void cloud.stop());
}

async function start(flags: DemoFlags): Promise<Cloud> {
  try {
    return await createCloud({
      port: readPort(flags.port),
      logLevel: flags.verbose ? "INFO" : "ERROR",
      log: (line) => console.log(formatLine(line)),
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    throw new CliError(
      `Port ${flags.port} is taken. Stop what listens there, or choose another: squall demo --port 0`,
    );
  }
}

/** The example's functions, built: shipped with the package, or made from the source beside it. */
async function functionZip(name: "api" | "queue"): Promise<Uint8Array> {
  const example = new URL("../../../examples/product-api/", import.meta.url);
  const zip = new URL(`build/${name}.zip`, example);
  if (!existsSync(zip)) {
    const source = new URL("build.ts", example);
    if (!existsSync(source)) throw new CliError("The example application is not part of this installation.");
    const { buildFunctions } = (await import(source.href)) as { buildFunctions: () => Promise<void> };
    await buildFunctions();
  }
  return new Uint8Array(await readFile(zip));
}
