import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DirectoryLock } from "./directory-lock.ts";
import { syncFolder } from "./durable-names.ts";
import { makeFolder } from "./make-folder.ts";
import { whyNot } from "./why-not.ts";

const wayOut = (error: unknown) =>
  /^(EACCES|EPERM)$/.test(String((error as NodeJS.ErrnoException).code))
    ? "Give it to this user, or choose"
    : "Put that right, or choose";

/**
 * The folder that keeps a cloud's state over restarts:
 *
 * | file | what it is |
 * |---|---|
 * | `state-….log`, `state-….snapshot` | everything that services keep, and which folder the blobs are in (`log/data-files.ts`) |
 * | `blobs…/` | large bodies as files |
 * | `rds/` | the files of databases, a folder each |
 * | `squall.lock` | which process has the folder |
 * | `loading-…/`, `saving-…/` | a state on its way; rubbish, once the process that reads or writes it has ended |
 */
export class DataDirectory {
  readonly folder: string;
  readonly lock: DirectoryLock;

  /**
   * @param isDurable the folder outlives the machine when it has been made
   * @throws Error that says why the folder cannot be used, and the way out
   */
  constructor(folder: string, isDurable = false) {
    this.folder = folder;
    try {
      const made = makeFolder(folder);
      if (isDurable) for (const place of made) syncFolder(dirname(place));
      const probe = join(folder, ".write-probe");
      writeFileSync(probe, "");
      rmSync(probe);
    } catch (error) {
      throw new Error(
        `The data directory ${folder} cannot be written: ${whyNot(error)}. ${wayOut(error)} another with --data-dir.`,
        { cause: error },
      );
    }
    const isUsed = readdirSync(folder).some((name) => /^state-\d+\.(?:log|snapshot)$/.test(name));
    this.lock = new DirectoryLock(folder, undefined, isUsed);
    for (const name of readdirSync(folder)) {
      if (/^(?:loading|saving)-/.test(name)) rmSync(join(folder, name), { recursive: true, force: true });
    }
  }

  close(): void {
    this.lock.release();
  }
}
