import {
  duration,
  escaped,
  legend,
  NAMES,
  n,
  PLOT,
  ROW,
  reportPage,
  shortened,
  table,
  text,
  title,
  WIDTH,
} from "../core/report-page.ts";
import type { Retried, RetryReport } from "./retries.ts";

/** So many calls are drawn; all of them stand in the table. */
const MOST_DRAWN = 60;
/** An attempt is as wide, however long it took: what is drawn to scale is how long the SDK waited. */
const ATTEMPT = 9;
/** What stands behind a call's line. */
const WORDS = 190;
/** SDKs have so many tokens, of which each try takes some. */
const TOKENS = 500;

/** What SDKs made of failures as one page: attempts and waits of each logical call as a picture, and a table folded under it. */
export function retriesHtml(report: RetryReport, unmet: readonly string[]): string {
  const { calls, attempts, retried, amplification, shortestWaitMs, mostAttempts } = report;
  const failed = retried.filter(({ outcome }) => outcome === "failed").length;
  const said = [
    `${calls} calls in ${attempts} attempts`,
    `${retried.length} failed or were tried again, ${failed} of them in vain`,
    `amplification ${amplification}`,
    `at most ${mostAttempts} attempts`,
    ...(shortestWaitMs === undefined ? [] : [`the shortest wait was ${duration(shortestWaitMs)}`]),
  ];
  return reportPage(
    "Retries",
    `<p>${said.map(escaped).join("; ")}.</p>
${list("What was asked for and does not hold", unmet)}
${retried.length === 0 ? "<p>Nothing failed.</p>" : picture(retried)}
${list("Errors that stay the same, and were tried again", report.retriedFor4xx)}
${list("Waits that were shorter than the service asked for", report.ignoredHints)}
${retried.length === 0 ? "" : `<details><summary>In a table</summary>\n${details(retried)}\n</details>`}`,
  );
}

/** A line for each call: its attempts, the waits between them, how long each might have been, and what the service asked for. */
function picture(retried: readonly Retried[]): string {
  const shown = retried.slice(0, MOST_DRAWN);
  const room = (one: Retried) => PLOT - WORDS - one.attempts.length * ATTEMPT;
  const longest = (one: Retried) =>
    sum(one.waitsMs.map((wait, at) => Math.max(wait, one.longestMs[at] ?? 0, one.askedMs[at] ?? 0)));
  // All lines have one scale, so that waits can be compared.
  const perMs = Math.min(...shown.map((one) => room(one) / Math.max(1, longest(one))));
  const rows = shown.map((one, index) => lineOf(one, index * ROW, perMs));
  const more = retried.length - shown.length;
  return `<h2>Attempts and waits</h2>
${legend([
  ["error", "an attempt that failed"],
  ["ok", "one that succeeded"],
  ["before", "waited"],
])}<p>The pale band is the longest that the SDK's formula would wait, a mark what the service asked for.${more > 0 ? ` ${more} more are in the table.` : ""}</p>
<svg viewBox="0 0 ${WIDTH} ${shown.length * ROW}" role="img" aria-label="${escaped(shown.map(inWords).join("; "))}">
${rows.join("\n")}
</svg>`;
}

function lineOf(one: Retried, y: number, perMs: number): string {
  const bands: string[] = [];
  const parts: string[] = [];
  let x = NAMES;
  one.attempts.forEach((attempt, at) => {
    const isGood = at === one.attempts.length - 1 && one.outcome === "succeeded";
    parts.push(
      box(isGood ? "ok" : "error", { x, y: y + 4, width: ATTEMPT - 1 }, `attempt ${at + 1}: ${attempt}`),
    );
    x += ATTEMPT;
    const wait = one.waitsMs[at];
    if (wait === undefined) return;
    const [allowed, asked] = [one.longestMs[at] ?? 0, one.askedMs[at] ?? null];
    bands.push(box("stretch", { x, y: y + 6, width: allowed * perMs }));
    const waited = `waited ${duration(wait)}, at most ${duration(allowed)}`;
    parts.push(box("before", { x, y: y + 9, width: Math.max(0.5, wait * perMs) }, waited));
    if (asked !== null) parts.push(mark(x + asked * perMs, y, `asked for ${duration(asked)}`));
    x += wait * perMs;
  });
  const tokens = one.tokens > 0 ? `, ${one.tokens} of ${TOKENS} tokens` : "";
  const words = text(WIDTH - WORDS + 14, y + 15, `${one.outcome}${tokens}`, "quiet");
  return [text(0, y + 15, shortened(one.call)), ...bands, ...parts, words].join("");
}

/** A box in the middle of a line. */
function box(
  kind: string,
  { x, y, width }: { readonly x: number; readonly y: number; readonly width: number },
  words = "",
): string {
  const height = ROW - 2 * (y % ROW);
  return `<rect class="${kind}" x="${n(x)}" y="${y}" width="${n(width)}" height="${height}" rx="1.5">${words && title(words)}</rect>`;
}

const mark = (x: number, y: number, words: string): string =>
  `<line class="tick" x1="${n(x)}" x2="${n(x)}" y1="${y + 4}" y2="${y + ROW - 4}">${title(words)}</line>`;

const inWords = ({ call, attempts, waitsMs, outcome }: Retried): string =>
  `${call}: ${attempts.join(", ")}, ${waitsMs.length > 0 ? `after ${waitsMs.map(duration).join(", ")}, ` : ""}${outcome}`;

function details(retried: readonly Retried[]): string {
  const heads = [
    "call",
    "attempts",
    "waits (at most)",
    "asked for",
    "of",
    "tokens",
    "retries",
    "outcome",
    "where",
  ];
  const rows = retried.map((one) => [
    one.call,
    one.attempts.join(", "),
    one.waitsMs.map((wait, at) => `${duration(wait)} (${duration(one.longestMs[at] ?? 0)})`).join(", "),
    one.askedMs.every((ms) => ms === null)
      ? ""
      : one.askedMs.map((ms) => (ms === null ? "–" : duration(ms))).join(", "),
    one.mostAttempts ?? "",
    one.tokens,
    one.generation,
    one.outcome,
    one.site,
  ]);
  return table(
    heads,
    rows.map((cells) => cells.map((cell) => escaped(String(cell)))),
  );
}

const list = (heading: string, lines: readonly string[]): string =>
  lines.length === 0
    ? ""
    : `<h2>${heading}</h2><ul>${lines.map((line) => `<li>${escaped(line)}</li>`).join("")}</ul>`;

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
