import type { RunRecord } from "./run-records.ts";

/** What one wants to know of a squall that has just been started to stay. */
export function sayRunning({ url, pid, seed, log }: RunRecord): void {
  console.log(`Squall runs at ${url} (process ${pid}, seed ${seed}).`);
  console.log(`  its log: ${log} (squall logs -f)`);
  console.log("  squall status says how it is, squall stop ends it");
}
