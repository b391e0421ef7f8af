import { type Exploration, type ExploreSetting, explore, type TestsExplored } from "./explore.ts";
import type { Finding } from "./finding.ts";
import { Foreseen } from "./foreseen.ts";
import type { OneTest } from "./runners/runner.ts";
import type { Site } from "./sites.ts";

/**
 * Each test by itself, one after the other: a fault is tried with the one test that reaches its call, and not with all of
 * them. What one has shown of an SDK need not be shown by the next.
 */
export async function explorePerTest(
  setting: ExploreSetting,
  tests: readonly OneTest[],
): Promise<Exploration> {
  const startedAt = performance.now();
  const foreseen = new Foreseen();
  const done: { test: OneTest; exploration: Exploration }[] = [];
  const soFar = (more: typeof done) =>
    together(tests, [...done, ...more], performance.now() - startedAt, setting.signal?.aborted ?? false);
  for (const test of tests) {
    const leftMs = setting.budgetMs - (performance.now() - startedAt);
    if (setting.signal?.aborted || leftMs <= 0) break;
    setting.say(`test       ${test.name}`);
    const exploration = await explore({
      ...setting,
      command: test.command,
      unit: test.name,
      foreseen,
      budgetMs: leftMs,
      shows: (exploration) => setting.shows?.(() => soFar([{ test, exploration: exploration() }])),
    });
    done.push({ test, exploration });
  }
  return soFar([]);
}

/** All of them as one: what several tests find is one finding. */
function together(
  all: readonly OneTest[],
  done: readonly { readonly test: OneTest; readonly exploration: Exploration }[],
  tookMs: number,
  isInterrupted: boolean,
): Exploration {
  const untried = all.slice(done.length).map(({ name }) => name);
  const good = done.filter(({ exploration }) => exploration.baselineFailure === undefined);
  const failing = done.filter(({ exploration }) => exploration.baselineFailure !== undefined);
  const explorations = good.map(({ exploration }) => exploration);
  const withoutCalls = failing
    .filter(({ exploration }) => exploration.hasNoCalls)
    .map(({ test }) => test.name);
  const failed = failing
    .filter(({ exploration }) => !exploration.hasNoCalls)
    .map(({ test, exploration }) => ({ name: test.name, why: exploration.baselineFailure ?? "" }));
  const sum = (of: "singles" | "pairs") => ({
    planned: explorations.reduce((sum, exploration) => sum + exploration[of].planned, 0),
    done: explorations.reduce((sum, exploration) => sum + exploration[of].done, 0),
  });
  const failure = failureOf(failed, explorations.length);
  return {
    ...(failure !== undefined && { baselineFailure: failure }),
    baseline: explorations.flatMap(({ baseline }) => baseline),
    sites: distinctSites(explorations.flatMap(({ sites }) => sites)),
    struck: explorations.reduce((sum, { struck }) => sum + struck, 0),
    unstable: [...new Set(explorations.flatMap(({ unstable }) => unstable))],
    results: explorations.flatMap(({ results }) => results),
    findings: merged(explorations.flatMap(({ findings }) => findings)),
    accepted: merged(explorations.flatMap(({ accepted }) => accepted)),
    remarks: distinct(explorations.flatMap(({ remarks }) => remarks)),
    passedOver: explorations.flatMap(({ passedOver }) => passedOver),
    singles: sum("singles"),
    pairs: sum("pairs"),
    tookMs,
    isInterrupted,
    tests: { all: all.length, withoutCalls, failed, untried },
  };
}

function failureOf(failed: TestsExplored["failed"], good: number): string | undefined {
  if (failed.length > 0) return failed.map(({ name, why }) => `${name}: ${why}`).join("\n");
  return good > 0 ? undefined : "No test makes an AWS call.";
}

function merged(findings: readonly Finding[]): Finding[] {
  const found = new Map<string, Finding>();
  for (const finding of findings) {
    const before = found.get(finding.id);
    if (before === undefined) found.set(finding.id, { ...finding, units: [...finding.units] });
    else before.units.push(...finding.units);
  }
  return [...found.values()];
}

const distinctSites = (sites: readonly Site[]): Site[] => [
  ...new Map(sites.map((site) => [site.path, site])).values(),
];

const distinct = <T extends object>(all: readonly T[]): T[] => [
  ...new Map(all.map((one) => [JSON.stringify(one), one])).values(),
];
