import { sure } from "../../core/sure.ts";
import type { Exploration, Result } from "../explore.ts";
import { type Finding, placeOf } from "../finding.ts";
import { changeBetween } from "../shown.ts";
import type { Difference } from "../world.ts";
import { typed } from "./shell.ts";
import { duration } from "./summary.ts";
import { xml } from "./xml.ts";

const COLOURS: Readonly<Record<string, string>> = {
  survived: "#2e7d32",
  "failed-cleanly": "#b8860b",
  "not-reached": "#9e9e9e",
  finding: "#c62828",
};

/** One page without scripts or foreign parts: sites down, faults across, a story behind each cell. */
export function htmlReport(exploration: Exploration, command: readonly string[]): string {
  const { results, findings, remarks, singles, pairs, baselineFailure, tookMs, sites } = exploration;
  const alone = results.filter(({ experiment }) => experiment.strikes.length === 1);
  const faults = [...new Set(alone.map(({ experiment }) => sure(experiment.strikes[0]).kind.name))];
  const byCell = new Map(
    alone.map((result) => {
      const [{ site, kind }] = result.experiment.strikes as [Result["experiment"]["strikes"][0]];
      return [`${site.path}\n${kind.name}`, result];
    }),
  );
  const rows = sites
    .filter(({ path }) => faults.some((fault) => byCell.has(`${path}\n${fault}`)))
    .map(({ path, steps }) => {
      const name = `<th style="padding-left:${(steps.length - 2) * 1.2}em" title="${xml(path)}">${xml(sure(steps.at(-1)))}</th>`;
      return `<tr>${name}${faults.map((fault) => cell(byCell.get(`${path}\n${fault}`))).join("")}</tr>`;
    });
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>squall explore: ${xml(typed(command))}</title>
<style>
body{font:15px/1.45 system-ui,sans-serif;margin:2rem;color:#222;background:#fff}
table{border-collapse:collapse}th{font-weight:400;text-align:left;font-family:ui-monospace,monospace;font-size:13px}
thead th{padding:0 .5rem}td{padding:2px}td details{min-width:2rem}summary{list-style:none;cursor:pointer;color:#fff;border-radius:3px;padding:0 .4rem}
.legend span{color:#fff;border-radius:3px;padding:0 .4rem}table table td,tbody th+th,tbody th+td{padding-left:.6rem}
details[open] p{max-width:32rem;white-space:pre-wrap}code{font-size:13px}
</style>
<h1>squall explore</h1>
<p><code>${xml(typed(command))}</code>: ${singles.done} of ${singles.planned} faults alone, ${pairs.done} of ${pairs.planned} pairs, ${duration(tookMs)}, ${findings.length} findings.</p>
${baselineFailure === undefined ? "" : `<pre>${xml(baselineFailure)}</pre>`}
${findings.map((finding) => findingSection(finding, command)).join("\n")}
<h2>Sites and faults</h2>
<table><thead><tr><th>call</th>${faults.map((fault) => `<th>${xml(fault)}</th>`).join("")}</tr></thead>
<tbody>
${rows.join("\n")}
</tbody></table>
<p class="legend">${Object.entries(COLOURS)
    .map(
      ([verdict, colour]) =>
        `<span style="background:${colour}">${markOf(verdict)}</span> ${verdict.replace("-", " ")}`,
    )
    .join(
      " &nbsp; ",
    )}. A cell opens when it is clicked. Empty: it would show nothing new (the JSON report says why).</p>
${remarksSection(remarks)}
</html>
`;
}

function cell(result: Result | undefined): string {
  if (result === undefined) return "<td></td>";
  const { verdict } = result;
  return `<td><details><summary style="background:${COLOURS[verdict.kind]}">${markOf(verdict.kind)}</summary><p>${xml(storyOf(result))}</p></details></td>`;
}

const markOf = (verdict: string): string =>
  verdict === "finding" ? "✗" : verdict === "survived" ? "✓" : "·";

function findingSection(finding: Finding, command: readonly string[]): string {
  const { id, title, story, experiment, also, differences, reproduced, tries } = finding;
  const seen =
    reproduced < tries ? `flaky: ${reproduced} of ${tries} runs` : `${reproduced} of ${tries} runs`;
  const likewise = also.length > 0 ? `, likewise under ${also.join(", ")}` : "";
  return [
    `<h2>${id} ${title}</h2>`,
    `<p><code>${xml(placeOf(experiment))}</code> (${xml(seen + likewise)})</p>`,
    `<p>${xml(story)}</p>`,
    differences.length > 1 ? `<ul>${shownDifferences(differences)}</ul>` : "",
    `<p><code>squall explore --replay ${id} -- ${xml(typed(command))}</code></p>`,
  ].join("\n");
}

const MOST_DIFFERENCES = 10;

function shownDifferences(differences: readonly Difference[]): string {
  const shown = differences
    .slice(0, MOST_DIFFERENCES)
    .map((difference) => `<li>${xml(changeBetween(difference))}</li>`);
  const more = differences.length - MOST_DIFFERENCES;
  return [...shown, ...(more > 0 ? [`<li>and ${more} more</li>`] : [])].join("");
}

function remarksSection(remarks: Exploration["remarks"]): string {
  if (remarks.length === 0) return "";
  const rows = remarks.map(
    ({ check, where, what }) => `<tr><th>${check}</th><th>${xml(where)}</th><td>${xml(what)}</td></tr>`,
  );
  return `<h2>Remarks on the fault-free run</h2>\n<table><tbody>\n${rows.join("\n")}\n</tbody></table>`;
}

function storyOf({ experiment, verdict, attempts }: Result): string {
  const [strike] = experiment.strikes;
  const said = {
    survived: "survived",
    "failed-cleanly": `failed cleanly: ${verdict.kind === "failed-cleanly" ? verdict.why : ""}`,
    "not-reached": "the call did not happen",
    finding: verdict.kind === "finding" ? `${verdict.title}: ${verdict.story}` : "",
  }[verdict.kind];
  const tries = attempts.map(
    ({ attempt, dropped, status, errorCode, startedAt }, at) =>
      `attempt ${attempt ?? at + 1}: ${dropped ?? status}${errorCode ? ` ${errorCode}` : ""}${at > 0 ? ` after ${startedAt - sure(attempts[at - 1]).startedAt} ms` : ""}`,
  );
  const changes = verdict.kind === "finding" ? verdict.differences.slice(0, MOST_DIFFERENCES) : [];
  return [
    `${sure(strike).kind.name}: ${sure(strike).kind.what}`,
    said,
    ...tries,
    ...changes.map((difference) => changeBetween(difference)),
  ].join("\n");
}
