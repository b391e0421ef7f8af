import assert from "node:assert/strict";
import { bedOf } from "./bed.ts";
import { type Lane, WRITES_A_ROUND } from "./lane.ts";
import { lanesOf } from "./lanes.ts";
import { leftBehind } from "./left-behind.ts";
import { CrashServer } from "./server.ts";

/** How many writes of all lanes together a round's load has at the most, before the signal comes. */
const MOST_WRITES = 400;

export interface CrashReport {
  readonly rounds: number;
  readonly writes: number;
}

/**
 * Rounds of mixed load over all services that keep anything, each ended by a signal at a moment of chance; afterwards, with
 * the server up again, every lane looks for what was acknowledged to it, and for what is half done.
 */
export async function crash(
  dataDir: string,
  rounds: number,
  signal: "SIGKILL" | "SIGTERM" = "SIGKILL",
  onRound: (report: CrashReport) => void = () => {},
): Promise<CrashReport> {
  const server = new CrashServer(dataDir);
  await server.start();
  let writes = 0;
  try {
    const lanes = await lanesOf(bedOf(server.url, dataDir));
    for (const lane of lanes) await lane.setup();
    for (let round = 0; round < rounds; round++) {
      const load = new Load(Math.ceil(Math.random() * MOST_WRITES));
      const running = Promise.all(lanes.map((lane) => run(lane, round * WRITES_A_ROUND, load)));
      await Promise.race([load.enough, running]);
      load.isOver = true;
      const { tookMs, code, processId } = await server.end(signal);
      await running;
      writes += load.writes;
      if (signal === "SIGTERM") {
        assert.equal(code, 0);
        assert.ok(tookMs < 2000, `SIGTERM under load took ${Math.round(tookMs)} ms`);
      }
      assert.deepEqual(await leftBehind(processId), [], `processes outlive round ${round}`);
      await server.start();
      await verify(lanes, round, server);
      onRound({ rounds: round + 1, writes });
    }
    return { rounds, writes };
  } finally {
    await server.end("SIGKILL");
  }
}

class Load {
  writes = 0;
  isOver = false;
  readonly #wanted: number;
  readonly #enough = Promise.withResolvers<void>();

  constructor(wanted: number) {
    this.#wanted = wanted;
  }

  get enough(): Promise<void> {
    return this.#enough.promise;
  }

  acknowledged(): void {
    this.writes++;
    if (this.writes >= this.#wanted) this.#enough.resolve();
  }
}

/** Writes until the server is gone. */
async function run(lane: Lane, first: number, load: Load): Promise<void> {
  for (let n = 0; n < WRITES_A_ROUND && !load.isOver; n++) {
    try {
      await lane.write(first + n);
      load.acknowledged();
    } catch (error) {
      // An answer that is an error is one too many; a connection that is gone is what this is about, when it is.
      const isAnswered = (error as { $fault?: string }).$fault !== undefined;
      if (isAnswered || !load.isOver)
        throw new Error(`${lane.name}: write ${first + n} failed: ${error}`, { cause: error });
    }
  }
}

async function verify(lanes: readonly Lane[], round: number, server: CrashServer): Promise<void> {
  const results = await Promise.allSettled(lanes.map((lane) => lane.verify()));
  const failed = results.flatMap((result, i) =>
    result.status === "rejected" ? [`${lanes[i]!.name}: ${result.reason?.message ?? result.reason}`] : [],
  );
  assert.deepEqual(failed, [], [`after round ${round}`, ...failed, ...server.complaints].join("\n"));
}
