import type { MeasuredCall } from "./calls.ts";
import type { LoadResult } from "./load.ts";
import type { Side } from "./side.ts";
import { load, median, type Server } from "./tools.ts";

/** Of several rounds: the middle one, and how far the others lie from it. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

export interface SideFigures {
  readonly perSecond: Spread;
  readonly cpuMicros: Spread;
  readonly p50Ms: Spread;
  readonly p99Ms: Spread;
  readonly failed: number;
}

export interface CallFigures {
  readonly name: string;
  /** By the side's name; the first is what is here. */
  readonly sides: Readonly<Record<string, SideFigures>>;
  /** Of the first side to each of the others, round by round: what noise there was met both. */
  readonly ratios: Readonly<Record<string, { readonly perSecond: Spread; readonly cpuMicros: Spread }>>;
}

export interface Rounds {
  readonly rounds: number;
  readonly seconds: number;
}

const CONNECTIONS = 16;
const WARM_UP_MS = 2000;

/** One call on every side, in turns: each round goes round them, every second one the other way round. */
export async function compare(
  call: MeasuredCall,
  sides: readonly Side[],
  { rounds, seconds }: Rounds,
): Promise<CallFigures> {
  await using servers = new AsyncDisposableStack();
  const runs = [];
  for (const side of sides) {
    const server: Server = servers.use(await side.serve());
    const isBare = side.name === "bare";
    const { port } = server;
    const { connections = CONNECTIONS } = call;
    const sent = { port, connections, ...(await call.prepare(server, isBare)) };
    runs.push({ side, sent, number: 0, results: [] as LoadResult[] });
  }
  for (let round = -1; round < rounds; round++) {
    for (const run of round % 2 === 0 ? runs : runs.toReversed()) {
      const durationMs = round < 0 ? WARM_UP_MS : seconds * 1000;
      const result = await load({ ...run.sent, warmupMs: 0, durationMs, firstNumber: run.number });
      run.number += result.requests + run.sent.connections;
      if (round >= 0) run.results.push(result);
    }
  }
  const [own, ...others] = runs;
  const ratio = (other: readonly LoadResult[], of: "perSecond" | "cpuMicros") =>
    spread(own!.results.map((result, round) => result[of] / other[round]![of]));
  return {
    name: call.name,
    sides: Object.fromEntries(runs.map(({ side, results }) => [side.name, figuresOf(results)])),
    ratios: Object.fromEntries(
      others.map(({ side, results }) => [
        side.name,
        { perSecond: ratio(results, "perSecond"), cpuMicros: ratio(results, "cpuMicros") },
      ]),
    ),
  };
}

function figuresOf(results: readonly LoadResult[]): SideFigures {
  const of = (name: "perSecond" | "cpuMicros" | "p50Ms" | "p99Ms") =>
    spread(results.map((result) => result[name]));
  return {
    perSecond: of("perSecond"),
    cpuMicros: of("cpuMicros"),
    p50Ms: of("p50Ms"),
    p99Ms: of("p99Ms"),
    failed: results.reduce((sum, { failed }) => sum + failed, 0),
  };
}

export const spread = (values: readonly number[]): Spread => ({
  median: median(values),
  least: Math.min(...values),
  most: Math.max(...values),
});
