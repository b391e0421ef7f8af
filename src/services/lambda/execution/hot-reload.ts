import { type FSWatcher, watch } from "node:fs";

/** Folders that are used as a function's code, and who wants to hear that something in them changed. */
export class HotReload {
  readonly #watchers = new Map<string, FSWatcher>();
  readonly #generations = new Map<string, number>();

  /** How often the folder has changed so far. The first call begins to watch it. */
  generation(folder: string): number {
    if (!this.#watchers.has(folder)) this.#watch(folder);
    return this.#generations.get(folder) ?? 0;
  }

  stop(): void {
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  #watch(folder: string): void {
    const watcher = watch(folder, { recursive: true, persistent: false }, () => {
      this.#generations.set(folder, (this.#generations.get(folder) ?? 0) + 1);
    });
    watcher.on("error", () => {
      // The folder is gone; when it is back it is watched again.
      watcher.close();
      this.#watchers.delete(folder);
      this.#generations.set(folder, (this.#generations.get(folder) ?? 0) + 1);
    });
    this.#watchers.set(folder, watcher);
  }
}
