import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DirectoryLock } from "../core/directory-lock.ts";
import { lazily } from "../core/lazily.ts";
import { makeFolder } from "../core/make-folder.ts";
import type { Answer } from "./answer.ts";

const yaml = lazily<typeof import("yaml")>("yaml");

/** One call, as it is kept: a file. */
export interface Recording {
  /** What it was: `sqs.SendMessage@jobs`. */
  readonly call: string;
  /** A digest of what else its input says, without what is made anew in each run. */
  readonly digest: string;
  /** Which of those that are the same in both, from 1. */
  readonly occurrence: number;
  readonly region: string;
  /** To read; the digest decides. */
  readonly input: unknown;
  readonly answer: Answer;
}

/** What two recordings of the same call have in common. */
export const keyOf = ({
  call,
  digest,
  occurrence,
}: Pick<Recording, "call" | "digest" | "occurrence">): string => `${call}~${digest}#${occurrence}`;

const FILE = /^\d{4,}-.*\.yaml$/;

/** Recorded calls: in a folder, a file each, or in memory alone. */
export class Cassette {
  readonly folder: string | undefined;
  readonly #recordings = new Map<string, Recording>();
  #lock: DirectoryLock | undefined;

  /** @throws Error that names a file which is none of a cassette's, or a folder that cannot be read */
  constructor(folder?: string) {
    this.folder = folder;
    for (const file of this.#files()) {
      const recording = read(join(folder ?? "", file));
      this.#recordings.set(keyOf(recording), recording);
    }
  }

  get size(): number {
    return this.#recordings.size;
  }

  get(key: string): Recording | undefined {
    return this.#recordings.get(key);
  }

  /** In the order in which they were made. */
  all(): Recording[] {
    return [...this.#recordings.values()];
  }

  add(recording: Recording): void {
    this.#recordings.set(keyOf(recording), recording);
    if (this.folder === undefined) return;
    makeFolder(this.folder);
    const number = String(this.#recordings.size).padStart(4, "0");
    const name = recording.call.replace(/[^\w.@-]+/g, "_").slice(0, 80);
    writeFileSync(join(this.folder, `${number}-${name}.yaml`), yaml().stringify(recording));
  }

  /** Nobody else records here until it is closed. @throws Error that says who does */
  hold(): void {
    if (this.folder === undefined) return;
    makeFolder(this.folder);
    this.#lock ??= new DirectoryLock(this.folder, { name: "cassette", option: "--cassette" });
  }

  close(): void {
    this.#lock?.remove();
  }

  /** Forgets all; files of a cassette's names go, too. */
  clear(): void {
    for (const file of this.#files()) rmSync(join(this.folder ?? "", file));
    this.#recordings.clear();
  }

  #files(): string[] {
    if (this.folder === undefined) return [];
    try {
      return readdirSync(this.folder)
        .filter((file) => FILE.test(file))
        .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOENT") return [];
      throw new Error(`The cassette ${this.folder} is no folder that can be read (${code}).`, {
        cause: error,
      });
    }
  }
}

function read(file: string): Recording {
  const recording = parsed(file);
  const isWhole =
    typeof recording?.call === "string" && recording.answer !== undefined && recording.occurrence > 0;
  if (!isWhole) throw new Error(`${file} is no recorded call: it wants call, digest, occurrence and answer.`);
  return { ...recording, digest: String(recording.digest) };
}

function parsed(file: string): Recording | null {
  try {
    return yaml().parse(readFileSync(file, "utf8")) as Recording | null;
  } catch (error) {
    throw new Error(`${file} is no recorded call: ${(error as Error).message}`, { cause: error });
  }
}
