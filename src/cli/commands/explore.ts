import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { Command } from "commander";
import { parseDuration } from "../../core/clock.ts";
import { Scratch } from "../../core/scratch.ts";
import { type Exploration, type ExploreSetting, explore } from "../../explore/explore.ts";
import { faultKinds } from "../../explore/fault-kinds.ts";
import { FindingsFolder } from "../../explore/findings-folder.ts";
import { readHypotheses } from "../../explore/hypotheses.ts";
import { Lock } from "../../explore/lock.ts";
import { explorePerTest } from "../../explore/per-test.ts";
import { CannotRun, endAll } from "../../explore/program.ts";
import { BaselineFails, replay } from "../../explore/replay.ts";
import { checkWritable, readReports, writeReports } from "../../explore/reports/reports.ts";
import { summary } from "../../explore/reports/summary.ts";
import { listingIn } from "../../explore/runners/listing.ts";
import { testsOf } from "../../explore/runners/runners.ts";
import type { TrialSetting } from "../../explore/trial.ts";
import { CliError } from "../cli-error.ts";
import { commandVariables } from "../command-variables.ts";
import { ExplorePage } from "../explore-page.ts";
import { checkService } from "../start-options.ts";
import { makeTrialCloud } from "../trial-cloud.ts";

interface ExploreFlags {
  readonly budget: string;
  readonly workers: string;
  readonly faults: string;
  readonly service?: string;
  readonly onlyChanged?: boolean;
  readonly perTest?: string | true;
  readonly report?: string;
  readonly checks?: string;
  readonly accept?: readonly string[];
  readonly replay?: string;
  readonly state?: string;
  readonly settle: string;
  readonly before?: string;
  readonly after?: string;
  readonly requireComplete?: boolean;
  readonly lock: string;
  readonly show?: string | false;
}

const CHECKS_FILE = "squall.explore.yaml";
const FOLDER = ".squall/explore";
const ENDED = {
  nothingNew: 0,
  findings: 1,
  baselineFails: 2,
  notReproduced: 3,
  incomplete: 4,
  interrupted: 130,
} as const;

export default function addExplore(program: Command): void {
  program
    .command("explore")
    .description(
      "Run a command again and again, each time with another fault, and find those that it does not survive.",
    )
    .argument("[command...]", "the command, after --: squall explore -- npm test")
    .option("--budget <duration>", "how long all runs may take together", "10m")
    .option("--workers <number>", "runs at once, each in a cloud of its own", "1")
    .option("--faults <names>", "default, deep, or kinds of faults, separated by commas", "default")
    .option("--service <names>", "strike only calls of these services, separated by commas")
    .option("--only-changed", "leave out what was survived before, by the lock")
    .option(
      "--per-test [list]",
      "each test by itself: of a known runner, or by a command that lists tests, for a command with {test} in it",
    )
    .option("--report <files>", "junit=FILE, md=FILE, html=FILE, json=FILE, separated by commas")
    .option("--checks <file>", "what must hold in the end (default: squall.explore.yaml, if it is there)")
    .option("--accept <id...>", "findings to live with: kept in the lock")
    .option("--replay <id>", "one finding again")
    .option("--state <file>", "begin each run with this state (squall state save)")
    .option("--settle <duration>", "how much of the clock's time a world gets to come to rest", "PT15M")
    .option("--before <command>", "a shell command before each run, for what lives outside of Squall")
    .option("--after <command>", "a shell command after each run")
    .option("--require-complete", "end with 4 when the budget is used up before every fault was tried alone")
    .option(
      "--show <url>",
      "show how it goes on the page of this squall (default: of the one at SQUALL_URL or port 4566, if it is there)",
    )
    .option("--no-show", "on no page")
    .option("--lock <file>", "what was tried and accepted, to be committed", "squall-explore.lock")
    .action(async (command: string[], flags: ExploreFlags) => {
      process.exitCode = await run(command, flags);
    });
}

async function run(command: readonly string[], flags: ExploreFlags): Promise<number> {
  const scratch = new Scratch();
  try {
    return await runWith(scratch, command, flags);
  } finally {
    await scratch.remove();
  }
}

async function runWith(scratch: Scratch, command: readonly string[], flags: ExploreFlags): Promise<number> {
  const lock = openLock(flags.lock);
  const folder = new FindingsFolder(FOLDER);
  if (flags.accept) {
    for (const id of flags.accept) lock.accept(id, kept(() => folder.read(id)).story);
    lock.save();
    console.log(`Accepted in ${flags.lock}: ${flags.accept.join(", ")}.`);
    if (command.length === 0) return ENDED.nothingNew;
  }
  if (command.length === 0) throw new CliError("Say what to run: squall explore -- npm test");
  const setting = settingOf(command, flags, scratch);
  const interrupted = interruption();
  if (flags.replay !== undefined) return await replayed(setting, folder, flags.replay, interrupted);
  const reports = kept(() => readReports(flags.report));
  for (const file of [flags.lock, ...reports.map((report) => report.file)]) kept(() => checkWritable(file));
  const plan = planOf(flags);
  const page = flags.show === false ? undefined : await ExplorePage.open(flags.show, command);
  if (page) console.log(`page       ${page.address}`);
  const exploration = await explored(flags.perTest, {
    ...setting,
    ...plan,
    lock,
    onlyChanged: flags.onlyChanged ?? false,
    signal: interrupted,
    say: (line) => console.log(line),
    ...(page && { shows: (soFar: () => Exploration) => page.show(soFar) }),
  });
  await writeReports(reports, exploration, command);
  await page?.end(exploration);
  const { baselineFailure, tests } = exploration;
  if (baselineFailure !== undefined) console.error(baselineFailure);
  if (baselineFailure !== undefined && exploration.results.length === 0)
    return interrupted.aborted ? ENDED.interrupted : ENDED.baselineFails;
  for (const finding of exploration.findings) folder.write(finding);
  lock.save();
  for (const line of summary(exploration)) console.log(line);
  if (interrupted.aborted) return ENDED.interrupted;
  // Some tests fail without any fault, others were explored.
  if (baselineFailure !== undefined) return ENDED.baselineFails;
  if (exploration.findings.length > 0) return ENDED.findings;
  const { planned, done } = exploration.singles;
  const isComplete = done === planned && (tests?.untried.length ?? 0) === 0;
  return flags.requireComplete && !isComplete ? ENDED.incomplete : ENDED.nothingNew;
}

/** What is tried, for how long. @throws CliError before anything is shown or run */
function planOf({ faults, service, budget, workers }: ExploreFlags) {
  kept(() => faultKinds(faults));
  const services = service?.split(",").map((name) => name.trim());
  for (const name of services ?? []) checkService(name, "--service");
  return {
    faults,
    ...(services && { services }),
    budgetMs: durationOf("--budget", budget),
    workers: countOf("--workers", workers),
  };
}

/** Ctrl-C ends the runs that are under way, and what was found so far is told; a second one ends everything. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.on(signal, () => {
      endAll();
      if (controller.signal.aborted) process.exit(ENDED.interrupted);
      controller.abort();
    });
  return controller.signal;
}

/** A program that is not there is said in one line. */
function explored(perTest: ExploreFlags["perTest"], setting: ExploreSetting): Promise<Exploration> {
  return ran(async () => {
    if (perTest === undefined) return await explore(setting);
    const list = perTest === true ? undefined : perTest;
    const tests = await testsOf(setting.command, list, setting.cwd, listingIn(setting));
    return await explorePerTest(setting, tests);
  });
}

async function ran<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    // What the other workers have under way shows nothing any more.
    endAll();
    if (error instanceof CannotRun) throw new CliError(error.message);
    throw error;
  }
}

async function replayed(
  setting: TrialSetting,
  folder: FindingsFolder,
  id: string,
  interrupted: AbortSignal,
): Promise<number> {
  const finding = kept(() => folder.read(id));
  const verdict = await ran(() => replay(setting, finding)).catch((error: unknown) => {
    if (error instanceof BaselineFails) return error;
    throw error;
  });
  if (interrupted.aborted) return ENDED.interrupted;
  if (verdict instanceof BaselineFails) {
    console.error(verdict.message);
    return ENDED.baselineFails;
  }
  if (verdict.kind === "finding") {
    console.log(`${id}  ${verdict.title}  ${finding.place}\n        ${verdict.story}`);
    return ENDED.findings;
  }
  if (verdict.kind === "not-reached") {
    console.error(
      `${id}: the call that it strikes did not happen: ${finding.place}. Has the program changed?`,
    );
    return ENDED.notReproduced;
  }
  console.log(
    `${id} is not seen any more: ${verdict.kind === "survived" ? "the fault is survived" : `it fails cleanly (${verdict.why})`}.`,
  );
  return ENDED.nothingNew;
}

/** What is compiled in one run is not compiled again in the next: it is the code, and nothing that a run has done. */
function settingOf(command: readonly string[], flags: ExploreFlags, scratch: Scratch): TrialSetting {
  const compiled = scratch.folder("compiled");
  const { NODE_COMPILE_CACHE = compiled } = process.env;
  return {
    command,
    cwd: process.cwd(),
    settleWithin: durationOf("--settle", flags.settle),
    ...hypothesesOf(flags.checks),
    ...(flags.before && { before: flags.before }),
    ...(flags.after && { after: flags.after }),
    environment: ({ url }) => ({ NODE_COMPILE_CACHE, ...commandVariables(url) }),
    makeCloud: () => makeTrialCloud({ state: flags.state, compiled }),
  };
}

/** The file that is named, or the usual one where it is there. */
function hypothesesOf(file: string | undefined): Pick<TrialSetting, "hypotheses"> {
  const found = file ?? (existsSync(CHECKS_FILE) ? CHECKS_FILE : undefined);
  return found === undefined ? {} : { hypotheses: kept(() => readHypotheses(found)) };
}

const openLock = (file: string): Lock => kept(() => new Lock(resolve(file)));

/** What is wrong with a file is said in one line. */
function kept<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new CliError((error as Error).message);
  }
}

function durationOf(flag: string, text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new CliError(`${flag} wants a duration (2m, 30s, PT5M), not "${text}".`);
  return ms;
}

function countOf(flag: string, text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > 64)
    throw new CliError(`${flag} wants a whole number from 1 to 64, not "${text}".`);
  return count;
}
