import { reportMarkdown } from "./report-markdown.ts";
import { escaped, PICTURE_STYLE, reportPictures } from "./report-picture.ts";
import type { Report } from "./reports.ts";

const STYLE = `:root{color-scheme:light dark;--ink:light-dark(#1c2230,#e3e7ee);--quiet:light-dark(#586174,#9ba6b8);--soft:light-dark(#f0f2f6,#222731);--line:light-dark(#c8cdd8,#3a4150)
;--accent:light-dark(#2456c4,#8fb3ff);--ok:light-dark(#18713f,#6fd19a);--bad:light-dark(#c0862a,#f0c063);--struck:light-dark(#b3261e,#ff9d94)}
body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:var(--ink);background:light-dark(#fff,#14171d)}
table{border-collapse:collapse;margin:.5rem 0}td,th{border:1px solid var(--line);padding:.25rem .6rem;text-align:left}
th{background:var(--soft)}code{background:var(--soft);padding:0 .2rem}h2{font-size:1.15rem;margin:1.4rem 0 .2rem}p,li,td{overflow-wrap:anywhere}
.legend{color:var(--quiet);margin:.2rem 0}.legend span{display:inline-block;width:.7em;height:.7em;border-radius:2px;margin-left:.8em}
.legend .ok,.legend .after{background:var(--ok)}.legend .error{background:var(--bad)}.legend .struck{background:var(--struck)}.legend .before{background:var(--quiet)}.legend .during{background:var(--accent)}
details{margin-top:1.5rem;overflow-x:auto}summary{cursor:pointer;font-weight:600}
@media print{:root{color-scheme:light}body{margin:0;max-width:none}details::details-content{content-visibility:visible;height:auto}svg,tr{break-inside:avoid}}
${PICTURE_STYLE}`;

/** A report as one page without anything from elsewhere: pictures first, and folded under them what its Markdown says. */
export function reportHtml(report: Report): string {
  const { id, state } = report.experiment;
  const body = reportMarkdown(report).split("\n\n").map(block).join("\n");
  const name = escaped(`Experiment ${id}`);
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><title>${name}</title><style>${STYLE}</style></head><body>
<h1>${name}</h1>
<p><strong>${escaped(state.status)}</strong>: ${escaped(state.reason ?? "")}</p>
${reportPictures(report)}
<details><summary>In tables</summary>
${body}
</details>
</body></html>
`;
}

/** The few forms of Markdown that a report has: headings, lists, tables, paragraphs. */
function block(text: string): string {
  const [, marks, title] = /^(#+) (.*)$/.exec(text) ?? [];
  if (marks !== undefined && title !== undefined)
    return `<h${marks.length}>${inline(title)}</h${marks.length}>`;
  const lines = text.split("\n");
  if (text.startsWith("* "))
    return `<ul>${lines.map((line) => `<li>${inline(line.slice(2))}</li>`).join("")}</ul>`;
  if (!text.startsWith("|")) return `<p>${inline(text)}</p>`;
  const [head = [], , ...rows] = lines.map(cells);
  const row = (of: readonly string[], tag: string) =>
    `<tr>${of.map((cell) => `<${tag}>${inline(cell)}</${tag}>`).join("")}</tr>`;
  return `<table>${row(head, "th")}${rows.map((of) => row(of, "td")).join("")}</table>`;
}

function cells(line: string): string[] {
  return line
    .slice(2, -2)
    .split(/ (?<!\\)\| /)
    .map((cell) => cell.replaceAll("\\|", "|"));
}

function inline(text: string): string {
  return escaped(text)
    .replace(/\*\*(.+?)\*\*/g, "<strong>$1</strong>")
    .replace(/`(.+?)`/g, "<code>$1</code>");
}
