import { createHash } from "node:crypto";
import { defineCollection } from "../../core/storage.ts";
import { idempotentMismatch, transactionInProgress } from "./errors.ts";
import type { Region } from "./region.ts";

/** Requests by their token, kept for ten minutes. */
const tokens = defineCollection<{ hash: string; atMs: number }>({
  name: "transaction-tokens",
  indexes: { time: ({ atMs }) => [atMs] },
});
const KEPT_MS = 10 * 60 * 1000;

const underWay = new WeakMap<Region, Set<string>>();

/** A transaction's idempotency token: the same request within ten minutes is answered without being carried out again. */
export class TransactionToken {
  readonly #region: Region;
  readonly #token: string | undefined;
  readonly #hash: string;
  readonly #underWay: Set<string>;
  /** True when the transaction has been carried out already. */
  readonly isRepeated: boolean;

  /** Throws IdempotentParameterMismatchException or TransactionInProgressException. */
  constructor(region: Region, token: string | undefined, hash: string) {
    this.#region = region;
    this.#token = token;
    this.#hash = hash;
    let running = underWay.get(region);
    if (!running) {
      running = new Set();
      underWay.set(region, running);
    }
    this.#underWay = running;
    if (token === undefined) {
      this.isRepeated = false;
      return;
    }
    if (running.has(token)) throw transactionInProgress();
    const known = region.store.collection(tokens).get([token]);
    const counts = known !== undefined && region.host.clock.now() - known.atMs < KEPT_MS;
    if (counts && known.hash !== this.#hash) throw idempotentMismatch();
    this.isRepeated = counts;
    if (!this.isRepeated) running.add(token);
  }

  /** The transaction has been carried out. */
  keep(): void {
    if (this.#token === undefined) return;
    const rows = this.#region.store.collection(tokens);
    const nowMs = this.#region.host.clock.now();
    const old = [...rows.by("time").keys({ before: [nowMs - KEPT_MS], limit: 10 })];
    for (const { primary } of old) rows.delete(primary);
    rows.put([this.#token], { hash: this.#hash, atMs: nowMs });
  }

  /** The transaction is over, however it ended. */
  release(): void {
    if (this.#token !== undefined && !this.isRepeated) this.#underWay.delete(this.#token);
  }
}

/** What a request is known by: that of the same parts, added in their order. */
export class RequestHash {
  readonly #hash = createHash("sha1");

  add(part: unknown): this {
    this.#hash.update(canonical(part));
    return this;
  }

  end(): string {
    return this.#hash.digest("hex");
  }
}

/** A request as text in which the order of its maps' keys does not matter. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part) && !(part instanceof Uint8Array)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
