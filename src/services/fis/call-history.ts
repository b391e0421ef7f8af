import type { CallRecord } from "../../core/bus.ts";
import type { Place } from "./ids.ts";
import { Tallies, type Tally } from "./tally.ts";

/** A call as it is remembered for reports. */
export interface PastCall {
  readonly service: string;
  readonly operation: string;
  readonly account: string;
  readonly region: string;
  readonly startedAt: number;
  readonly durationMs: number;
  readonly status: number;
}

const REMEMBERED_CALLS = 20_000;

/** The last calls of the cloud, so that a report can say what was before an experiment and after it. */
export class CallHistory {
  readonly #ring: PastCall[] = [];
  #next = 0;

  add({ service, operation, account, region, startedAt, durationMs, status }: CallRecord): void {
    this.#ring[this.#next] = { service, operation, account, region, startedAt, durationMs, status };
    this.#next = (this.#next + 1) % REMEMBERED_CALLS;
  }

  /** The calls that started in a stretch of time, counted. */
  between(fromMs: number, toMs: number, isMeant: (call: PastCall) => boolean): Tally[] {
    const tallies = new Tallies();
    for (const call of this.#ring) {
      if (call.startedAt >= fromMs && call.startedAt < toMs && isMeant(call)) tallies.add(call, false);
    }
    return tallies.list();
  }
}

/** Calls in the accounts and the region of an experiment; FIS's own, and those to its helpers, are no evidence. */
export function inPlace(accounts: readonly string[], { region }: Place) {
  return (call: Pick<PastCall, "service" | "account" | "region">): boolean =>
    call.service !== "fis" && call.region === region && accounts.includes(call.account);
}
