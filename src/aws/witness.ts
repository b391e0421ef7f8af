import type { Keeping } from "../core/storage.ts";

/**
 * Sees whether what somebody writes by the way is kept: who goes on for many turns, and nobody waits for, builds on what may be
 * lost with its turn.
 */
export class Witness {
  readonly #storage: Keeping;
  readonly #lost: () => void;
  #turn: Promise<void> | undefined;

  /** @param lost hears, each time, that a turn is lost in which something was written */
  constructor(storage: Keeping, lost: () => void) {
    this.#storage = storage;
    this.#lost = lost;
  }

  /** Something has been written in this turn. */
  wrote(): void {
    const turn = this.#storage.flushed();
    if (turn === this.#turn) return;
    this.#turn = turn;
    turn?.catch(this.#lost);
  }
}
