/*
 * A squall that stays when its terminal goes: the command starts itself again as a process of its own, which writes to a log file,
 * says by a message when it listens, and leaves a record.
 */
import { type ChildProcess, fork } from "node:child_process";
import { existsSync, openSync, readFileSync, renameSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import type { Cloud } from "../../index.ts";
import type { CloudOptions } from "../../options.ts";
import { version } from "../../version.ts";
import { CliError } from "../cli-error.ts";
import { withProgress } from "../progress.ts";
import { birthOf } from "./birth.ts";
import { detachedInto } from "./detached-variable.ts";
import { forget, makeRunFolder, type RunRecord, writeRecord } from "./run-records.ts";

const STARTING = "starting-";

/**
 * Runs this command again, detached, and waits until it listens.
 * @param args the command's words, without Node and script
 * @throws CliError with what it said, when it ends instead
 */
export async function startDetached(
  args: readonly string[],
  cwd: string = process.cwd(),
): Promise<RunRecord> {
  const log = newLog();
  const output = openSync(log, "a", 0o600);
  const child = fork(process.argv[1] ?? "", [...args], {
    cwd,
    detached: true,
    stdio: ["ignore", output, output, "ipc"],
    env: { ...process.env, ...detachedInto(log) },
  });
  const interrupt = () => {
    child.kill();
    process.exit(130);
  };
  process.once("SIGINT", interrupt);
  try {
    const record = await withProgress(`Squall is starting; its log is ${log}`, listening(child, log));
    child.disconnect();
    child.unref();
    return record;
  } finally {
    process.removeListener("SIGINT", interrupt);
  }
}

function newLog(): string {
  try {
    return join(makeRunFolder(), `${STARTING}${process.pid}.log`);
  } catch (error) {
    throw new CliError(
      `Records and logs cannot be kept: ${(error as Error).message}. Choose another folder with SQUALL_RUN_DIR.`,
    );
  }
}

function listening(child: ChildProcess, log: string): Promise<RunRecord> {
  return new Promise((resolve, reject) => {
    child.once("message", (record) => resolve(record as RunRecord));
    child.once("error", (error) => reject(new CliError(`Squall cannot be started: ${error.message}`)));
    child.once("exit", (code, signal) => {
      const said = readFileSync(log, "utf8")
        .trim()
        .replaceAll(/^squall: /gm, "");
      rmSync(log, { force: true });
      reject(
        new CliError(
          said || `Squall ended before it listened (${signal ?? `exit ${code}`}), and said nothing.`,
        ),
      );
    });
  });
}

/** In the process that stays: leaves the record, and tells who has started it. */
export function recordRun(cloud: Cloud, { dataDir }: CloudOptions, log: string): void {
  const [command = "start", ...args] = process.argv.slice(2);
  const record: RunRecord = {
    port: cloud.port,
    url: cloud.url,
    pid: process.pid,
    birth: birthOf(process.pid) ?? "",
    version,
    seed: cloud.seed,
    startedAt: new Date().toISOString(),
    command,
    args,
    cwd: process.cwd(),
    log: namedAfterPort(log, cloud.port),
    ...(dataDir !== undefined && { dataDir }),
  };
  writeRecord(record);
  process.on("exit", () => forget(record));
  process.send?.(record);
}

/** `4566.log`; the one before it is kept as `4566.log.1`. */
function namedAfterPort(log: string, port: number): string {
  if (!basename(log).startsWith(STARTING)) return log;
  const named = join(makeRunFolder(), `${port}.log`);
  try {
    if (existsSync(named)) renameSync(named, `${named}.1`);
    renameSync(log, named);
    return named;
  } catch {
    // Windows renames no file that is open: it keeps its first name, which the record has.
    return log;
  }
}
