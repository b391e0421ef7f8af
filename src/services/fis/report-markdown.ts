import {
  ACTION_HEAD,
  actionRow,
  CALL_HEAD,
  callRows,
  dateTime,
  firstOfStrikes,
  STRIKE_HEAD,
  strikeRow,
} from "./report-text.ts";
import type { Report } from "./reports.ts";
import type { Tally } from "./tally.ts";

/** A report as Markdown. */
export function reportMarkdown({ experiment, arn, seed, before, after, findings }: Report): string {
  const { id, state, startedAtMs, endedAtMs, actions } = experiment;
  const actionRows = Object.entries(actions).map(([name, action]) => {
    const found = findings.byAction[name];
    return [
      ...actionRow(name, action, found?.strikes),
      found ? `${found.struck} / ${found.retried} / ${found.recovered} / ${found.failed}` : "",
    ];
  });
  const strikes = findings.strikes.map((strike) => [
    ...strikeRow(strike),
    strike.attempt === undefined ? "" : String(strike.attempt),
  ]);
  const cut = firstOfStrikes(findings);
  return [
    `# Experiment ${id}`,
    `**${state.status}**: ${state.reason}`,
    [
      `* ARN: \`${arn}\``,
      `* Template: \`${experiment.templateId}\``,
      `* From ${dateTime(startedAtMs)} to ${dateTime(endedAtMs) || "now"}`,
      `* Seed: \`${seed}\``,
      `* Calls struck: ${findings.strikeCount}`,
    ].join("\n"),
    "## Actions",
    table([...ACTION_HEAD, "SDK calls struck / retried / recovered / failed"], actionRows),
    "## Before, for as long",
    tallies(before),
    "## During",
    tallies(findings.during),
    "## After, for as long",
    tallies(after),
    "## Struck calls",
    strikes.length === 0 ? "None." : table([...STRIKE_HEAD, "attempt"], strikes),
    ...(cut === undefined ? [] : [cut]),
  ].join("\n\n");
}

const tallies = (of: readonly Tally[]): string =>
  of.length === 0 ? "No calls." : table(CALL_HEAD, callRows(of));

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
