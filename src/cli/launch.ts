import { type Cloud, createCloud } from "../index.ts";
import type { CloudOptions } from "../options.ts";
import { CliError } from "./cli-error.ts";
import { unfollowedVariables } from "./localstack-variables.ts";

/**
 * Starts a cloud as a process of its own: says where it is and when it is ready, and ends with the first SIGINT or SIGTERM.
 * @throws CliError that says why it cannot start
 */
export async function launch(options: CloudOptions, name = "Squall"): Promise<Cloud> {
  const cloud = await created(options);
  const log = cloud.log.named("squall");
  for (const sentence of unfollowedVariables(options.environment ?? {})) log.warn(sentence);
  const host = cloud.host.includes(":") ? `[${cloud.host}]` : cloud.host;
  log.info(`${name} listens on http://${host}:${cloud.port}, seed ${cloud.seed}`);
  // What fails in the background of one service must not take the others down.
  process.on("unhandledRejection", (error) => log.error("Something failed in the background.", error));
  process.on("uncaughtException", (error) => log.error("Something failed in the background.", error));
  // The line that scripts and Testcontainers wait for; log lines of this turn leave before it.
  setImmediate(() => process.stdout.write("Ready.\n"));
  endWithSignals(cloud);
  return cloud;
}

async function created(options: CloudOptions): Promise<Cloud> {
  try {
    return await createCloud(options);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE") {
      throw new CliError(
        `Port ${options.port ?? 4566} is taken. Stop what listens there, or choose another with --port.`,
      );
    }
    if (code === "EACCES")
      throw new CliError(
        `Listening on port ${options.port} is not permitted. Choose one above 1023 with --port.`,
      );
    throw new CliError((error as Error).message);
  }
}

function endWithSignals(cloud: Cloud): void {
  const end = () => {
    cloud.stop().then(
      () => process.exit(0),
      (error) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.once("SIGINT", end);
  process.once("SIGTERM", end);
}
