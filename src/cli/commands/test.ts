import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import { type Hypothesis, type HypothesisWorld, readHypotheses } from "../../explore/hypotheses.ts";
import { CliError } from "../cli-error.ts";
import { SquallClient } from "../client.ts";
import { commandVariables } from "../command-variables.ts";
import { type Experiment, isOver } from "../experiment-watch.ts";
import { junitOf, type RunCase } from "../run-junit.ts";
import { readTemplate } from "../template-file.ts";

interface TestFlags {
  readonly url?: string;
  readonly steadyState: string;
  readonly junit?: string;
  readonly md?: string;
}

const POLL_MS = 250;

/** What became of one hypothesis. */
interface Verdict {
  readonly name: string;
  /** `sustained`: it held all the time; `recovered`: it was refuted, and held again so long after the experiment; `lost`: it did not. */
  readonly outcome: "sustained" | "recovered" | "lost";
  readonly recoveryMs?: number;
  /** The first reason that it was refuted with. */
  readonly why?: string;
  readonly failure?: string;
}

export default function addTest(program: Command): void {
  program
    .command("test <template>")
    .description("Run an FIS experiment, and see whether what must hold is sustained, or recovers in time.")
    .requiredOption("--steady-state <file>", "what must hold: checks, as in squall.explore.yaml")
    .option("--url <url>", "where squall is (default: SQUALL_URL or http://127.0.0.1:4566)")
    .option("--junit <file>", "write the verdicts as JUnit XML")
    .option("--md <file>", "write the verdicts as Markdown")
    .action(async (template: string, flags: TestFlags) => {
      process.exitCode = await test(template, flags);
    });
}

async function test(template: string, flags: TestFlags): Promise<number> {
  const squall = new SquallClient(flags.url);
  const hypotheses = read(flags.steadyState);
  const world = worldOf(squall);
  for (const { name, refuted } of hypotheses) {
    const why = await refuted(world);
    if (why !== undefined) throw new CliError(`Before the experiment "${name}" does not hold: ${why}.`);
  }
  const started = await squall.ask<Experiment>("POST", "/_squall/experiments", {
    template: readTemplate(template),
  });
  console.log(`Experiment ${started.id} of ${template}; ${hypotheses.length} checks hold before it`);
  const stop = () => void squall.ask("DELETE", `/_squall/experiments/${started.id}`).catch(() => {});
  process.once("SIGINT", stop);
  const { first, ended } = await during(squall, started.id, hypotheses, world);
  process.removeListener("SIGINT", stop);
  const { status, reason } = ended.state;
  console.log(`experiment: ${status}${reason ? ` (${reason})` : ""}`);
  const verdicts = await Promise.all(hypotheses.map((one) => verdictOn(one, first.get(one.name), world)));
  for (const verdict of verdicts) console.log(line(verdict));
  const cases: RunCase[] = [
    {
      name: `experiment ${template}`,
      seconds: 0,
      ...(status !== "completed" && { failure: `${status}: ${reason}` }),
    },
    ...verdicts.map(({ name, recoveryMs = 0, failure }) => ({
      name,
      seconds: recoveryMs / 1000,
      ...(failure !== undefined && { failure }),
    })),
  ];
  if (flags.junit) write(flags.junit, junitOf("squall test", cases));
  if (flags.md) write(flags.md, markdown(template, status, verdicts));
  return cases.some(({ failure }) => failure !== undefined) ? 1 : 0;
}

/** Looks again and again until the experiment is over: by hypothesis, the first reason that it was refuted with. */
async function during(
  squall: SquallClient,
  id: string,
  hypotheses: readonly Hypothesis[],
  world: HypothesisWorld,
): Promise<{ first: Map<string, string>; ended: Experiment }> {
  const first = new Map<string, string>();
  for (;;) {
    const experiment = await squall.ask<Experiment>("GET", `/_squall/experiments/${id}`);
    if (isOver(experiment)) return { first, ended: experiment };
    for (const { name, refuted } of hypotheses) {
      const why = await refuted(world);
      if (why !== undefined && !first.has(name)) {
        first.set(name, why);
        console.log(`  refuted: ${name} (${why})`);
      }
    }
    await sleep(POLL_MS);
  }
}

/** Once the experiment is over: does it hold, and since when? */
async function verdictOn(
  { name, isSustained, withinMs, refuted }: Hypothesis,
  first: string | undefined,
  world: HypothesisWorld,
): Promise<Verdict> {
  const endedAt = performance.now();
  for (;;) {
    const why = await refuted(world);
    const recoveryMs = Math.round(performance.now() - endedAt);
    const reason = first ?? why;
    const said = reason === undefined ? {} : { why: reason };
    if (why === undefined) {
      if (reason === undefined) return { name, outcome: "sustained" };
      const failure = isSustained ? { failure: `was to be sustained, and was refuted: ${reason}` } : {};
      return { name, outcome: "recovered", recoveryMs, ...said, ...failure };
    }
    if (recoveryMs > withinMs)
      return {
        name,
        outcome: "lost",
        recoveryMs,
        ...said,
        failure: `has not recovered within ${withinMs / 1000} s: ${why}`,
      };
    first ??= why;
    await sleep(POLL_MS);
  }
}

function line({ name, outcome, recoveryMs, why, failure }: Verdict): string {
  const recovered =
    outcome === "recovered" && recoveryMs !== undefined ? ` in ${(recoveryMs / 1000).toFixed(1)} s` : "";
  return `${failure === undefined ? "good" : "FAILED"}  ${name}: ${outcome}${recovered}${why === undefined ? "" : ` (${why})`}`;
}

function markdown(template: string, status: string, verdicts: readonly Verdict[]): string {
  const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ");
  return [
    `# squall test: \`${template}\``,
    "",
    `The experiment ${status}.`,
    "",
    "| | check | verdict | recovery | why |",
    "| --- | --- | --- | --- | --- |",
    ...verdicts.map(
      ({ name, outcome, recoveryMs, why = "", failure }) =>
        `| ${failure === undefined ? "good" : "**failed**"} | ${cell(name)} | ${outcome} | ${recoveryMs === undefined ? "" : `${(recoveryMs / 1000).toFixed(1)} s`} | ${cell(failure ?? why)} |`,
    ),
    "",
  ].join("\n");
}

function worldOf(squall: SquallClient): HypothesisWorld {
  return {
    url: squall.url,
    cwd: process.cwd(),
    environment: commandVariables(squall.url),
    call: (service, operation, input) =>
      squall.ask<object>("POST", "/_squall/call", { service, operation, input }),
  };
}

function read(file: string): Hypothesis[] {
  try {
    return readHypotheses(file);
  } catch (error) {
    throw new CliError((error as Error).message);
  }
}

function write(file: string, text: string): void {
  mkdirSync(dirname(resolve(file)), { recursive: true });
  writeFileSync(file, text);
}
