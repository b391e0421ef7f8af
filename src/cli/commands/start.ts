import type { Command } from "commander";
import { type Cloud, createCloud } from "../../index.ts";
import { CliError } from "../cli-error.ts";
import { unfollowedVariables } from "../localstack-variables.ts";
import { readOptions, type StartFlags } from "../start-options.ts";

export default function addStart(program: Command): void {
  program
    .command("start")
    .description("Start the local AWS.")
    .option("--host <address>", "address to listen on (default: 127.0.0.1)")
    .option("-p, --port <number>", "port to listen on; 0 takes any free one (default: 4566)")
    .option(
      "--host-name <name...>",
      "a further name that clients reach it by (default: loopback's, and LOCALSTACK_HOST)",
    )
    .option(
      "--admin-token <text>",
      "what /_squall and its compat pages ask for (default: none on loopback, else one made at start; SQUALL_ADMIN_TOKEN)",
    )
    .option(
      "--allow-deliveries-to-self",
      "SNS subscriptions, HTTP integrations and the like may call Squall's own AWS and admin APIs",
    )
    .option("--data-dir <folder>", "keep state here over restarts (default: in memory)")
    .option("--seed <text>", "seed of all chance (default: a new one)")
    .option("--faults <file>", "rules, YAML or JSON; read again when the file changes")
    .option("--clock <mode>", "real, frozen, or accelerated=<factor> (default: real)")
    .option(
      "--durability <process|full>",
      "what acknowledged writes in the data directory survive: any end of the process (the default), or of the machine",
    )
    .option(
      "--iam <enforce|audit|off>",
      "let IAM's policies decide who may do what, or only note what they would (squall iam report)",
    )
    .option(
      "--timings <instant|real>",
      "how long states like CREATING last: not at all (the default), or as on AWS",
    )
    .option("--strict", "refuse what AWS refuses, instead of LocalStack's leniencies")
    .option("--verify-signatures", "take only calls that are signed, by keys that IAM and STS made")
    .option(
      "--root-key <id:secret...>",
      "a key of an account's root, to begin with under --verify-signatures (default: one made at start; SQUALL_ROOT_KEY)",
    )
    .option(
      "--upstream <service=url...>",
      "an endpoint that answers for a service; *=url for all that Squall does not serve",
    )
    .option("--upstream-ca <file>", "certificates (PEM) that may vouch for upstreams beside the usual ones")
    .option("--upstream-timeout <duration>", "how long an upstream may keep silent (default: 16m)")
    .option("--services <names>", "only these services, separated by commas")
    .option(
      "--record-bytes <size>",
      "how much memory the remembered calls may take; the oldest go first (default: 32MiB)",
    )
    .option("--log-level <level>", "trace, debug, info, warn or error (default: info)")
    .option(
      "--init <folder>",
      "init hooks: boot.d, start.d, ready.d, shutdown.d (default: /etc/localstack/init)",
    )
    .option(
      "--compose <file>",
      "a LocalStack compose file: its environment, ports and init hooks, without Docker",
    )
    .option(
      "--dns [port]",
      "answer DNS for *.localhost.localstack.cloud (default: port 53, or 5453 where that is not permitted)",
    )
    .option("--dns-aws", "answer DNS for AWS's names, too (*.amazonaws.com): they are then this machine")
    .allowUnknownOption()
    .allowExcessArguments()
    .addHelpText(
      "after",
      "\nSettings of a service: --<service>-<setting> <value>, for example --dynamodb-consistency eventual.",
    )
    .action(async (flags: StartFlags, command: Command) => {
      const cloud = await start(flags, command.args);
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
    });
}

async function start(flags: StartFlags, rest: readonly string[]): Promise<Cloud> {
  const options = readOptions(flags, rest, process.env);
  let cloud: Cloud;
  try {
    cloud = await createCloud(options);
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
  const log = cloud.log.named("squall");
  for (const sentence of unfollowedVariables(options.environment ?? {})) log.warn(sentence);
  const host = cloud.host.includes(":") ? `[${cloud.host}]` : cloud.host;
  log.info(`Squall listens on http://${host}:${cloud.port}, seed ${cloud.seed}`);
  // What fails in the background of one service must not take the others down.
  process.on("unhandledRejection", (error) => log.error("Something failed in the background.", error));
  process.on("uncaughtException", (error) => log.error("Something failed in the background.", error));
  // The line that scripts and Testcontainers wait for; log lines of this turn leave before it.
  setImmediate(() => process.stdout.write("Ready.\n"));
  return cloud;
}
