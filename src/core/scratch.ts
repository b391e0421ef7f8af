import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { reaper } from "./reaper.ts";

/** How long a stop waits for its scratch files to be gone. */
const PATIENCE_MS = 300;

/** `squall-<host>-<process id>-XXXXXX`: containers may share a temporary folder, and their process ids are their own. */
const PREFIX = `squall-${hostname().replaceAll(/[^\w.]/g, "_")}-`;

/** The same for paths that must be short: `squall-rds-<host's hash>.<process id>-XXXXXX`. */
const SHORT_HOST = createHash("sha256").update(hostname()).digest("hex").slice(0, 6);
const SHORT = new RegExp(`^squall-[a-z]+-${SHORT_HOST}\\.(\\d+)-\\w{6}$`);

/** A scratch folder that goes with Squall, whatever ends it: by the reaper, or at the next start. Its path is short: sockets stand in it. */
export function shortScratch(of: string): string {
  const folder = mkdtempSync(join(tmpdir(), `squall-${of}-${SHORT_HOST}.${process.pid}-`));
  reaper.sweep(folder);
  return folder;
}

/** The scratch files of a cloud: in the machine's temporary folder, under one that names its process. */
export class Scratch {
  #root: string | undefined;

  folder(...path: string[]): string {
    if (!this.#root) {
      this.#root = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
      reaper.sweep(this.#root);
    }
    // Names come from definitions of users: whoever made them, nothing is made elsewhere.
    if (path.some((part) => part.split(/[\\/]/).includes("..")))
      throw new Error(`A scratch folder cannot be ${JSON.stringify(path)}.`);
    const folder = join(this.#root, ...path);
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  /** Removes all of it. Tens of thousands of files take longer than a stop may: they go on being removed after it. */
  async remove(): Promise<void> {
    if (this.#root) await removeFolders([this.#root]);
  }
}

/** Removes what processes have left that ended without a word, with all that looked after them. */
export async function sweepScratch(folder: string = tmpdir()): Promise<void> {
  const names = readdirSync(folder);
  const abandoned = names.filter((name) => {
    const long = name.startsWith(PREFIX) ? /^(\d+)-\w{6}$/.exec(name.slice(PREFIX.length)) : null;
    const owner = Number((long ?? SHORT.exec(name))?.[1]);
    return Number.isInteger(owner) && !isAlive(owner);
  });
  await removeFolders(abandoned.map((name) => join(folder, name)));
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** By a process of its own, so that none of ours is kept busy. Resolves when it is done, or when it takes too long. */
function removeFolders(folders: readonly string[]): Promise<void> {
  if (folders.length === 0) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const remover = spawn("rm", ["-rf", "--", ...folders], { detached: true, stdio: "ignore" });
    const patience = setTimeout(resolve, PATIENCE_MS);
    remover.unref();
    remover.once("error", reject);
    remover.once("exit", () => {
      clearTimeout(patience);
      resolve();
    });
  });
}
