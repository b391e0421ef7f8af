import type {
  AgedReport,
  Counts,
  FleetExperiment,
  FleetStore,
  GatewayReport,
  JournalEntry,
  LeaseAnswer,
  LeaseRequest,
  Snapshot,
} from "../port.ts";
import type { Answers, ChannelEnd } from "./channel.ts";

/** The store of a worker: the one that its primary process keeps, asked over the channel between them. */
export class ChannelStore implements FleetStore {
  readonly #ask: ChannelEnd["ask"];
  readonly #watchers = new Set<(version: number) => void>();
  /** The newest that was sent here: it is there before it is asked for. */
  #newest: Snapshot | undefined;
  #report: (() => Promise<void>) | undefined;
  /** What the primary process asks of a worker for it. */
  readonly answers: Answers = {
    hears: (snapshot: Snapshot) => this.#hears(snapshot),
    reports: async () => await this.#report?.(),
  };

  /** @param ask asks the primary process */
  constructor(ask: ChannelEnd["ask"]) {
    this.#ask = ask;
  }

  async snapshot(than: number): Promise<Snapshot | undefined> {
    if (this.#newest !== undefined && this.#newest.version > than) return this.#newest;
    return (await this.#ask<Snapshot | null>("snapshot", than)) ?? undefined;
  }

  async publish(snapshot: Snapshot, entries: readonly JournalEntry[]): Promise<boolean> {
    return await this.#ask("publish", { snapshot, entries });
  }

  async watch(hear: (version: number) => void): Promise<() => void> {
    const watcher = (version: number) => hear(version);
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  async whenCounted(report: () => Promise<void>): Promise<void> {
    this.#report = report;
  }

  async report(report: GatewayReport): Promise<void> {
    await this.#ask("report", report);
  }

  async gateways(of?: readonly string[]): Promise<readonly AgedReport[]> {
    return await this.#ask("gateways", of);
  }

  async counts(): Promise<Counts> {
    return await this.#ask("counts");
  }

  async lease(requests: readonly LeaseRequest[]): Promise<readonly LeaseAnswer[]> {
    return await this.#ask("lease", requests);
  }

  async keepExperiment(experiment: FleetExperiment): Promise<void> {
    await this.#ask("keepExperiment", experiment);
  }

  async experiments(most: number): Promise<readonly FleetExperiment[]> {
    return await this.#ask("experiments", most);
  }

  async journal(most: number): Promise<readonly JournalEntry[]> {
    return await this.#ask("journal", most);
  }

  async tidy(rules: readonly string[], goneForMs: number): Promise<void> {
    await this.#ask("tidy", { rules, goneForMs });
  }

  /** The channel stays: what else goes by it does not end with the store. */
  async close(): Promise<void> {
    this.#watchers.clear();
    this.#report = undefined;
  }

  /** Resolves when who watches has had its turn: what was sent is in force then. */
  #hears(snapshot: Snapshot): Promise<void> {
    if (snapshot.version > (this.#newest?.version ?? 0)) this.#newest = snapshot;
    for (const hear of this.#watchers) hear(snapshot.version);
    return new Promise((resolve) => setImmediate(resolve));
  }
}
