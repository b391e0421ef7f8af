import { closeSync, fsyncSync, openSync } from "node:fs";
import { dirname } from "node:path";

/** Has the names of a folder's files on the disk, as they are now. */
export function syncFolder(path: string): void {
  // Windows has no such thing for folders, and needs none.
  if (process.platform === "win32") return;
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/**
 * The names of files below a folder, which are on the disk only when the folder that each is in has been synced, and so have the
 * folders above that, whoever has made them: one that was found need not have been kept by whoever made it.
 */
export class DurableNames {
  readonly #root: () => string;
  /** Folders whose own names are on the disk. */
  readonly #kept = new Set<string>();

  /** @param root itself on the disk, by its name */
  constructor(root: () => string) {
    this.#root = root;
  }

  /** Has a file's name on the disk, all the way down from the root. */
  keep(file: string): void {
    const root = this.#root();
    let folder = dirname(file);
    syncFolder(folder);
    for (; folder !== root && !this.#kept.has(folder); folder = dirname(folder)) {
      syncFolder(dirname(folder));
      this.#kept.add(folder);
    }
  }

  /** Folders have been removed: those that are made in their places are others. */
  forget(): void {
    this.#kept.clear();
  }
}
