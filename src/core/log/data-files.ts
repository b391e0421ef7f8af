import { randomBytes } from "node:crypto";
import {
  closeSync,
  copyFileSync,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { syncFolder } from "../durable-names.ts";
import { FILE_HEADER } from "./file-header.ts";

/** Stands in the names of what this process has not finished. Another one may have come in, and writes files of the same numbers. */
const MARK = randomBytes(4).toString("hex");

const NAME = /^state-(\d{6,})\.(log|snapshot)$/;

/**
 * The files of a data directory that keep what services have written. `state-000007.snapshot` is what was there before the
 * logs from 7 on; each log goes on where the one before it ends. What has another name is none of them.
 */
export class DataFiles {
  readonly folder: string;
  /** The process's. */
  readonly mark: string;

  constructor(folder: string, mark = MARK) {
    this.folder = folder;
    this.mark = mark;
  }

  log(number: number): string {
    return this.#file(number, "log");
  }

  snapshot(number: number): string {
    return this.#file(number, "snapshot");
  }

  /** A snapshot that is being written. It has its name when it is whole. */
  part(number: number): string {
    return `${this.snapshot(number)}.${this.mark}.part`;
  }

  /** The snapshot to begin with, 0 without one, and the logs behind it in their order. */
  found(): { snapshot: number; logs: number[] } {
    const numbers = (of: string) =>
      readdirSync(this.folder)
        .map((name) => NAME.exec(name))
        .filter((match) => match?.[2] === of)
        .map((match) => Number(match?.[1]))
        .sort((a, b) => a - b);
    const snapshot = numbers("snapshot").at(-1) ?? 0;
    return { snapshot, logs: numbers("log").filter((number) => number >= snapshot) };
  }

  /** Makes a log that nothing is in. @returns its size in bytes @throws Error when it cannot be made: then it is not there */
  begin(number: number): number {
    const part = `${this.log(number)}.${this.mark}.part`;
    try {
      writeFileSync(part, FILE_HEADER);
      renameSync(part, this.log(number));
    } catch (error) {
      rmSync(part, { force: true });
      throw error;
    }
    return FILE_HEADER.length;
  }

  /** Whoever else still writes to the last log writes to nothing from now on. */
  fence(): void {
    const last = this.found().logs.at(-1);
    // What is no file is refused when it is opened: a pipe would be waited for.
    if (last === undefined || !statSync(this.log(last)).isFile()) return;
    const part = `${this.log(last)}.${this.mark}.part`;
    try {
      copyFileSync(this.log(last), part);
      const copy = openSync(part, "r+");
      fsyncSync(copy);
      closeSync(copy);
      renameSync(part, this.log(last));
    } catch (error) {
      rmSync(part, { force: true });
      throw error;
    }
    this.keepNames();
  }

  /** A snapshot that has been written takes its place: from now on it is what counts. */
  publish(number: number): void {
    renameSync(this.part(number), this.snapshot(number));
    this.keepNames();
  }

  /** What files there are outlives the machine. */
  keepNames(): void {
    syncFolder(this.folder);
  }

  /** Removes what a snapshot has in it, and what was never finished. */
  removeBefore(snapshot: number): void {
    for (const name of readdirSync(this.folder)) {
      const number = NAME.exec(name)?.[1];
      const isPart = name.startsWith("state-") && name.endsWith(".part");
      if (isPart || (number !== undefined && Number(number) < snapshot)) rmSync(join(this.folder, name));
    }
  }

  #file(number: number, kind: "log" | "snapshot"): string {
    return join(this.folder, `state-${String(number).padStart(6, "0")}.${kind}`);
  }
}
