import { reportMarkdown } from "./report-markdown.ts";
import type { Report } from "./reports.ts";

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#222}
table{border-collapse:collapse;margin:.5rem 0}td,th{border:1px solid #ccc;padding:.25rem .6rem;text-align:left}
th{background:#f3f3f3}code{background:#f3f3f3;padding:0 .2rem}@media(prefers-color-scheme:dark){body{background:#181818;color:#ddd}
th,code{background:#2a2a2a}td,th{border-color:#444}}`;

/** A report as one page without anything from elsewhere: what its Markdown says. */
export function reportHtml(report: Report): string {
  const body = reportMarkdown(report).split("\n\n").map(block).join("\n");
  const title = escaped(`Experiment ${report.experiment.id}`);
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title><style>${STYLE}</style></head><body>\n${body}\n</body></html>\n`;
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

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
