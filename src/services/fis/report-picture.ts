import {
  duration,
  escaped,
  legend,
  NAMES,
  n,
  PLOT,
  ROW,
  shortened,
  text,
  title,
  WIDTH,
} from "../../core/report-page.ts";
import type { Course } from "./course.ts";
import type { StruckCall } from "./evidence.ts";
import type { Report } from "./reports.ts";
import type { Tally } from "./tally.ts";

const BARS = 120;
const MOST_OPERATIONS = 10;
const MOST_CALLS = 20;

/** An experiment in pictures: its actions and the calls over time, how long calls took, what became of those that it struck. */
export function reportPictures(report: Report): string {
  const { before, after, findings } = report;
  return [
    overTime(report),
    percentiles(before, findings.during, after),
    struckCalls(findings.struckCalls ?? []),
  ].join("\n");
}

/** Actions as bars, and below them calls by outcome: before it, for as long as it lasted, during it and after it. */
function overTime({ experiment, courseBefore, courseAfter, findings }: Report): string {
  const { startedAtMs, actions } = experiment;
  const named = Object.entries(actions);
  const endMs =
    experiment.endedAtMs ??
    Math.max(startedAtMs + 1, ...named.map(([, { endedAtMs, startedAtMs: from }]) => endedAtMs ?? from ?? 0));
  const lastedMs = Math.max(1000, endMs - startedAtMs);
  const fromMs = startedAtMs - lastedMs;
  const spanMs = 3 * lastedMs;
  const x = (ms: number) => NAMES + clamped((ms - fromMs) / spanMs) * PLOT;
  const top = named.length * ROW + 16;
  const height = top + BARS + 22;
  const bars = named.map(([name, action], index) => {
    const y = index * ROW;
    const label = text(0, y + 15, shortened(name));
    if (action.startedAtMs === undefined) return label;
    const from = x(action.startedAtMs);
    const width = Math.max(2, x(action.endedAtMs ?? endMs) - from);
    const what = `${name}: ${action.actionId}, ${action.state.status}`;
    return `${label}<rect class="action" x="${n(from)}" y="${y + 4}" width="${n(width)}" height="${ROW - 8}" rx="3">${title(what)}</rect>`;
  });
  const courses = [courseBefore, findings.course, courseAfter].filter((course) => course !== undefined);
  const words = [
    ...named.map(([name, { state }]) => `${name} ${state.status}`),
    `${findings.strikeCount} calls struck`,
  ].join(", ");
  return `<h2>Over time</h2>
${legend([
  ["ok", "answered"],
  ["error", "failed without it"],
  ["struck", "struck by the experiment"],
])}
<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(words)}">
<rect class="stretch" x="${n(x(startedAtMs))}" y="0" width="${n(x(endMs) - x(startedAtMs))}" height="${top + BARS}"/>
${bars.join("\n")}
${callBars(courses, { x, top })}
<line class="axis" x1="${NAMES}" x2="${WIDTH}" y1="${top + BARS}" y2="${top + BARS}"/>
${text(NAMES, height - 6, `${duration(lastedMs)} before`, "quiet")}
${text(x(startedAtMs), height - 6, new Date(startedAtMs).toISOString().slice(11, 19), "quiet")}
${text(x(endMs), height - 6, new Date(endMs).toISOString().slice(11, 19), "quiet")}
</svg>`;
}

function callBars(
  courses: readonly Course[],
  { x, top }: { x: (ms: number) => number; top: number },
): string {
  const rates = courses.flatMap(({ pieceMs, pieces }) => pieces.map(({ calls }) => (calls / pieceMs) * 1000));
  const most = Math.max(1, ...rates);
  const bars = courses.flatMap(({ pieceMs, pieces }) =>
    pieces.map(({ atMs, calls, errors, struck }) => {
      const from = x(atMs);
      const width = n(Math.max(2.5, x(atMs + pieceMs) - from - 0.5));
      const high = (count: number) => (((count / pieceMs) * 1000) / most) * (BARS - 4);
      const parts: [string, number][] = [
        ["ok", calls - errors - struck],
        ["error", errors],
        ["struck", struck],
      ];
      let y = top + BARS;
      return parts
        .map(([kind, count]) => {
          y -= high(count);
          return count === 0
            ? ""
            : `<rect class="${kind}" x="${n(from)}" y="${n(y)}" width="${width}" height="${n(high(count))}"/>`;
        })
        .join("");
    }),
  );
  return `${text(0, top + 12, "calls a second")}${text(0, top + 28, `up to ${n(most)}`, "quiet")}${bars.join("")}`;
}

/** What 99 of 100 calls of each operation took at the most, and half of them: before, during and after. */
function percentiles(before: readonly Tally[], during: readonly Tally[], after: readonly Tally[]): string {
  const shown = during.filter(({ p99Ms }) => p99Ms !== undefined).slice(0, MOST_OPERATIONS);
  if (shown.length === 0) return "";
  const find = (of: readonly Tally[], { service, operation }: Tally) =>
    of.find((one) => one.service === service && one.operation === operation);
  const rows = shown.map((tally) => ({
    name: `${tally.service}.${tally.operation}`,
    of: [
      ["before", find(before, tally)],
      ["during", tally],
      ["after", find(after, tally)],
    ] as const,
  }));
  const most = Math.max(1, ...rows.flatMap(({ of }) => of.map(([, tally]) => tally?.p99Ms ?? 0)));
  const wide = (ms: number) => (ms / most) * (PLOT - 90);
  const drawn = rows.map(({ name, of }, index) => {
    const y = index * 46;
    const bars = of.map(([when, tally], at) => {
      if (tally?.p99Ms === undefined) return "";
      const { p50Ms = 0, p99Ms } = tally;
      const top = y + at * 13;
      const mark = NAMES + wide(p50Ms);
      return `<rect class="${when}" x="${NAMES}" y="${top}" width="${n(Math.max(1, wide(p99Ms)))}" height="10"/><line class="tick" x1="${n(mark)}" x2="${n(mark)}" y1="${top - 1}" y2="${top + 11}"/>${text(NAMES + wide(p99Ms) + 6, top + 9, `${p50Ms} / ${p99Ms} ms`, "quiet")}`;
    });
    return `${text(0, y + 20, shortened(name))}${bars.join("")}`;
  });
  const words = rows.map(({ name, of }) => {
    const times = of.map(([when, tally]) => `${when} ${tally?.p99Ms ?? "none"}`);
    return `${name}: ${times.join(", ")}`;
  });
  return `<h2>How long calls took</h2>
${legend([
  ["before", "before"],
  ["during", "during"],
  ["after", "after"],
])}<p>The bar is what 99 of 100 took at the most, the mark what half of them did.</p>
<svg viewBox="0 0 ${WIDTH} ${rows.length * 46}" role="img" aria-label="${escaped(`99 of 100 calls in milliseconds. ${words.join("; ")}`)}">
${drawn.join("\n")}
</svg>`;
}

/** The attempts of the first calls that were struck, each call on a line of its own time. */
function struckCalls(calls: readonly StruckCall[]): string {
  const shown = calls.slice(0, MOST_CALLS);
  if (shown.length === 0) return "";
  const lasted = ({ attempts }: StruckCall) => {
    const last = attempts.at(-1);
    return last === undefined ? 0 : last.atMs + last.durationMs - (attempts[0]?.atMs ?? 0);
  };
  const most = Math.max(1, ...shown.map(lasted));
  const x = (ms: number) => NAMES + (ms / most) * (PLOT - 200);
  const rows = shown.map((call, index) => {
    const y = index * ROW;
    const firstMs = call.attempts[0]?.atMs ?? 0;
    const bars = call.attempts.map(({ atMs, durationMs, failed }) => {
      const width = Math.max(4, x(durationMs) - NAMES);
      return `<rect class="${failed ? "error" : "ok"}" x="${n(x(atMs - firstMs))}" y="${y + 5}" width="${n(width)}" height="${ROW - 10}" rx="2"/>`;
    });
    const end = call.attempts.at(-1)?.failed ? "failed" : "recovered";
    const words = `${call.attempts.length} ${call.attempts.length === 1 ? "attempt" : "attempts"}, ${end}`;
    return `${text(0, y + 15, shortened(`${call.service}.${call.operation}`))}<line class="axis" x1="${NAMES}" x2="${n(x(lasted(call)))}" y1="${y + ROW / 2}" y2="${y + ROW / 2}"/>${bars.join("")}${text(x(lasted(call)) + 10, y + 15, words, "quiet")}`;
  });
  const recovered = shown.filter(({ attempts }) => attempts.at(-1)?.failed === false).length;
  return `<h2>What became of struck calls</h2>
<p>The first ${shown.length} from their first struck attempt on; between the attempts their clients waited. The longest line is ${duration(most)}.</p>
<svg viewBox="0 0 ${WIDTH} ${shown.length * ROW}" role="img" aria-label="${recovered} of ${shown.length} recovered">
${rows.join("\n")}
</svg>`;
}

const clamped = (share: number): number => Math.min(1, Math.max(0, share));
