import { join } from "node:path";
import type { ServiceHost } from "../../core/service.ts";
import { usedArchives, userOf } from "./code-references.ts";

/** Looking through all functions is worth while for a few deletions at once… */
const PAUSE_MS = 50;
/** … and never takes more than this share of the time. */
const SHARE = 1 / 20;

const BLOB = /^lambda\/([0-9a-f]{64})\.zip$/;

/**
 * Finds the archives that nothing uses, and removes them. An archive is used while a record names it, or somebody holds it
 * who is about to write such a record. That is asked and the file removed in one go, so nobody comes in between; a file that
 * is written anew is held from before its first byte.
 */
export class CodeGarbage {
  readonly #host: ServiceHost;
  readonly #onRemoved: (sha256: string) => void;
  /** How many hold an archive. */
  readonly #holds = new Map<string, number>();
  readonly #suspects = new Set<string>();
  #collecting: Promise<void> | undefined;
  #pauseMs = PAUSE_MS;
  #timer: { resolve(): void; timeout: NodeJS.Timeout } | undefined;
  #isStopped = false;

  constructor(host: ServiceHost, onRemoved: (sha256: string) => void) {
    this.#host = host;
    this.#onRemoved = onRemoved;
  }

  /** It stays until the hold ends. */
  hold(sha256: string): Disposable {
    this.#holds.set(sha256, (this.#holds.get(sha256) ?? 0) + 1);
    let isHeld = true;
    return {
      [Symbol.dispose]: () => {
        if (!isHeld) return;
        isHeld = false;
        const left = (this.#holds.get(sha256) ?? 0) - 1;
        if (left > 0) this.#holds.set(sha256, left);
        else this.#holds.delete(sha256);
        this.suspect(sha256);
      },
    };
  }

  /** It may not be used any more: that is found out once what this turn writes is kept, or undone. */
  suspect(sha256: string): void {
    this.#suspects.add(sha256);
    this.#collecting ??= this.#collect().finally(() => {
      this.#collecting = undefined;
    });
  }

  isUsed(sha256: string): boolean {
    return this.#holds.has(sha256) || usedArchives(this.#host).has(sha256);
  }

  /**
   * Removes everything that nothing uses: what a process that was killed had not come to name, or to remove. Says what is used and not
   * there: somebody has removed it, or it is not where the state was copied to.
   */
  sweep(): void {
    const used = usedArchives(this.#host);
    const there = this.#host.blobs.names("lambda").map((name) => BLOB.exec(name)?.[1]);
    for (const sha256 of there) this.#removeUnused(sha256, used);
    const missing = used.difference(new Set(there));
    const [first] = missing;
    if (first === undefined) return;
    this.#host.log.warn(
      `lambda: ${missing.size} ${missing.size === 1 ? "archive is" : "archives are"} not in ${join(this.#host.blobs.folder, "lambda")}, the first that of ${userOf(this.#host, first)}: it cannot be run. Bring the files back, or deploy the code again.`,
    );
  }

  stop(): void {
    this.#isStopped = true;
    if (!this.#timer) return;
    clearTimeout(this.#timer.timeout);
    this.#timer.resolve();
  }

  async #collect(): Promise<void> {
    while (this.#suspects.size > 0 && !this.#isStopped) {
      await this.#pause();
      // What is found deleted must not be undone again. Asked anew: others may have written after we were woken.
      for (let writing = this.#unsettled(); writing; writing = this.#unsettled()) await writing;
      if (this.#isStopped) return;
      const suspects = [...this.#suspects];
      this.#suspects.clear();
      const from = performance.now();
      const used = usedArchives(this.#host);
      for (const sha256 of suspects) this.#removeUnused(sha256, used);
      this.#pauseMs = Math.max(PAUSE_MS, (performance.now() - from) / SHARE);
    }
  }

  #unsettled(): Promise<void> | undefined {
    return this.#host.blobs.unsettled();
  }

  #removeUnused(sha256: string | undefined, used: ReadonlySet<string>): void {
    if (sha256 === undefined || this.#holds.has(sha256) || used.has(sha256)) return;
    this.#host.blobs.deleteNow(`lambda/${sha256}.zip`);
    this.#onRemoved(sha256);
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timeout = setTimeout(resolve, this.#pauseMs);
      timeout.unref();
      this.#timer = { resolve, timeout };
    });
  }
}
