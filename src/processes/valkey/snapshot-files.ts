import { copyFileSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { DatabaseFolders } from "../database-folders.ts";

interface Snapshot {
  /** The name of its folder. */
  readonly resourceId: string;
}

/** What snapshots of a service's servers hold: a file each, in a folder of its own beside those of the servers. */
export class SnapshotFiles {
  readonly #folders: DatabaseFolders;

  constructor(folders: DatabaseFolders) {
    this.#folders = folders;
  }

  of(resourceId: string): string {
    return join(this.#folders.of(resourceId), "snapshot.rdb");
  }

  copy(from: Snapshot, to: Snapshot): void {
    const [source, target] = [this.of(from.resourceId), this.of(to.resourceId)];
    mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
    copyFileSync(source, target);
  }

  drop({ resourceId }: Snapshot): void {
    rmSync(this.#folders.of(resourceId), { recursive: true, force: true });
  }
}
