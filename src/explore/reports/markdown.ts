import type { Exploration } from "../explore.ts";
import { doubtsOf, type Finding, placeOf } from "../finding.ts";
import { typed } from "./shell.ts";
import { duration } from "./summary.ts";

/** For a job's summary (`$GITHUB_STEP_SUMMARY`). */
export function markdownReport(exploration: Exploration, command: readonly string[]): string {
  const { findings, remarks, results, singles, pairs, baselineFailure, tookMs } = exploration;
  const lines = [`# squall explore: \`${typed(command)}\``, ""];
  if (baselineFailure !== undefined) lines.push("```", baselineFailure, "```", "");
  if (baselineFailure !== undefined && results.length === 0) return lines.join("\n");
  const count = (kind: string) => results.filter(({ verdict }) => verdict.kind === kind).length;
  lines.push(
    `${singles.done} of ${singles.planned} faults alone, ${pairs.done} of ${pairs.planned} pairs, ${duration(tookMs)}: survived ${count("survived")}, failed cleanly ${count("failed-cleanly")}, **findings ${findings.length}**.`,
    "",
  );
  if (findings.length > 0) lines.push(...findingsTable(findings));
  if (remarks.length > 0) lines.push(...remarksTable(remarks));
  return lines.join("\n");
}

function findingsTable(findings: readonly Finding[]): string[] {
  const lines: string[] = [];
  lines.push("| | what | where | story |", "| --- | --- | --- | --- |");
  for (const finding of findings)
    lines.push(
      `| ${finding.id} | ${finding.title} | \`${cell(placeOf(finding.experiment))}\`${doubtsOf(finding)} | ${cell(finding.story)} |`,
    );
  lines.push(
    "",
    "```sh",
    ...findings.map(({ id, command }) => `squall explore --replay ${id} -- ${typed(command)}`),
    "```",
    "",
  );
  return lines;
}

/** What a fault-free run already shows. */
function remarksTable(remarks: Exploration["remarks"]): string[] {
  return [
    "Remarks on the fault-free run (`squall check`):",
    "",
    "| check | where | what |",
    "| --- | --- | --- |",
    ...remarks.map(({ check, where, what }) => `| ${check} | \`${cell(where)}\` | ${cell(what)} |`),
    "",
  ];
}

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");
