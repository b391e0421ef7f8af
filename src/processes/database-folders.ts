import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

/** What they need of a service's host. */
interface Host {
  keptFolder(): string | undefined;
}

/** The folders that the databases of a service have: in the data directory, or scratch that ends with Squall. */
export class DatabaseFolders {
  readonly #host: Host;
  readonly #makeScratch: () => string;
  #scratch: string | undefined;

  /** @param makeScratch makes the folder for what is not kept: another user's server may have to reach it */
  constructor(host: Host, makeScratch: () => string) {
    this.#host = host;
    this.#makeScratch = makeScratch;
  }

  /** Do databases outlive Squall? */
  get areKept(): boolean {
    return this.#host.keptFolder() !== undefined;
  }

  /** The folder of a database. */
  of(id: string): string {
    return join(this.#parent(), id);
  }

  /** Removes the files of databases that are not there any more. @param kept the ids of all others */
  sweep(kept: ReadonlySet<string>): void {
    const folder = this.#host.keptFolder();
    if (folder === undefined || !existsSync(folder)) return;
    for (const name of readdirSync(folder))
      if (!kept.has(name)) rmSync(join(folder, name), { recursive: true, force: true });
  }

  /** Removes what is not kept. */
  remove(): void {
    if (this.#scratch !== undefined) rmSync(this.#scratch, { recursive: true, force: true });
    this.#scratch = undefined;
  }

  #parent(): string {
    const kept = this.#host.keptFolder();
    if (kept !== undefined) {
      mkdirSync(kept, { recursive: true, mode: 0o711 });
      return kept;
    }
    this.#scratch ??= this.#makeScratch();
    return this.#scratch;
  }
}
