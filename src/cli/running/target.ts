import { CliError } from "../cli-error.ts";
import { type RunRecord, runFolder, runningRecord, runningRecords } from "./run-records.ts";

/** Which of the squalls that run by themselves: by their port, or the only one there is. */
export interface WhichFlags {
  readonly port?: string;
}

/**
 * @returns undefined when none runs
 * @throws CliError when it is not clear which one is meant, or there is none at that port
 */
export function whichRun({ port }: WhichFlags): RunRecord | undefined {
  if (port !== undefined) {
    const record = runningRecord(readPort(port));
    if (record === undefined)
      throw new CliError(`No squall that was started with squall start -d has port ${port}.${others()}`);
    return record;
  }
  const records = runningRecords();
  if (records.length > 1) throw new CliError(`Several run: say which one with --port.${others()}`);
  return records[0];
}

export const noneRuns = (): CliError =>
  new CliError(`No squall runs that was started with squall start -d (as ${runFolder()} has it).`);

function others(): string {
  const all = runningRecords().map(({ port, pid }) => `${port} (process ${pid})`);
  return all.length === 0 ? "" : ` There is ${all.join(", ")}.`;
}

export function readPort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65535)
    throw new CliError(`--port wants a port from 0 to 65535, not "${text}".`);
  return port;
}
