import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { makeFolder } from "../../core/make-folder.ts";
import { birthOf } from "./birth.ts";

/** What is written down of a squall that runs by itself (`squall start -d`), so that later commands find it. */
export interface RunRecord {
  readonly port: number;
  readonly url: string;
  readonly pid: number;
  /** When its process began, in the system's words. */
  readonly birth: string;
  readonly version: string;
  readonly seed: string;
  /** ISO 8601 */
  readonly startedAt: string;
  readonly command: string;
  /** What it was started with, for `squall restart`. */
  readonly args: readonly string[];
  readonly cwd: string;
  readonly log: string;
  /** Where it keeps its state; absent when that goes with it. */
  readonly dataDir?: string;
}

/** Where records and logs lie: `<port>.json` and `<port>.log`, for this user alone. */
export const runFolder = (): string =>
  resolve(process.env["SQUALL_RUN_DIR"] ?? join(homedir(), ".squall", "run"));

/** @throws Error of the file system */
export function makeRunFolder(): string {
  const folder = runFolder();
  makeFolder(folder, 0o700);
  return folder;
}

const fileOf = (port: number): string => join(runFolder(), `${port}.json`);

/** Those that run now, by port. What ended ones have left is removed. */
export function runningRecords(): RunRecord[] {
  let names: string[];
  try {
    names = readdirSync(runFolder());
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  const ports = names.map((name) => /^(\d+)\.json$/.exec(name)?.[1]).filter((port) => port !== undefined);
  return ports
    .map((port) => runningRecord(Number(port)))
    .filter((record) => record !== undefined)
    .sort((a, b) => a.port - b.port);
}

export function runningRecord(port: number): RunRecord | undefined {
  const record = recordOf(port);
  if (record === undefined || isAlive(record)) return record;
  forget(record);
  return undefined;
}

/** The last one of a port, whether it runs or not: its log is there still. */
function recordOf(port: number): RunRecord | undefined {
  try {
    return JSON.parse(readFileSync(fileOf(port), "utf8")) as RunRecord;
  } catch {
    // It is not there, or no record.
    return undefined;
  }
}

export const isAlive = ({ pid, birth }: RunRecord): boolean => birthOf(pid) === birth;

export function writeRecord(record: RunRecord): void {
  const part = `${fileOf(record.port)}.${record.pid}`;
  writeFileSync(part, `${JSON.stringify(record, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(part, fileOf(record.port));
}

/** Removes a record, unless another process has the port by now. */
export function forget({ port, pid }: Pick<RunRecord, "port" | "pid">): void {
  if (recordOf(port)?.pid === pid) rmSync(fileOf(port), { force: true });
}

/** Where the log of a port is, of one that runs or of the last one. */
export const logOf = (port: number): string => recordOf(port)?.log ?? join(runFolder(), `${port}.log`);
