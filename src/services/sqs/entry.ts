/** `ready` to be received, `delayed` (not yet to be received), `inflight` (received, not yet deleted), or `gone`. */
export type EntryState = "ready" | "delayed" | "inflight" | "gone";

/** What is kept in memory of a message: enough to find the next one to deliver. The message itself is in the store. */
export interface Entry {
  /** The message's place in the queue, and its key in the store. */
  readonly sequence: number;
  /** Its place among those to be delivered: the sequence, unless a fault has put it behind others. */
  order: number;
  readonly sentAtMs: number;
  state: EntryState;
  /** When it becomes ready; for one that is ready, a moment that has passed. */
  visibleAtMs: number;
  /** When it was last received: the beginning of the 12 hours that it can stay invisible. */
  receivedAtMs: number;
  receiveCount: number;
  readonly groupId: string | undefined;
  /** A fault has had its chance with this message already; it is delivered next time. */
  faulted: boolean;
  /** How often it had been received when a receiver gave it back before its time. */
  returnedAt?: number;
}

/** One that is ready, as it was sent. */
export function newEntry(sequence: number, sentAtMs: number): Entry {
  return {
    sequence,
    order: sequence,
    sentAtMs,
    state: "ready",
    visibleAtMs: sentAtMs,
    receivedAtMs: 0,
    receiveCount: 0,
    groupId: undefined,
    faulted: false,
  };
}
