import type { Command } from "commander";
import { Cassette } from "../../cassettes/cassette.ts";
import { type Parity, parityOf } from "../../cassettes/parity.ts";
import { Scratch } from "../../core/scratch.ts";
import { type CloudOptions, createCloud } from "../../index.ts";
import { CliError } from "../cli-error.ts";
import { commandVariables } from "../command-variables.ts";
import { gatewayOptions } from "../gateway-options.ts";
import { runCommand } from "../run-command.ts";
import { readOptions } from "../start-options.ts";

interface ParityFlags {
  readonly json?: boolean;
  readonly allowRealAws?: boolean;
  readonly sign?: boolean;
  readonly profile?: string;
}

export default function addParity(program: Command): void {
  program
    .command("parity")
    .description(
      "Run a command twice, in front of an endpoint and in a cloud of Squall's, and list every difference.",
    )
    .argument("<url>", "the endpoint, or aws")
    .argument("<command...>", "the command, after --: squall parity http://127.0.0.1:5000 -- pytest")
    .option("--json", "the differences as JSON")
    .option("--sign", "sign again with the credentials that the AWS SDK finds (always so for aws)")
    .option("--profile <name>", "the profile to take credentials of")
    .option("--allow-real-aws", "the endpoint may be real AWS, where calls cost money and change things")
    .action(async (url: string, command: string[], flags: ParityFlags) => {
      process.exitCode = await compare(url, command, flags);
    });
}

async function compare(url: string, command: readonly string[], flags: ParityFlags): Promise<number> {
  const scratch = new Scratch();
  try {
    const quiet = { ...flags, logLevel: "warn" };
    const [thereFolder, hereFolder] = [scratch.folder("there"), scratch.folder("here")];
    const gateway = await gatewayOptions({ ...quiet, to: [url] }, [], process.env);
    const thereCode = await record(gateway, command, thereFolder);
    const hereCode = await record(readOptions(quiet, [], process.env), command, hereFolder);
    const parity = parityOf(new Cassette(thereFolder), new Cassette(hereFolder));
    const exits = { there: thereCode, here: hereCode };
    if (flags.json) console.log(JSON.stringify({ exits, ...parity }, undefined, 2));
    else console.log([...linesOf(parity, exits)].join("\n"));
    const { different, onlyThere, onlyHere } = parity;
    const isSame = thereCode === hereCode && different.length + onlyThere.length + onlyHere.length === 0;
    return isSame ? 0 : 1;
  } finally {
    await scratch.remove();
  }
}

/** Runs the command in a cloud of its own, whose answers are recorded. @returns how it ended */
async function record(options: CloudOptions, command: readonly string[], folder: string): Promise<number> {
  const log = ({ message }: { message: string }) => console.error(message);
  try {
    await using cloud = await createCloud({ ...options, port: 0, log, cassette: { folder, mode: "record" } });
    return await runCommand(command, commandVariables(cloud.url));
  } catch (error) {
    throw new CliError((error as Error).message);
  }
}

function* linesOf(
  { alike, different, onlyThere, onlyHere }: Parity,
  exits: { readonly there: number; readonly here: number },
): Iterable<string> {
  for (const { call, differences } of different) {
    yield call;
    for (const one of differences) yield `  ${one}`;
  }
  for (const call of onlyThere) yield `only there: ${call}`;
  for (const call of onlyHere) yield `only here: ${call}`;
  if (exits.there !== exits.here)
    yield `the command ended with ${exits.there} there, with ${exits.here} here`;
  yield `${alike} calls alike, ${different.length} different, ${onlyThere.length} only there, ${onlyHere.length} only here`;
}
