import { mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { giveAway, type User } from "./database-user.ts";

/** What a folder holds of a database. */
export class DatabaseFiles {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Those of a folder that is there from now on, and holds no database. @param user whose it is */
  static emptied(folder: string, user: User | undefined): DatabaseFiles {
    const files = new DatabaseFiles(folder);
    files.makeFolder(user);
    files.begin();
    rmSync(files.data, { recursive: true, force: true });
    return files;
  }

  get data(): string {
    return join(this.folder, "data");
  }

  /** What is made becomes `data` when it is whole: a process that is killed meanwhile leaves nothing that looks like a database. */
  get unfinished(): string {
    return join(this.folder, "data.new");
  }

  /** @param user whose it is */
  makeFolder(user: User | undefined): void {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    giveAway(this.folder, user);
  }

  /** Nothing is left of what was not finished. */
  begin(): void {
    rmSync(this.unfinished, { recursive: true, force: true });
  }

  /** What was unfinished is in the place of what was there. */
  finish(): void {
    rmSync(this.data, { recursive: true, force: true });
    renameSync(this.unfinished, this.data);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
