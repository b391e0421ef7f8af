import { readdirSync, writeFileSync } from "node:fs";
import Table from "cli-table3";
import { CALLS } from "./calls.ts";
import { MOST, passes, shortForm } from "./ci.ts";
import { type CallFigures, compare } from "./comparison.ts";
import { type Options, readOptions } from "./options.ts";
import { besidePeers, peerRows } from "./peers.ts";
import { type Report, reportOf, rowsOf } from "./report.ts";
import { bare, commit, here, type Side } from "./side.ts";
import type { Figure } from "./tools.ts";

/**
 * `npm run bench [-- name …] [--against REF] [--json FILE] [--only TEXT] [--rounds N] [--seconds N]`: docs/performance.md says how it is
 * used. `calls` compares the calls of `calls.ts`, `peers` some of them beside other emulators; every other name is a file of this folder that exports a benchmark as default.
 */
const FIRST = "calls";
const SHORT_FORM = "ci";
const BESIDE_PEERS = "peers";
const FILES = readdirSync(new URL("./", import.meta.url))
  .filter((file) => file.endsWith(".ts"))
  .map((file) => file.slice(0, -".ts".length));
const PARTS = new Set([
  "main",
  "calls",
  "ci",
  "client",
  "clients",
  "comparison",
  "generator",
  "load",
  "oha",
  "options",
  "peers",
  "report",
  "side",
  "slices",
  "tools",
  "wrk",
]);

const options = readOptions(process.argv.slice(2));
const others = FILES.filter((name) => !PARTS.has(name)).sort();
const known = [FIRST, BESIDE_PEERS, SHORT_FORM, ...others];
for (const name of options.names)
  if (!known.includes(name)) throw new Error(`There is no benchmark ${name}: there are ${known.join(", ")}.`);
// Only calls are measured beside another commit.
const all =
  options.against === undefined && options.only === undefined ? [FIRST, BESIDE_PEERS, ...others] : [FIRST];
const names = options.names.length > 0 ? options.names : all;
const report = names.includes(SHORT_FORM) ? await inShort(options) : await whole(names, options);
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);

async function inShort({ against = "HEAD^", only }: Options): Promise<object> {
  const calls = await shortForm(against, only);
  const tooDear = calls.filter((call) => !passes(call));
  if (tooDear.length > 0) {
    const names = tooDear.map(({ name }) => name).join(", ");
    console.error(
      `Over ${MOST} of what they took of the processor at ${against}, or answered with errors: ${names}.`,
    );
    process.exitCode = 1;
  }
  return { against, calls };
}

async function whole(chosen: readonly string[], asked: Options): Promise<Report> {
  const calls = chosen.includes(FIRST) ? await comparedCalls(asked) : [];
  if (calls.length > 0) show(rowsOf({ calls }));
  const peers = chosen.includes(BESIDE_PEERS) ? await besidePeers(asked, asked.only) : undefined;
  if (peers) show(peerRows(peers));
  const figures: Record<string, Figure[]> = {};
  for (const name of chosen.filter((one) => one !== FIRST && one !== BESIDE_PEERS)) {
    console.error(`${name} …`);
    const { default: bench } = (await import(`./${name}.ts`)) as { default: () => Promise<Figure[]> };
    figures[name] = await bench();
  }
  showFigures(Object.values(figures).flat());
  const { rounds, seconds } = asked;
  return reportOf({ rounds, seconds }, calls, figures, peers);
}

async function comparedCalls({ against, only = "", rounds, seconds }: Options): Promise<CallFigures[]> {
  await using sides = new AsyncDisposableStack();
  const own: Side[] = [sides.use(here())];
  if (against !== undefined) own.push(sides.use(await commit(against)));
  const calls: CallFigures[] = [];
  for (const call of CALLS.filter(({ name }) => name.includes(only))) {
    console.error(`${call.name} …`);
    const limit = call.bare === undefined ? [] : [bare(call.bare)];
    calls.push(await compare(call, [...own, ...limit], { rounds, seconds }));
  }
  if (calls.length === 0)
    throw new Error(`No call has '${only}' in its name: ${CALLS.map(({ name }) => name).join(", ")}.`);
  return calls;
}

function show({ head, rows }: { readonly head: string[]; readonly rows: string[][] }): void {
  const table = new Table({ head, style: { head: [], border: [] } });
  table.push(...rows);
  console.log(table.toString());
}

function showFigures(figures: readonly Figure[]): void {
  if (figures.length === 0) return;
  const table = new Table({ head: ["what", "measured", "target", ""], style: { head: [], border: [] } });
  for (const { name, value, target = "", reached } of figures)
    table.push([name, value, target, reached === undefined ? "" : reached ? "reached" : "MISSED"]);
  console.log(table.toString());
}
