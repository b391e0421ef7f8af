import assert from "node:assert/strict";

/** A client that writes to one service until the server is killed, and knows what was acknowledged to it. */
export interface Lane {
  readonly name: string;
  /** Makes what the writes go to. Called once. */
  setup(): Promise<void>;
  /** The n-th write. Rejects when the server is gone. */
  write(n: number): Promise<void>;
  /** With the server up again: nothing acknowledged is lost, nothing is half done. */
  verify(): Promise<void>;
}

/** Numbers of writes never repeat between rounds. */
export const WRITES_A_ROUND = 1000;

/** How many of the writes of earlier rounds are looked at again in each. */
const SAMPLE = 5;
/** How many are left where they are: accounts have quotas. */
const MOST_KEPT = 60;

/** The names that were acknowledged: all of the last round's, and some of those before, are still there. */
export class Acknowledged {
  readonly #earlier: string[] = [];
  readonly #fresh: string[] = [];
  readonly #lane: string;

  constructor(lane: string) {
    this.#lane = lane;
  }

  has(name: string): boolean {
    return this.#fresh.includes(name) || this.#earlier.includes(name);
  }

  add(name: string): void {
    this.#fresh.push(name);
  }

  /** @param remove takes away what has been looked for often enough */
  async verify(
    isThere: (name: string) => Promise<unknown>,
    remove?: (name: string) => Promise<unknown>,
  ): Promise<void> {
    const sample = Array.from({ length: Math.min(SAMPLE, this.#earlier.length) }, () =>
      this.#earlier.at(Math.floor(Math.random() * this.#earlier.length)),
    );
    for (const name of [...this.#fresh, ...sample]) {
      assert.ok(
        await isThere(name!).catch((error) => assert.fail(`${this.#lane}: ${name} is lost: ${error}`)),
      );
    }
    this.#earlier.push(...this.#fresh.splice(0));
    if (!remove) return;
    for (const name of this.#earlier.splice(0, this.#earlier.length - MOST_KEPT)) await remove(name);
  }
}

/** Something counted up by one at a time: what is there is what was acknowledged, or one more that was on its way. */
export class Counter {
  #acknowledged = 0;
  readonly #lane: string;

  constructor(lane: string) {
    this.#lane = lane;
  }

  count(): void {
    this.#acknowledged++;
  }

  verify(found: number): void {
    assert.ok(
      found === this.#acknowledged || found === this.#acknowledged + 1,
      `${this.#lane}: ${found} is there, ${this.#acknowledged} were acknowledged`,
    );
    this.#acknowledged = found;
  }
}
