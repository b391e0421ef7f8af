import { existsSync } from "node:fs";
import type { Command } from "commander";
import { CliError } from "../cli-error.ts";
import { LogTail, lastLines } from "../running/log-tail.ts";
import { isAlive, logOf } from "../running/run-records.ts";
import { noneRuns, readPort, whichRun } from "../running/target.ts";

interface LogsFlags {
  readonly port?: string;
  readonly follow?: boolean;
  readonly lines: string;
}

export default function addLogs(program: Command): void {
  program
    .command("logs")
    .description("The log of a squall that was started with squall start -d.")
    .option("-p, --port <number>", "the one at this port, also if it has ended")
    .option("-f, --follow", "go on as lines come, until it ends")
    .option("-n, --lines <number>", "the newest so many, or all", "200")
    .action(async (flags: LogsFlags) => {
      const count = flags.lines === "all" ? Number.POSITIVE_INFINITY : Number(flags.lines);
      if (count !== Number.POSITIVE_INFINITY && !/^\d+$/.test(flags.lines))
        throw new CliError(`--lines wants a whole number, or all, not "${flags.lines}".`);
      const { log, runs } = chosen(flags);
      const tail = new LogTail(log);
      write(lastLines(tail.read(), count));
      if (!flags.follow) return;
      for (;;) {
        // In this order: what is written before it ends is read after it has been seen to end.
        const goesOn = runs();
        write(tail.read());
        if (!goesOn) return;
        await tail.changed();
      }
    });
}

function chosen(flags: LogsFlags): { log: string; runs: () => boolean } {
  if (flags.port !== undefined) {
    const log = logOf(readPort(flags.port));
    if (existsSync(log)) {
      const record = findRunning(flags);
      return { log, runs: () => record !== undefined && isAlive(record) };
    }
  }
  const record = whichRun(flags);
  if (record === undefined) throw noneRuns();
  return { log: record.log, runs: () => isAlive(record) };
}

function findRunning(flags: LogsFlags) {
  try {
    return whichRun(flags);
  } catch (error) {
    if (error instanceof CliError) return undefined;
    throw error;
  }
}

const write = (text: string): void => void process.stdout.write(text);
