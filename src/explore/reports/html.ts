import { sure } from "../../core/sure.ts";
import { numberOf } from "../../core/text.ts";
import type { Exploration } from "../explore.ts";
import { type Finding, placeOf } from "../finding.ts";
import type { Result } from "../result.ts";
import { changeBetween } from "../shown.ts";
import type { Difference } from "../world.ts";
import { callTree } from "./call-tree.ts";
import { typed } from "./shell.ts";
import { duration } from "./summary.ts";
import { xml } from "./xml.ts";

const COLOURS: Readonly<Record<string, string>> = {
  finding: "#c62828",
  "not-reached": "#757575",
  "failed-cleanly": "#8a6100",
  survived: "#2e7d32",
};
/** Of several tests that try the same, the one that says most. */
const WORST = Object.keys(COLOURS);

const STYLE = `
:root{color-scheme:light dark;--ink:#222;--paper:#fff;--soft:#f1f1f1;--line:#ccc}
@media(prefers-color-scheme:dark){:root{--ink:#e4e4e4;--paper:#181a1b;--soft:#26292b;--line:#444}}
body{font:15px/1.45 system-ui,sans-serif;margin:clamp(.7rem,3vw,2rem);color:var(--ink);background:var(--paper)}
h1{font-size:1.5rem}h2{font-size:1.1rem;margin:1.6rem 0 .3rem}p,li{overflow-wrap:anywhere}code,pre{font-size:13px;white-space:pre-wrap;overflow-wrap:anywhere}
.wide{overflow-x:auto;max-height:90vh;border:1px solid var(--line);border-radius:6px}
table{border-collapse:collapse}th{font-weight:400;text-align:left;font-family:ui-monospace,monospace;font-size:13px;white-space:nowrap}
thead th{position:sticky;top:0;background:var(--paper);z-index:1;vertical-align:bottom;padding:.4rem .1rem}
thead th span{writing-mode:vertical-rl;transform:rotate(180deg)}
tbody tr:hover{background:var(--soft)}
.map tbody th{position:sticky;left:0;background:var(--paper);max-width:min(34rem,55vw);overflow:hidden;text-overflow:ellipsis;padding:0 .6rem}
.map tbody tr:hover th{background:var(--soft)}.map .above{opacity:.65}
td{padding:2px}button,.mark{font:inherit;min-width:1.7rem;text-align:center;color:#fff;border:0;border-radius:3px;padding:0 .4rem;cursor:pointer;display:inline-block}
[popover]{max-width:min(44rem,90vw);border:1px solid var(--line);border-radius:6px;color:var(--ink);background:var(--paper);padding:1rem;white-space:pre-wrap;overflow-wrap:anywhere}
@media print{:root{color-scheme:light;--ink:#222;--paper:#fff;--soft:#f1f1f1;--line:#ccc}.wide{overflow:visible;max-height:none;border:0}thead th,.map tbody th{position:static}button,.mark{print-color-adjust:exact}tr{break-inside:avoid}details::details-content{content-visibility:visible;height:auto}}
.remarks td,.remarks th{padding:.2rem .6rem;white-space:normal;overflow-wrap:anywhere;vertical-align:top}
`;

/** One page without scripts or foreign parts: the tree of calls down, faults across, a story behind each cell. */
export function htmlReport(exploration: Exploration, command: readonly string[]): string {
  const { results, findings, remarks, singles, pairs, baselineFailure, tookMs } = exploration;
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,"><title>squall explore: ${xml(typed(command))}</title>
<style>${STYLE}</style>
<h1>squall explore</h1>
<p><code>${xml(typed(command))}</code>: ${singles.done} of ${singles.planned} faults alone, ${pairs.done} of ${pairs.planned} pairs, ${duration(tookMs)}, ${numberOf(findings.length, "finding")}.</p>
${baselineFailure === undefined ? "" : `<pre>${xml(baselineFailure)}</pre>`}
${results.length === 0 ? "" : heatMap(exploration)}
${findings.map(findingSection).join("\n")}
${pairsSection(results)}
${remarksSection(remarks)}
</html>
`;
}

function heatMap({ results, sites }: Exploration): string {
  const alone = results.filter(({ experiment }) => experiment.strikes.length === 1);
  const faults = [...new Set(alone.map(({ experiment }) => sure(experiment.strikes[0]).kind.name))];
  const cells = new Map<string, Result[]>();
  for (const result of alone) {
    const { site, kind } = sure(result.experiment.strikes[0]);
    const key = `${site.path}\n${kind.name}`;
    cells.set(key, [...(cells.get(key) ?? []), result]);
  }
  const of = (path: string, fault: string) => cells.get(`${path}\n${fault}`) ?? [];
  const tried = sites.filter(({ path }) => faults.some((fault) => of(path, fault).length > 0));
  let id = 0;
  const rows = callTree(tried).map(({ depth, step, site }) => {
    const said = `<th${site ? "" : ' class="above"'} style="padding-left:${0.6 + depth * 1.2}em" title="${xml(site?.path ?? step)}">${xml(step)}</th>`;
    const shown = faults.map((fault) =>
      cell(site ? of(site.path, fault) : [], `c${++id}`, `${fault}: ${step}`),
    );
    return `<tr>${said}${shown.join("")}</tr>`;
  });
  const legend = WORST.map((verdict) => `${markOf(verdict)} ${verdict.replace("-", " ")}`).join(" &nbsp; ");
  return `<h2>Calls and faults</h2>
<p>${legend}. A cell opens when it is clicked. Empty: it would show nothing new (the JSON report says why).</p>
<div class="wide"><table class="map"><thead><tr><th></th>${faults.map((fault) => `<th><span>${xml(fault)}</span></th>`).join("")}</tr></thead>
<tbody>
${rows.join("\n")}
</tbody></table></div>`;
}

function cell(results: readonly Result[], id: string, name: string): string {
  const worst = WORST.find((verdict) => results.some((result) => result.verdict.kind === verdict));
  if (worst === undefined) return "<td></td>";
  const stories = results.map(storyOf).join("\n\n");
  return `<td><button popovertarget="${id}" aria-label="${xml(name)}: ${worst}" style="background:${COLOURS[worst]}">${signOf(worst)}</button><div popover id="${id}">${xml(stories)}</div></td>`;
}

const signOf = (verdict: string): string =>
  verdict === "finding" ? "✗" : verdict === "survived" ? "✓" : verdict === "not-reached" ? "–" : "·";

const markOf = (verdict: string): string =>
  `<span class="mark" style="background:${COLOURS[verdict]}">${signOf(verdict)}</span>`;

function pairsSection(results: readonly Result[]): string {
  const pairs = results.filter(({ experiment }) => experiment.strikes.length > 1);
  if (pairs.length === 0) return "";
  const items = pairs.map(
    (result) =>
      `<li>${markOf(result.verdict.kind)} <code>${xml(placeOf(result.experiment))}</code><details><summary>${xml(result.verdict.kind.replace("-", " "))}</summary><pre>${xml(storyOf(result))}</pre></details></li>`,
  );
  return `<h2>Two faults at once</h2>\n<ul>\n${items.join("\n")}\n</ul>`;
}

function findingSection(finding: Finding): string {
  const { id, title, story, experiment, also, differences, reproduced, tries, units, command } = finding;
  const seen =
    reproduced < tries ? `flaky: ${reproduced} of ${tries} runs` : `${reproduced} of ${tries} runs`;
  const likewise = also.length > 0 ? `, likewise under ${also.join(", ")}` : "";
  return [
    `<h2>${id} ${title}</h2>`,
    `<p><code>${xml(placeOf(experiment))}</code> (${xml(seen + likewise)})</p>`,
    `<p>${xml(story)}</p>`,
    units.length > 0 ? `<p>In ${units.map((unit) => `<code>${xml(unit)}</code>`).join(", ")}</p>` : "",
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
  return `<h2>Remarks on the fault-free run</h2>\n<table class="remarks"><tbody>\n${rows.join("\n")}\n</tbody></table>`;
}

function storyOf({ experiment, verdict, attempts, unit }: Result): string {
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
    ...(unit === undefined ? [] : [unit]),
    ...experiment.strikes.map(({ kind }) => `${kind.name}: ${kind.what}`),
    said,
    ...tries,
    ...changes.map((difference) => changeBetween(difference)),
  ].join("\n");
}
