import { setTimeout as later } from "node:timers/promises";
import { MemoryStore } from "../memory-store.ts";
import type { FleetExperiment, GatewayReport, JournalEntry, LeaseRequest, Snapshot } from "../port.ts";
import { type Answers, type Channel, ChannelEnd } from "./channel.ts";

/** A worker that does not answer for so long is not waited for. */
const PATIENCE_MS = 5000;

/** The store of the workers of one process, which it keeps in its memory; they ask for it over their channels. */
export class WorkerFleet {
  readonly #store: MemoryStore;
  readonly #workers = new Set<ChannelEnd>();

  constructor(nowMs: () => number) {
    this.#store = new MemoryStore(nowMs);
  }

  /** Takes a worker in. @param further what else it may ask for */
  join(channel: Channel, further: Answers = {}): ChannelEnd {
    const worker: ChannelEnd = new ChannelEnd(channel, { ...this.#answersTo(() => worker), ...further });
    this.#workers.add(worker);
    return worker;
  }

  leave(worker: ChannelEnd): void {
    worker.close();
    this.#workers.delete(worker);
  }

  /** What the workers answer, all but one; who does not answer in time is left out. */
  async ask<T>(
    what: string,
    given?: unknown,
    { but, patienceMs = PATIENCE_MS }: { readonly but?: ChannelEnd; readonly patienceMs?: number } = {},
  ): Promise<T[]> {
    const asked = [...this.#workers].filter((worker) => worker !== but);
    const answers = await Promise.all(
      asked.map(async (worker) => {
        const patience = new AbortController();
        const nobody = later(patienceMs, undefined, { signal: patience.signal, ref: false }).catch(
          () => undefined,
        );
        const answer = worker.ask<T>(what, given).then(
          (value) => ({ value }),
          () => undefined,
        );
        return await Promise.race([answer, nobody]).finally(() => patience.abort());
      }),
    );
    return answers.flatMap((answer) => (answer === undefined ? [] : [answer.value]));
  }

  #answersTo(self: () => ChannelEnd): Answers {
    const store = this.#store;
    return {
      snapshot: (than: number) => store.snapshot(than),
      publish: async ({ snapshot, entries }: { snapshot: Snapshot; entries: readonly JournalEntry[] }) => {
        const isFirst = await store.publish(snapshot, entries);
        // Who has made a change may count on it everywhere.
        if (isFirst) await this.ask("hears", snapshot);
        return isFirst;
      },
      report: (report: GatewayReport) => store.report(report),
      gateways: (of?: readonly string[]) => store.gateways(of ?? undefined),
      counts: async () => {
        await this.ask("reports", undefined, { but: self() });
        return await store.counts();
      },
      lease: (requests: readonly LeaseRequest[]) => store.lease(requests),
      keepExperiment: (experiment: FleetExperiment) => store.keepExperiment(experiment),
      experiments: (most: number) => store.experiments(most),
      journal: (most: number) => store.journal(most),
      tidy: ({ rules, goneForMs }: { rules: readonly string[]; goneForMs: number }) =>
        store.tidy(rules, goneForMs),
    };
  }
}
