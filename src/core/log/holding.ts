import type { DirectoryLock } from "../directory-lock.ts";

/** Less than a third of the time for which a process waits that finds no lock where it misses one. */
const LOOK_MS = 400;

/**
 * A data directory is this process's alone while nobody touches its lock. Somebody may remove that, and so let another process in: so it is
 * looked at now and then, and before files are given or lose their names. It is made again as long as nobody else has come;
 * whoever has come has it, and nothing is written here any more.
 */
export class Holding {
  readonly #lock: DirectoryLock;
  readonly #hasFile: () => boolean;
  readonly #warn: (text: string) => void;
  readonly #timer: NodeJS.Timeout;
  /** The other one may only look who has the lock. */
  #wasTaken = false;
  /** Why nothing may be written any more. */
  lost: Error | undefined;

  /**
   * @param hasFile whether the file that is written to has its name still: whoever takes the directory takes that from it
   * @param warn is told, in a sentence, what has happened to the lock
   */
  constructor(lock: DirectoryLock, hasFile: () => boolean, warn: (text: string) => void) {
    this.#lock = lock;
    this.#hasFile = hasFile;
    this.#warn = warn;
    this.#timer = setInterval(() => this.look(), LOOK_MS).unref();
  }

  /** @throws Error when the directory is not this process's any more */
  check(): void {
    this.look();
    if (this.lost) throw this.lost;
  }

  look(): void {
    if (this.lost || this.#lock.isInPlace) return;
    if (!this.#hasFile())
      this.#lose("the log that it writes to has been removed, or replaced by another process");
    else this.#retake();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #retake(): void {
    const taken = this.#lock.retake();
    if (taken === undefined) {
      this.#wasTaken = false;
      if (this.#lock.isInPlace)
        this.#warn(
          `${this.#lock.file} was removed by somebody, and is there again: it is no rubbish, but in use.`,
        );
    } else if (this.#wasTaken) this.#lose(taken);
    else this.#wasTaken = true;
  }

  #lose(why: string): void {
    this.lost = new Error(
      `The data directory ${this.#lock.folder} is not this process's any more: ${why}. Nothing is kept from now on; stop this Squall.`,
    );
    this.#warn(this.lost.message);
    this.close();
  }
}
