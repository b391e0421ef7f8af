import type { Log } from "../core/log.ts";
import { Turns } from "./turns.ts";

/** What it needs of a service's host. */
interface Host {
  readonly log: Log;
  atWork(): Disposable;
}

/** What is done behind answers: one thing after the other where it is on the same thing, and nothing after the end. */
export class Background {
  readonly #host: Host;
  readonly #service: string;
  readonly #turns = new Turns();
  readonly #stopped = new AbortController();

  /** @param service whose it is, for the log */
  constructor(host: Host, service: string) {
    this.#host = host;
    this.#service = service;
  }

  get isOver(): boolean {
    return this.#stopped.signal.aborted;
  }

  get signal(): AbortSignal {
    return this.#stopped.signal;
  }

  /** @param on what it is done on, by name */
  take(on: string, act: () => Promise<void>): void {
    this.begin(on, () =>
      this.#turns.take(on, async () => {
        if (!this.isOver) await act();
      }),
    );
  }

  /** As `take`, beside whatever else is done on it. */
  begin(on: string, act: () => Promise<void>): void {
    // The answer of whoever asked for it comes first; what that takes back has never been.
    setImmediate(() => {
      if (this.isOver) return;
      const work = this.#host.atWork();
      act()
        .catch((error: unknown) => {
          if (!this.isOver) this.#host.log.error(`${this.#service}: ${on} cannot go on`, error);
        })
        .finally(() => work[Symbol.dispose]());
    });
  }

  stop(): void {
    this.#stopped.abort();
  }
}

/** Why some work has failed; undefined when it has not. */
export const reasonOf = (work: Promise<void>): Promise<string | undefined> =>
  work.then(
    () => undefined,
    (error: Error) => error.message,
  );
