import type { MeasuredCall } from "./calls.ts";
import { Client } from "./clients.ts";
import type { Side } from "./side.ts";

/** What a call takes of the processor on two sides. */
export interface Slices {
  /** Microseconds a call: a quarter of all slices took less. */
  readonly cpuMicros: readonly [number, number];
  /** The first side's to the second's. */
  readonly ratio: number;
  /** The same of the first half of the slices and of the second: how far the ratio is to be believed. */
  readonly halves: readonly [number, number];
  readonly failed: number;
}

const CONNECTIONS = 16;
const CALLS_A_SLICE = 1000;
const WARM_UP_SLICES = 12;

/**
 * Two sides in many short turns of a fixed number of calls. Other work on the machine makes slices dear and none cheap, so that the
 * cheap quarter is compared; and who sends may be slow, for only the server's time counts.
 */
export async function inSlices(
  call: MeasuredCall,
  [own, other]: readonly [Side, Side],
  count: number,
): Promise<Slices> {
  await using servers = new AsyncDisposableStack();
  const runs = [];
  for (const side of [own, other]) {
    const server = servers.use(await side.serve());
    const client = servers.use(new Client());
    const { requests, numbers } = await call.prepare(server, false);
    const sent = { port: server.port, requests, ...(numbers !== undefined && { numbers }) };
    runs.push({ server, client, sent, micros: [] as number[], number: 0 });
  }
  let failed = 0;
  for (let slice = -WARM_UP_SLICES; slice < count; slice++) {
    for (const run of slice % 2 === 0 ? runs : runs.toReversed()) {
      const before = await run.server.cpuMicros();
      const result = await run.client.send({
        ...run.sent,
        connections: call.connections ?? CONNECTIONS,
        durationMs: Number.POSITIVE_INFINITY,
        most: CALLS_A_SLICE,
        firstNumber: run.number,
        step: 1,
      });
      const micros = ((await run.server.cpuMicros()) - before) / result.times.length;
      run.number += CALLS_A_SLICE;
      failed += result.failed;
      if (slice >= 0) run.micros.push(micros);
    }
  }
  const [mine, theirs] = runs.map(({ micros }) => micros) as [number[], number[]];
  const half = Math.floor(count / 2);
  const ratio = (from: number, before: number) =>
    quarter(mine.slice(from, before)) / quarter(theirs.slice(from, before));
  return {
    cpuMicros: [quarter(mine), quarter(theirs)],
    ratio: ratio(0, count),
    halves: [ratio(0, half), ratio(half, count)],
    failed,
  };
}

const quarter = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 4)]!;
