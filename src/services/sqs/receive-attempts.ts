import type { Entry } from "./entry.ts";

/** How long a ReceiveRequestAttemptId is remembered. */
const ATTEMPT_INTERVAL_MS = 5 * 60_000;

interface Attempt {
  readonly expiresAtMs: number;
  /** What was received, with the receive count that it had then. */
  readonly received: readonly { readonly entry: Entry; readonly receiveCount: number }[];
}

/**
 * Receives of a FIFO queue that can be repeated: the same ReceiveRequestAttemptId gets the same messages and handles, as long as
 * none of them was deleted, became visible or was given another visibility timeout.
 */
export class ReceiveAttempts {
  readonly #attempts = new Map<string, Attempt>();

  /** The messages of an earlier attempt that can be given again. */
  find(attemptId: string, nowMs: number): readonly Entry[] | undefined {
    const attempt = this.#attempts.get(attemptId);
    if (!attempt) return undefined;
    const isWhole = attempt.received.every(
      ({ entry, receiveCount }) =>
        entry.state === "inflight" && entry.visibleAtMs > nowMs && entry.receiveCount === receiveCount,
    );
    if (attempt.expiresAtMs > nowMs && isWhole) return attempt.received.map(({ entry }) => entry);
    this.#attempts.delete(attemptId);
    return undefined;
  }

  remember(attemptId: string, entries: readonly Entry[], nowMs: number): void {
    for (const [id, { expiresAtMs }] of this.#attempts) {
      if (expiresAtMs > nowMs) break;
      this.#attempts.delete(id);
    }
    const received = entries.map((entry) => ({ entry, receiveCount: entry.receiveCount }));
    this.#attempts.set(attemptId, { expiresAtMs: nowMs + ATTEMPT_INTERVAL_MS, received });
  }

  /** A message was deleted or its visibility changed: attempts that gave it cannot be repeated. */
  forget(entry: Entry): void {
    for (const [id, { received }] of this.#attempts) {
      if (received.some((one) => one.entry === entry)) this.#attempts.delete(id);
    }
  }

  clear(): void {
    this.#attempts.clear();
  }
}
