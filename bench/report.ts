import { execFileSync } from "node:child_process";
import { cpus } from "node:os";
import type { CallFigures, Rounds, SideFigures, Spread } from "./comparison.ts";
import { generatorNames } from "./generator.ts";
import { type PeerFigures, peerRows } from "./peers.ts";
import type { Figure } from "./tools.ts";

/** One run as `--json` writes it. */
export interface Report extends Rounds {
  readonly at: string;
  readonly node: string;
  readonly machine: string;
  readonly commit: string;
  /** What sent the loads, where it could. */
  readonly generator: string;
  readonly calls: readonly CallFigures[];
  /** Beside other emulators, when that was asked for. */
  readonly peers?: PeerFigures;
  /** Of the benchmarks that measure something else, by their names. */
  readonly figures: Readonly<Record<string, readonly Figure[]>>;
}

export function reportOf(
  rounds: Rounds,
  calls: readonly CallFigures[],
  figures: Report["figures"] = {},
  peers?: PeerFigures,
): Report {
  const git = (...args: string[]) => execFileSync("git", args, { encoding: "utf8" }).trim();
  const all = cpus();
  return {
    at: new Date().toISOString(),
    node: process.version,
    machine: `${all.length} × ${all[0]?.model.trim()}`,
    commit: `${git("rev-parse", "--short", "HEAD")}${git("status", "--porcelain") === "" ? "" : ", changed"}`,
    generator: generatorNames()[0]!,
    ...rounds,
    calls,
    ...(peers && { peers }),
    figures,
  };
}

const HEAD = ["call", "calls a second", "CPU a call", "p50", "p99"];

/** Rows for a terminal, or for Markdown: the figures of what is here, and its ratios to the others. */
export function rowsOf({ calls }: Pick<Report, "calls">): {
  readonly head: string[];
  readonly rows: string[][];
} {
  const others = [...new Set(calls.flatMap(({ ratios }) => Object.keys(ratios)))];
  return {
    head: [...HEAD, ...others.flatMap((name) => [`calls / ${name}`, `CPU / ${name}`])],
    rows: calls.map(({ name, sides, ratios }) => {
      const own = Object.values(sides)[0]!;
      return [
        name,
        ...cellsOf(own),
        ...others.flatMap((other) => {
          const ratio = ratios[other];
          return ratio ? [spreadText(ratio.perSecond, 2), spreadText(ratio.cpuMicros, 2)] : ["", ""];
        }),
      ];
    }),
  };
}

const cellsOf = ({ perSecond, cpuMicros, p50Ms, p99Ms, failed }: SideFigures): string[] => [
  `${Math.round(perSecond.median).toLocaleString("en")}${failed > 0 ? `, ${failed} FAILED` : ""}`,
  `${Math.round(cpuMicros.median)} µs`,
  `${p50Ms.median.toFixed(2)} ms`,
  `${p99Ms.median.toFixed(2)} ms`,
];

/** `1.02 (0.98–1.09)` */
export const spreadText = ({ median, least, most }: Spread, digits: number): string =>
  `${median.toFixed(digits)} (${least.toFixed(digits)}–${most.toFixed(digits)})`;

/** The table of calls in `docs/performance.md`. */
export const markdownOf = (report: Report): string => tableOf(report, rowsOf(report));

/** The table of other emulators there. */
export const peersMarkdownOf = (report: Report): string => tableOf(report, peerRows(report.peers!));

function tableOf(report: Report, { head, rows }: ReturnType<typeof rowsOf>): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |\n`;
  const { commit, at, machine, node, generator, rounds, seconds } = report;
  return [
    `${rounds} rounds of ${seconds} s, in turns; load by ${generator}; Node ${node}, ${machine}; commit ${commit}, ${at.slice(0, 10)}.\n\n`,
    line(head),
    line(head.map(() => "---")),
    ...rows.map(line),
  ].join("");
}
