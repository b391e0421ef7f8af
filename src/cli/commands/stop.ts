import type { Command } from "commander";
import { readDuration } from "../durations.ts";
import { withProgress } from "../progress.ts";
import { type RunRecord, runningRecords } from "../running/run-records.ts";
import { stopRun } from "../running/stopping.ts";
import { whichRun } from "../running/target.ts";

interface StopFlags {
  readonly port?: string;
  readonly all?: boolean;
  readonly timeout: string;
}

export default function addStop(program: Command): void {
  program
    .command("stop")
    .description("End a squall that was started with squall start -d.")
    .option("-p, --port <number>", "the one at this port, where several run")
    .option("--all", "all of them")
    .option("--timeout <duration>", "how long it may take to end by itself", "20s")
    .action(async (flags: StopFlags) => {
      const patienceMs = readDuration("--timeout", flags.timeout);
      const records = flags.all
        ? runningRecords()
        : [whichRun(flags)].filter((record) => record !== undefined);
      if (records.length === 0) console.log("No squall runs by itself.");
      for (const record of records) await stop(record, patienceMs);
    });
}

async function stop(record: RunRecord, patienceMs: number): Promise<void> {
  const { url, pid, dataDir } = record;
  const ended = await withProgress(`Ending ${url}`, stopRun(record, patienceMs));
  const kept = dataDir === undefined ? "" : ` Its state is in ${dataDir}.`;
  console.log(
    ended === "ended"
      ? `Squall at ${url} has ended.${kept}`
      : `Squall at ${url} (process ${pid}) did not end by itself and was killed.${kept}`,
  );
}
