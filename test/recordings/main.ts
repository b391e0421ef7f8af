import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Counts, counted, walkRecordings } from "./walk.ts";

const COUNTS = fileURLToPath(new URL("counts.json", import.meta.url));

/**
 * `npm run recordings -- [service…] [--only TEXT] [--write]`: walks the recordings of SQUALL_RECORDINGS, prints what differs and
 * the counts of each service. With `--write` the counts are kept, and stand in docs/coverage.md after `npm run docs`.
 */
async function main(words: readonly string[]): Promise<void> {
  const folder = process.env["SQUALL_RECORDINGS"];
  if (folder === undefined)
    throw new Error("SQUALL_RECORDINGS is the folder of the recordings, one file a service.");
  const asked = words.filter((word) => word !== "--write");
  const walked = await walkRecordings(folder, asked);
  for (const { service, scenario, outcome, why } of walked) {
    if (outcome === "differ") console.log(`${service}: ${scenario}\n    ${why}`);
  }
  const counts = counted(walked);
  for (const [service, { recorded, walked: of, agree }] of Object.entries(counts)) {
    console.log(`${service.padEnd(28)} ${recorded} recorded, ${of} walked, ${agree} agree`);
  }
  if (words.includes("--write")) {
    if (asked.includes("--only")) throw new Error("Counts of a part are not written.");
    const kept = JSON.parse(readFileSync(COUNTS, "utf8")) as { on: string; services: Record<string, Counts> };
    const services = Object.fromEntries(Object.entries({ ...kept.services, ...counts }).sort());
    const on = new Date().toISOString().slice(0, 10);
    writeFileSync(COUNTS, `${JSON.stringify({ on, services }, undefined, 2)}\n`);
  }
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
