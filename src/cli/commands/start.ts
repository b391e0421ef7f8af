import type { Command } from "commander";
import { CliError } from "../cli-error.ts";
import { withServerFlags, withUpstreamFlags } from "../cloud-flags.ts";
import type { ConfigFile } from "../config/config-file.ts";
import { configPlace } from "../config/config-place.ts";
import { inFleet } from "../fleet-options.ts";
import { launch } from "../launch.ts";
import { isDetached } from "../running/detached-variable.ts";
import { flagsWithFile, readOptions, refuseAlone, type StartFlags } from "../start-options.ts";

export default function addStart(program: Command): void {
  const start = program
    .command("start")
    .description("Start the local AWS.")
    .option(
      "-d, --detach",
      "stay when this terminal goes, with a log file: squall status, logs, stop, restart",
    )
    .option(
      "--config <file>",
      "options from this file (default: squall.yaml, where it is here; squall init writes one)",
    )
    .option("--no-config", "no squall.yaml")
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
    .option("--allow-real-aws", "upstreams may be real AWS");
  withUpstreamFlags(start)
    .option("--services <names>", "only these services, separated by commas")
    .option(
      "--record-bytes <size>",
      "how much memory the remembered calls may take; the oldest go first (default: 32MiB)",
    )
    .option(
      "--body-bytes <size>",
      "how much memory the large request bodies under way may take; further ones wait (default: a sixteenth of Node's heap)",
    );
  withServerFlags(start)
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
    .option("--end-with-stdin", "end when standard input does: with whoever started it, however that ends")
    .allowUnknownOption()
    .allowExcessArguments()
    .addHelpText(
      "after",
      "\nSettings of a service: --<service>-<setting> <value>, for example --dynamodb-consistency eventual.",
    )
    .action(async ({ detach, config, ...flags }: Flags, command: Command) => {
      if (detach && flags.endWithStdin)
        throw new CliError(
          "--detach stays, and --end-with-stdin ends with whoever has started it: choose one.",
        );
      if (detach && !isDetached()) return await startToStay();
      const place = configPlace(config);
      const file = place === undefined ? undefined : await readConfig(place, command);
      const known = command.options.flatMap(({ long }) => long ?? []);
      const read = () => {
        const options = readOptions(flags, command.args, process.env, command.name(), file, known);
        refuseAlone(flagsWithFile(flags, file), process.env);
        return options;
      };
      const options = file === undefined ? read() : namingItsPlace(file, flags, read);
      await launch(await inFleet(options, flagsWithFile(flags, file)));
      if (flags.endWithStdin) endWithStdin();
    });
}

/** Who has no file, or does not detach, loads nothing for it. */
async function readConfig(place: string, command: Command) {
  return await (await import("../config/config-file.ts")).readConfig(place, command);
}

/** What a file says wrongly is said of its line, and not of a flag that nobody gave. */
function namingItsPlace<T>(file: ConfigFile, given: StartFlags, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const [, name = ""] = error instanceof CliError ? (/^--([a-z-]+) /.exec(error.message) ?? []) : [];
    const flag = name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
    // What a variable says instead of the file is not the file's either.
    const isOfFile = !(flag in given) && flag in flagsWithFile({}, file);
    const place = isOfFile ? file.placeOf(name) : undefined;
    if (!(error instanceof CliError) || place === undefined) throw error;
    throw new CliError(`${place}: ${error.message.slice("--".length)}`);
  }
}

async function startToStay(): Promise<void> {
  const { startDetached } = await import("../running/detached.ts");
  const { sayRunning } = await import("../running/words.ts");
  sayRunning(await startDetached(process.argv.slice(2)));
}

type Flags = StartFlags & { readonly detach?: boolean; readonly config?: string | false };

export const moreHelp = async (): Promise<string> => (await import("../topics.ts")).settingsHelp();

/** Whoever holds the other end of the pipe need not live to send a signal. */
function endWithStdin(): void {
  const end = () => process.emit("SIGTERM");
  process.stdin.once("end", end).once("error", end).resume();
}
