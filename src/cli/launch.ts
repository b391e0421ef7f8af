import { type Cloud, createCloud } from "../index.ts";
import type { CloudOptions } from "../options.ts";
import { restAfterStart } from "./at-rest.ts";
import { CliError } from "./cli-error.ts";
import { unfollowedVariables } from "./localstack-variables.ts";
import { isBelowNpm } from "./running/below-npm.ts";
import { detachedLog } from "./running/detached-variable.ts";
import { writeLine } from "./standard-output.ts";

/**
 * Starts a cloud as a process of its own: says where it is and when it is ready, and ends with the first SIGINT or SIGTERM, when it
 * is told to (`squall stop`), and with the npm that has started it.
 * @throws CliError that says why it cannot start
 */
export async function launch(options: CloudOptions, name = "Squall"): Promise<Cloud> {
  const detached = detachedLog();
  let end = (): void => process.exit(0);
  const cloud = await created({ ...options, shutdown: () => end() });
  end = ending(cloud);
  const log = cloud.log.named("squall");
  for (const sentence of unfollowedVariables(options.environment ?? {})) log.warn(sentence);
  const host = cloud.host.includes(":") ? `[${cloud.host}]` : cloud.host;
  log.info(`${name} listens on http://${host}:${cloud.port}, seed ${cloud.seed}`);
  // What fails in the background of one service must not take the others down.
  process.on("unhandledRejection", (error) => log.error("Something failed in the background.", error));
  process.on("uncaughtException", (error) => log.error("Something failed in the background.", error));
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => {
      log.info(`Stopping: ${signal}.`);
      end();
    });
  // The line that scripts and Testcontainers wait for, behind those of the log.
  writeLine("Ready.");
  restAfterStart(cloud.bus);
  if (detached !== undefined) (await import("./running/detached.ts")).recordRun(cloud, options, detached);
  else if (isBelowNpm()) {
    const { endWithNpm } = await import("./running/npm-above.ts");
    endWithNpm((sentence) => {
      log.warn(sentence);
      end();
    });
  }
  return cloud;
}
async function created(options: CloudOptions): Promise<Cloud> {
  const { port = 4566 } = options;
  try {
    return await createCloud(options);
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE") {
      const { runningRecord } = await import("./running/run-records.ts");
      const other = runningRecord(port);
      throw new CliError(
        other
          ? `Port ${port} is taken by a squall that has run since ${other.startedAt} (process ${other.pid}). End it with squall stop --port ${port}, or choose another port with --port.`
          : `Port ${port} is taken. Stop what listens there (squall doctor says what it is), or choose another with --port.`,
      );
    }
    if (code === "EACCES" && (syscall === "listen" || syscall === "bind"))
      throw new CliError(`Listening on port ${port} is not permitted. Choose one above 1023 with --port.`);
    if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND" || code === "EAI_AGAIN")
      throw new CliError(
        `This machine has no address ${options.host}. Choose one that it has with --host, such as 127.0.0.1.`,
      );
    throw new CliError((error as Error).message);
  }
}

function ending(cloud: Cloud): () => void {
  let ends = false;
  return () => {
    if (ends) return;
    ends = true;
    cloud.stop().then(
      () => process.exit(0),
      (error) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
}
