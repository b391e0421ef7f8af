import type { Exploration } from "../explore.ts";

export const jsonReport = (exploration: Exploration, command: readonly string[]): string =>
  `${JSON.stringify(reportOf(exploration, command), null, 2)}\n`;

/** All that was found out, for other programs. Its schema is docs/explore.schema.json. */
export function reportOf(exploration: Exploration, command: readonly string[]) {
  const {
    findings,
    accepted,
    remarks,
    results,
    sites,
    passedOver,
    unstable,
    singles,
    pairs,
    baselineFailure,
    tookMs,
    tests,
  } = exploration;
  return {
    version: 1,
    command,
    tookMs: Math.round(tookMs),
    ...(baselineFailure !== undefined && { baselineFailure }),
    ...(tests !== undefined && { tests }),
    sites: sites.map(({ path, service, operation, attempts, isCoarse, passedOver: reason }) => ({
      path,
      service,
      operation,
      attempts: attempts.length,
      ...(isCoarse && { isCoarse }),
      ...(reason !== undefined && { passedOver: reason }),
    })),
    singles,
    pairs,
    unstable,
    passedOver,
    results: results.map(({ experiment, verdict, exitCode, tookMs: itTookMs, unit }) => ({
      ...(unit !== undefined && { test: unit }),
      strikes: experiment.strikes.map(({ site, kind }) => ({ site: site.path, fault: kind.name })),
      verdict: verdict.kind,
      ...(verdict.kind === "finding" && { title: verdict.title, story: verdict.story }),
      ...(verdict.kind === "failed-cleanly" && { why: verdict.why }),
      ...(exitCode !== undefined && { exitCode }),
      tookMs: Math.round(itTookMs),
    })),
    findings: findings.map(shown),
    accepted: accepted.map(shown),
    remarks,
  };
}

function shown({
  id,
  title,
  story,
  experiment,
  differences,
  command,
  units,
  also,
  reproduced,
  tries,
}: Exploration["findings"][number]) {
  return {
    id,
    title,
    story,
    strikes: experiment.strikes.map(({ site, kind }) => ({ site: site.path, fault: kind.name })),
    rules: experiment.rules,
    differences,
    command,
    tests: units,
    also,
    reproduced,
    tries,
  };
}
