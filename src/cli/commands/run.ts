import { once } from "node:events";
import { createReadStream, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Command } from "commander";
import type { TapeReport } from "../../cassettes/tape.ts";
import { makeFolder } from "../../core/make-folder.ts";
import { numberOf } from "../../core/text.ts";
import { whyNot } from "../../core/why-not.ts";
import { checkWritable } from "../../explore/reports/reports.ts";
import { type Cloud, createCloud } from "../../index.ts";
import { CliError } from "../cli-error.ts";
import { SquallClient } from "../client.ts";
import { withCassetteFlags } from "../cloud-flags.ts";
import { commandVariables } from "../command-variables.ts";
import { type Experiment, isOver, summary } from "../experiment-watch.ts";
import { runCommand } from "../run-command.ts";
import { junitOf, type RunCase } from "../run-junit.ts";
import { readOptions } from "../start-options.ts";
import { readTemplate } from "../template-file.ts";

interface RunFlags {
  readonly faults?: string;
  readonly experiment?: string;
  readonly junit?: string;
  readonly keep?: boolean;
  readonly state?: string;
  readonly init?: string;
  readonly compose?: string;
  readonly seed?: string;
  readonly cassette?: string;
  readonly cassetteMode?: string;
  readonly cassetteSecrets?: boolean;
}

export default function addRun(program: Command): void {
  const running = program
    .command("run")
    .description(
      "Run a command in a cloud of its own: on a free port, with AWS's variables set, under faults.",
    )
    .argument("<command...>", "the command, after --: squall run --faults storm.yaml -- npm test")
    .option("--faults <file>", "rules, YAML or JSON")
    .option("--experiment <file>", "an FIS experiment template that runs meanwhile")
    .option("--junit <file>", "write the verdict as JUnit XML")
    .option("--keep", "leave the cloud running afterwards, until Ctrl-C")
    .option("--state <file>", "begin with this state (squall state save)")
    .option("--init <folder>", "init hooks: boot.d, start.d, ready.d, shutdown.d")
    .option("--compose <file>", "a LocalStack compose file: its environment and init hooks, without Docker")
    .option("--seed <text>", "seed of all chance (default: a new one)");
  withCassetteFlags(running).action(async (command: string[], flags: RunFlags) => {
    process.exitCode = await run(command, flags);
  });
}

async function run(command: readonly string[], flags: RunFlags): Promise<number> {
  if (flags.junit) refuseUnwritable(flags.junit);
  await using cloud = await startCloud(flags);
  const squall = new SquallClient(cloud.url);
  const experiment =
    flags.experiment === undefined
      ? undefined
      : await squall.ask<Experiment>("POST", "/_squall/experiments", {
          template: readTemplate(flags.experiment),
        });
  const startedAt = performance.now();
  const code = await runCommand(command, commandVariables(cloud.url));
  const cases: RunCase[] = [
    {
      name: command.join(" "),
      seconds: (performance.now() - startedAt) / 1000,
      ...(code !== 0 && { failure: `exit ${code}` }),
    },
  ];
  if (experiment) {
    const ended = await endOf(squall, experiment.id);
    console.error(await summary(squall, ended));
    const { status, reason } = ended.state;
    const failed = status === "failed" || status === "cancelled";
    cases.push({
      name: `experiment ${flags.experiment}`,
      seconds: 0,
      ...(failed && { failure: `${status}: ${reason}` }),
    });
  }
  if (cloud.cassette) cases.push(caseOfCassette(cloud.cassette, flags.cassette ?? ""));
  say(verdict(cloud, code));
  if (flags.junit) {
    makeFolder(dirname(resolve(flags.junit)));
    writeFileSync(flags.junit, junitOf("squall run", cases));
  }
  if (flags.keep) {
    say(`The cloud is kept at ${cloud.url} (seed ${cloud.seed}). Ctrl-C ends it.`);
    await ended();
  }
  return code !== 0 ? code : cases.some(({ failure }) => failure !== undefined) ? 1 : 0;
}

/** Ctrl-C, or whoever ends processes. */
const ended = (): Promise<unknown> =>
  Promise.race((["SIGINT", "SIGTERM"] as const).map((signal) => once(process, signal)));

function refuseUnwritable(file: string): void {
  try {
    checkWritable(file);
  } catch (error) {
    throw new CliError((error as Error).message);
  }
}

async function startCloud(flags: RunFlags): Promise<Cloud> {
  const { faults, init, compose, seed, cassette, cassetteMode, cassetteSecrets } = flags;
  const given = {
    ...(faults && { faults }),
    ...(init && { init }),
    ...(compose && { compose }),
    ...(seed && { seed }),
    ...(cassette && { cassette }),
    ...(cassetteMode && { cassetteMode }),
    ...(cassetteSecrets && { cassetteSecrets }),
  };
  const options = readOptions({ ...given, logLevel: "warn" }, [], process.env);
  try {
    // The command's own output comes first: what Squall has to say goes to standard error.
    const cloud = await createCloud({ ...options, port: 0, log: ({ message }) => console.error(message) });
    try {
      await cloud.ready;
      if (flags.state) await load(cloud, flags.state);
      return cloud;
    } catch (error) {
      await cloud.stop();
      throw error;
    }
  } catch (error) {
    throw new CliError((error as Error).message);
  }
}

async function load(cloud: Cloud, file: string): Promise<void> {
  try {
    await cloud.load(createReadStream(file));
  } catch (error) {
    throw new CliError(`--state ${file} cannot be loaded: ${whyNot(error)}`);
  }
}

/** A call that the cassette lacks, or that is answered otherwise than it has it, is a failure whatever the command made of it. */
function caseOfCassette(report: TapeReport, folder: string): RunCase {
  const { mode, recorded, played, missed, unplayed, differences } = report;
  say(
    `cassette ${folder} (${mode}): ${recorded} recorded, ${played} played, ${missed.length} missing, ${unplayed.length} not asked for, ${differences.length} different`,
  );
  const told = [
    ...missed.map((key) => `missing: ${key}`),
    ...differences.flatMap(({ call, differences: all }) => all.map((one) => `${call}: ${one}`)),
  ];
  for (const line of told) say(`  ${line}`);
  const name = `cassette ${folder}`;
  return { name, seconds: 0, ...(told.length > 0 && { failure: told.join("\n") }) };
}

/** What the command did not wait for is ended with it. */
async function endOf(squall: SquallClient, id: string): Promise<Experiment> {
  const path = `/_squall/experiments/${id}`;
  const now = await squall.ask<Experiment>("GET", path);
  if (isOver(now)) return now;
  await squall.ask("DELETE", path);
  return await squall.ask<Experiment>("GET", path);
}

function verdict(cloud: Cloud, code: number): string {
  const calls = cloud.calls.all();
  const struck = calls.filter(({ decisions }) => decisions.some(({ fired }) => fired));
  const retried = calls.filter(({ attempt }) => (attempt ?? 1) > 1).length;
  const attempts = new Map(calls.map((call) => [call.invocationId ?? call.id, call]));
  const failed = [...attempts.values()].filter(({ status }) => status === 0 || status >= 400).length;
  return `${code === 0 ? "passed" : `failed (exit ${code})`}: ${numberOf(calls.length, "call")}, ${struck.length} struck, ${retried} tried again, ${failed} failed for good. Seed ${cloud.seed}.`;
}

const say = (line: string): void => console.error(`squall: ${line}`);
