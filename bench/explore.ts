import { fileURLToPath } from "node:url";
import { commandVariables } from "../src/cli/command-variables.ts";
import { makeTrialCloud } from "../src/cli/trial-cloud.ts";
import { runTrial } from "../src/explore/trial.ts";
import { type Figure, median } from "./tools.ts";

const ROUNDS = 7;

/** What a run of exploration takes beside its command: a cloud, its coming to rest, what is kept in it, the end of all. */
export default async function bench(): Promise<Figure[]> {
  const program = fileURLToPath(new URL("../test/explore/four-bugs.mjs", import.meta.url));
  const shares: number[] = [];
  const beside: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const startedAt = performance.now();
    const { tookMs, exitCode } = await runTrial(
      {
        command: [process.execPath, program],
        cwd: process.cwd(),
        settleWithin: "PT15M",
        environment: ({ url }) => commandVariables(url),
        makeCloud: () => makeTrialCloud(),
      },
      [],
      { mostMs: 60_000 },
    );
    if (exitCode !== 0) throw new Error(`the command ended with ${exitCode}`);
    const wholeMs = performance.now() - startedAt;
    // The first one loads what all others use.
    if (round === 0) continue;
    shares.push(wholeMs / tookMs);
    beside.push(wholeMs - tookMs);
  }
  const share = median(shares);
  return [
    {
      name: "A run of squall explore, for a command of 7 calls",
      value: `${share.toFixed(2)} × its command (${Math.round(median(beside))} ms beside it)`,
      target: "<= 1.2 ×",
      reached: share <= 1.2,
    },
  ];
}
