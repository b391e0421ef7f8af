import assert from "node:assert/strict";
import { bedOf } from "../crash/bed.ts";
import type { Lane } from "../crash/lane.ts";
import { lanesOf } from "../crash/lanes.ts";
import { CrashServer } from "../crash/server.ts";
import { turbulence } from "./turbulence.ts";
import { type Usage, usageOf } from "./usage.ts";

/** Writes of each lane between two looks. */
const WRITES_A_CYCLE = 24;

export interface SoakReport {
  readonly writes: number;
  /** One after each cycle. */
  readonly usage: readonly Usage[];
  /** What the server has warned of last. */
  readonly complaints: readonly string[];
}

/** The load of the crash tests, and turbulence, on a server that is never killed: as many cycles as `goesOn` says. */
export async function soak(
  dataDir: string,
  goesOn: (cycles: number) => boolean,
  onCycle: (usage: Usage, writes: number) => void = () => {},
): Promise<SoakReport> {
  const server = new CrashServer(dataDir);
  await server.start();
  try {
    const bed = bedOf(server.url, dataDir);
    const lanes = [...(await lanesOf(bed)), turbulence(bed)];
    for (const lane of lanes) await lane.setup();
    const usage: Usage[] = [];
    let writes = 0;
    for (let cycle = 0; goesOn(cycle); cycle++) {
      await Promise.all(lanes.map((lane) => run(lane, cycle * WRITES_A_CYCLE)));
      writes += lanes.length * WRITES_A_CYCLE;
      const results = await Promise.allSettled(lanes.map((lane) => lane.verify()));
      const failed = results.flatMap((result) =>
        result.status === "rejected" ? [String(result.reason)] : [],
      );
      assert.deepEqual(failed, [], `after cycle ${cycle}\n${server.complaints.join("\n")}`);
      usage.push(usageOf(server.processId));
      onCycle(usage.at(-1)!, writes);
    }
    const { tookMs, code } = await server.end("SIGTERM");
    assert.equal(code, 0);
    assert.ok(tookMs < 2000, `SIGTERM took ${Math.round(tookMs)} ms`);
    return { writes, usage, complaints: server.complaints };
  } finally {
    await server.end("SIGKILL");
  }
}

async function run(lane: Lane, first: number): Promise<void> {
  for (let n = first; n < first + WRITES_A_CYCLE; n++) {
    try {
      await lane.write(n);
    } catch (error) {
      throw new Error(`${lane.name}: write ${n} failed: ${error}`, { cause: error });
    }
  }
}
