import type { CallRecord } from "../../core/bus.ts";
import { Durations } from "./durations.ts";

/** What came of the calls of one operation. */
export interface Tally {
  readonly service: string;
  readonly operation: string;
  calls: number;
  /** Calls that ended with an error or a dropped connection, injected or not. */
  errors: number;
  /** Calls that a rule of the experiment struck. */
  struck: number;
  totalMs: number;
  longestMs: number;
  /** What half of them, and 99 of 100, took at the most, within a tenth. */
  p50Ms?: number;
  p99Ms?: number;
}

/** Calls counted by service and operation. */
export class Tallies {
  readonly #byOperation = new Map<string, Tally>();
  readonly #durations = new Map<string, Durations>();

  add(call: Pick<CallRecord, "service" | "operation" | "status" | "durationMs">, isStruck: boolean): void {
    const key = `${call.service}.${call.operation}`;
    let tally = this.#byOperation.get(key);
    if (tally === undefined) {
      const { service, operation } = call;
      tally = { service, operation, calls: 0, errors: 0, struck: 0, totalMs: 0, longestMs: 0 };
      this.#byOperation.set(key, tally);
      this.#durations.set(key, new Durations());
    }
    this.#durations.get(key)?.add(call.durationMs);
    tally.calls++;
    if (isError(call)) tally.errors++;
    if (isStruck) tally.struck++;
    tally.totalMs += call.durationMs;
    tally.longestMs = Math.max(tally.longestMs, call.durationMs);
  }

  /** The busiest first. */
  list(): Tally[] {
    return [...this.#byOperation]
      .map(([key, tally]) => ({
        ...tally,
        p50Ms: this.#durations.get(key)?.percentile(0.5) ?? 0,
        p99Ms: this.#durations.get(key)?.percentile(0.99) ?? 0,
      }))
      .sort((a, b) => b.calls - a.calls);
  }
}

/** A dropped connection has the status 0. */
export function isError({ status }: Pick<CallRecord, "status">): boolean {
  return status === 0 || status >= 400;
}
