import { dateTime } from "./report-text.ts";
import type { Report } from "./reports.ts";
import type { Tally } from "./tally.ts";

/** A report as Markdown. */
export function reportMarkdown({ experiment, arn, seed, before, after, findings }: Report): string {
  const { id, state, startedAtMs, endedAtMs, actions } = experiment;
  const actionRows = Object.entries(actions).map(([name, action]) => {
    const found = findings.byAction[name];
    return [
      name,
      action.actionId,
      action.state.status,
      dateTime(action.startedAtMs),
      dateTime(action.endedAtMs),
      String(found?.strikes ?? 0),
      found ? `${found.struck} / ${found.retried} / ${found.recovered} / ${found.failed}` : "",
    ];
  });
  const strikes = findings.strikes.map((strike) => [
    strike.at,
    strike.action,
    `${strike.service}.${strike.operation}`,
    strike.effect,
    strike.status === 0 ? "dropped" : [strike.status, strike.errorCode].filter((part) => part).join(" "),
    strike.attempt === undefined ? "" : String(strike.attempt),
  ]);
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
    table(
      ["action", "id", "status", "from", "to", "strikes", "SDK calls struck / retried / recovered / failed"],
      actionRows,
    ),
    "## Before, for as long",
    tallies(before),
    "## During",
    tallies(findings.during),
    "## After, for as long",
    tallies(after),
    "## Struck calls",
    strikes.length === 0
      ? "None."
      : table(["at", "action", "call", "effect", "client saw", "attempt"], strikes),
    ...(findings.strikeCount > strikes.length
      ? [`The first ${strikes.length} of ${findings.strikeCount}.`]
      : []),
  ].join("\n\n");
}

function tallies(of: readonly Tally[]): string {
  if (of.length === 0) return "No calls.";
  return table(
    ["operation", "calls", "errors", "struck", "mean", "longest"],
    of.map((tally) => [
      `${tally.service}.${tally.operation}`,
      String(tally.calls),
      String(tally.errors),
      String(tally.struck),
      `${Math.round(tally.totalMs / tally.calls)} ms`,
      `${tally.longestMs} ms`,
    ]),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
