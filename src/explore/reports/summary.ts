import type { Exploration, TestsExplored } from "../explore.ts";
import { doubtsOf, type Finding, placeOf } from "../finding.ts";
import { typed } from "./shell.ts";

/** What is said on the terminal at the end. */
export function summary(exploration: Exploration): string[] {
  const { results, findings, accepted, singles, pairs, struck, remarks, tookMs, isInterrupted, tests } =
    exploration;
  const count = (kind: string) => results.filter(({ verdict }) => verdict.kind === kind).length;
  const parts = [
    `survived ${count("survived")}`,
    `failed cleanly ${count("failed-cleanly")}`,
    ...(count("not-reached") > 0 ? [`not reached ${count("not-reached")}`] : []),
    ...(accepted.length > 0 ? [`accepted ${accepted.length}`] : []),
    `FINDINGS ${findings.length}`,
  ];
  const lines = [
    `explored   ${singles.done}/${singles.planned} singles, ${pairs.done}/${pairs.planned} pairs, ${duration(tookMs)}     ${parts.join(" · ")}`,
  ];
  if (tests !== undefined) lines.push(...saidOf(tests));
  if (struck === 0)
    lines.push(
      "nothing    was struck: every call is set-up, tear-down or only looks on (--report json= says why)",
    );
  if (singles.done < singles.planned || pairs.done < pairs.planned)
    lines.push(
      `left       ${singles.planned - singles.done} singles and ${pairs.planned - pairs.done} pairs untried: ${isInterrupted ? "it was interrupted" : "the budget is used up"}`,
    );
  for (const finding of findings) lines.push(...storyOf(finding));
  if (remarks.length > 0)
    lines.push(
      `remarks    ${remarks.length} on the fault-free run, which docs/guide/checks.md explains. They are no findings.`,
      ...remarks.map(({ check, where, what }) => `${check}  ${where}\n        ${what}`),
    );
  return lines;
}

function saidOf({ all, withoutCalls, failed, untried }: TestsExplored): string[] {
  const explored = all - withoutCalls.length - failed.length - untried.length;
  const said = [
    `${explored} of ${all} explored`,
    ...(withoutCalls.length > 0 ? [`${withoutCalls.length} make no AWS call`] : []),
    ...(failed.length > 0 ? [`${failed.length} fail without a fault`] : []),
    ...(untried.length > 0 ? [`${untried.length} untried: the budget is used up`] : []),
  ];
  return [`tests      ${said.join(", ")}`];
}

function storyOf(finding: Finding): string[] {
  const { id, title, story, experiment, also, units, command } = finding;
  return [
    `${id}  ${title}  ${placeOf(experiment)}${doubtsOf(finding)}`,
    `        ${story}`,
    ...(units.length > 0 ? [`        in the test${units.length > 1 ? "s" : ""} ${units.join(", ")}`] : []),
    ...(also.length > 0 ? [`        likewise under ${also.join(", ")}`] : []),
    `        replay: squall explore --replay ${id} -- ${typed(command)}`,
  ];
}

export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  return minutes === 0 ? `${seconds} s` : `${minutes} m ${String(seconds % 60).padStart(2, "0")} s`;
}
