import type { Exploration } from "../explore.ts";
import { type Finding, placeOf } from "../finding.ts";
import { typed } from "./shell.ts";

/** What is said on the terminal at the end. */
export function summary(exploration: Exploration, command: readonly string[]): string[] {
  const { results, findings, accepted, singles, pairs, struck, remarks, tookMs, isInterrupted } = exploration;
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
  if (struck === 0)
    lines.push(
      "nothing    was struck: every call is set-up, tear-down or only looks on (--report json= says why)",
    );
  if (singles.done < singles.planned || pairs.done < pairs.planned)
    lines.push(
      `left       ${singles.planned - singles.done} singles and ${pairs.planned - pairs.done} pairs untried: ${isInterrupted ? "it was interrupted" : "the budget is used up"}`,
    );
  for (const finding of findings) lines.push(...storyOf(finding, command));
  if (remarks.length > 0)
    lines.push(
      `remarks    ${remarks.length} on the fault-free run, which docs/guide/checks.md explains. They are no findings.`,
      ...remarks.map(({ check, where, what }) => `${check}  ${where}\n        ${what}`),
    );
  return lines;
}

function storyOf(finding: Finding, command: readonly string[]): string[] {
  const { id, title, story, experiment, also, reproduced, tries } = finding;
  const flaky = reproduced < tries ? `  (flaky: ${reproduced} of ${tries} runs)` : "";
  return [
    `${id}  ${title}  ${placeOf(experiment)}${flaky}`,
    `        ${story}`,
    ...(also.length > 0 ? [`        likewise under ${also.join(", ")}`] : []),
    `        replay: squall explore --replay ${id} -- ${typed(command)}`,
  ];
}

export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  return minutes === 0 ? `${seconds} s` : `${minutes} m ${String(seconds % 60).padStart(2, "0")} s`;
}
