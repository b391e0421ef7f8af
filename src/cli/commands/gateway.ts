import { availableParallelism } from "node:os";
import type { Command } from "commander";
import { callerOf } from "../../gateway/aws-caller.ts";
import type { CloudOptions } from "../../options.ts";
import { CliError } from "../cli-error.ts";
import { withServerFlags, withUpstreamFlags } from "../cloud-flags.ts";
import { inFleet } from "../fleet-options.ts";
import { type GatewayFlags, gatewayOptions } from "../gateway-options.ts";
import { launch } from "../launch.ts";
import { refuseAlone } from "../start-options.ts";

export default function addGateway(program: Command): void {
  const gateway = program
    .command("gateway")
    .description("Stand in front of an endpoint, or of real AWS: every call goes on, and rules strike it.")
    .requiredOption(
      "--to <url...>",
      "where calls go: a URL, aws, or service=url for one service; {service} and {region} may stand in a URL's host",
    )
    .option("--own <names>", "services that Squall serves itself, separated by commas (default: none)")
    .option("--sign", "sign again with the credentials that the AWS SDK finds (always so for aws)")
    .option("--profile <name>", "the profile to take credentials of")
    .option("--allow-real-aws", "calls may go to real AWS, where they cost money and change things")
    .option("--max-faults <number>", "so many faults, and no more until the next start")
    .option("--max-share <percent>", "at most so many percent of the calls of the last minute fail")
    .option("--max-ttl <duration>", "how long a rule lives at most, and if it names no end (default: 1h)")
    .option("--workers <number>", "so many processes share the port; auto is one for each core (default: 1)")
    .option(
      "--drain <duration>",
      "how long calls under way may go on when it ends; 0s: not at all (default: 5s)",
    )
    .option("--host <address>", "address to listen on (default: 127.0.0.1)")
    .option("-p, --port <number>", "port to listen on; 0 takes any free one (default: 4566)")
    .option("--host-name <name...>", "a further name that clients reach it by")
    .option("--admin-token <text>", "what /_squall asks for (default: none on loopback; SQUALL_ADMIN_TOKEN)")
    .option("--seed <text>", "seed of all chance (default: a new one)")
    .option("--faults <file>", "rules, YAML or JSON; read again when the file changes")
    .option("--verify-signatures", "take only calls that are signed by a --root-key")
    .option("--root-key <id:secret...>", "a key that clients sign with (SQUALL_ROOT_KEY)");
  withUpstreamFlags(gateway).option(
    "--record-bytes <size>",
    "how much memory the remembered calls may take (default: 32MiB)",
  );
  withServerFlags(gateway)
    .option("--dns [port]", "answer DNS for *.localhost.localstack.cloud")
    .option("--dns-aws", "answer DNS for AWS's names, too: they are then this machine")
    .allowUnknownOption()
    .allowExcessArguments()
    .addHelpText("after", "\nSettings of a service of one's own: --<service>-<setting> <value>.")
    .action(async (flags: GatewayFlags, command: Command) => {
      const options = await gatewayOptions(flags, command.args, process.env);
      refuseAlone({ ...flags, ...(flags.to && { upstream: flags.to }) }, process.env);
      const name = "Squall's gateway";
      const workers = readWorkers(flags.workers);
      if (workers === 1) {
        await sayWhoCalls(options);
        return void (await launch(await inFleet(options, flags), name));
      }
      const { isLed, launchWorkers } = await import("../workers.ts");
      if (isLed()) return await launchWorkers(await inFleet(options, flags), workers, name);
      await sayWhoCalls(options);
      await launchWorkers(options, workers, name);
    });
}

/** @throws CliError */
function readWorkers(text = "1"): number {
  if (text === "auto") return availableParallelism();
  const workers = Number(text);
  if (/^\d{1,3}$/.test(text) && workers >= 1) return workers;
  throw new CliError(`--workers wants a whole number from 1, or auto, not "${text}".`);
}

/** In front of real AWS one sees before the first call whose account it is. */
async function sayWhoCalls({ upstreams = {} }: CloudOptions): Promise<void> {
  const region = process.env["AWS_REGION"] ?? process.env["AWS_DEFAULT_REGION"] ?? "us-east-1";
  for (const [service, upstream] of Object.entries(upstreams)) {
    if (upstream.url !== "aws") continue;
    try {
      const { account, arn } = await callerOf(upstream, region, Date.now());
      console.log(
        `REAL AWS: ${service} goes to account ${account} as ${arn}; the region is the client's (here ${region}).`,
      );
    } catch (error) {
      throw new CliError(`AWS does not say who calls: ${(error as Error).message}`);
    }
  }
}
