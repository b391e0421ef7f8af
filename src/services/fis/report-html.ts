import { escaped, reportPage, table } from "../../core/report-page.ts";
import { reportMarkdown } from "./report-markdown.ts";
import { reportPictures } from "./report-picture.ts";
import type { Report } from "./reports.ts";

/** A report as one page without anything from elsewhere: pictures first, and folded under them what its Markdown says. */
export function reportHtml(report: Report): string {
  const { id, state } = report.experiment;
  const body = reportMarkdown(report).split("\n\n").map(block).join("\n");
  return reportPage(
    `Experiment ${id}`,
    `<p><strong>${escaped(state.status)}</strong>: ${escaped(state.reason ?? "")}</p>
${reportPictures(report)}
<details><summary>In tables</summary>
${body}
</details>`,
  );
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
  const [head = [], , ...rows] = lines.map((line) => cells(line).map(inline));
  return table(head, rows);
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
