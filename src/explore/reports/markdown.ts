import type { Exploration } from "../explore.ts";
import { placeOf } from "../finding.ts";
import { typed } from "./shell.ts";
import { duration } from "./summary.ts";

/** For a job's summary (`$GITHUB_STEP_SUMMARY`). */
export function markdownReport(exploration: Exploration, command: readonly string[]): string {
  const { findings, results, singles, pairs, baselineFailure, tookMs } = exploration;
  const lines = [`# squall explore: \`${typed(command)}\``, ""];
  if (baselineFailure !== undefined) return [...lines, "```", baselineFailure, "```", ""].join("\n");
  const count = (kind: string) => results.filter(({ verdict }) => verdict.kind === kind).length;
  lines.push(
    `${singles.done} of ${singles.planned} faults alone, ${pairs.done} of ${pairs.planned} pairs, ${duration(tookMs)}: survived ${count("survived")}, failed cleanly ${count("failed-cleanly")}, **findings ${findings.length}**.`,
    "",
  );
  if (findings.length === 0) return lines.join("\n");
  lines.push("| | what | where | story |", "| --- | --- | --- | --- |");
  for (const finding of findings)
    lines.push(
      `| ${finding.id} | ${finding.title} | \`${cell(placeOf(finding.experiment))}\` | ${cell(finding.story)} |`,
    );
  lines.push(
    "",
    "```sh",
    ...findings.map(({ id }) => `squall explore --replay ${id} -- ${typed(command)}`),
    "```",
    "",
  );
  return lines.join("\n");
}

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");
