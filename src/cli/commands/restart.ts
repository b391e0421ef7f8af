import type { Command } from "commander";
import { readDuration } from "../durations.ts";
import { withProgress } from "../progress.ts";
import { startDetached } from "../running/detached.ts";
import { stopRun } from "../running/stopping.ts";
import { noneRuns, whichRun } from "../running/target.ts";
import { sayRunning } from "../running/words.ts";

interface RestartFlags {
  readonly port?: string;
  readonly timeout: string;
}

export default function addRestart(program: Command): void {
  program
    .command("restart")
    .description(
      "End a squall that was started with squall start -d, and start it again as it was, at the same port.",
    )
    .option("-p, --port <number>", "the one at this port, where several run")
    .option("--timeout <duration>", "how long it may take to end by itself", "20s")
    .action(async (flags: RestartFlags) => {
      const patienceMs = readDuration("--timeout", flags.timeout);
      const record = whichRun(flags);
      if (record === undefined) throw noneRuns();
      await withProgress(`Ending ${record.url}`, stopRun(record, patienceMs));
      const { command, args, port, cwd, dataDir } = record;
      sayRunning(await startDetached([command, ...args, "--port", String(port)], cwd));
      if (dataDir === undefined)
        console.log("What it held was in memory, and is gone (--data-dir keeps it).");
    });
}
