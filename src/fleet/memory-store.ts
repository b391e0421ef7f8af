import type {
  AgedReport,
  Counts,
  FleetExperiment,
  FleetStore,
  GatewayReport,
  JournalEntry,
  LeaseRequest,
  Snapshot,
} from "./port.ts";
import { countsTogether, ruleOfLease } from "./rule-key.ts";

/** The journal and the experiments of a fleet that lives in one process; the oldest go first. */
const MOST_KEPT = 10_000;

/** The store of a fleet in one process: for tests, simulations, and workers that share a port. */
export class MemoryStore implements FleetStore {
  readonly #nowMs: () => number;
  #newest: Snapshot | undefined;
  readonly #watchers = new Set<(version: number) => void>();
  readonly #reports = new Map<string, { readonly report: GatewayReport; readonly atMs: number }>();
  /** How much of each lease has been given away. */
  readonly #taken = new Map<string, number>();
  readonly #experiments = new Map<string, FleetExperiment>();
  #journal: JournalEntry[] = [];

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  async snapshot(than: number): Promise<Snapshot | undefined> {
    return this.#newest !== undefined && this.#newest.version > than ? this.#newest : undefined;
  }

  async publish(snapshot: Snapshot, entries: readonly JournalEntry[]): Promise<boolean> {
    if (snapshot.version !== (this.#newest?.version ?? 0) + 1) return false;
    this.#newest = snapshot;
    this.#journal = [...entries.toReversed(), ...this.#journal].slice(0, MOST_KEPT);
    for (const hear of this.#watchers) hear(snapshot.version);
    return true;
  }

  async watch(hear: (version: number) => void): Promise<() => void> {
    // A watcher of its own each time, also for a function that watches twice.
    const watcher = (version: number) => hear(version);
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  async report(report: GatewayReport): Promise<void> {
    this.#reports.set(report.gateway, { report, atMs: this.#nowMs() });
  }

  async gateways(of?: readonly string[]): Promise<readonly AgedReport[]> {
    return [...this.#reports.values()]
      .filter(({ report }) => of === undefined || of.includes(report.gateway))
      .map(({ report: { counts: _counts, ...report }, atMs }) => ({
        ...report,
        ageMs: this.#nowMs() - atMs,
      }));
  }

  async counts(): Promise<Counts> {
    return countsTogether([...this.#reports.values()].map(({ report }) => report.counts));
  }

  async lease(requests: readonly LeaseRequest[]): Promise<readonly number[]> {
    return requests.map(({ of, total, wants }) => {
      const taken = this.#taken.get(of) ?? 0;
      const given = Math.max(-taken, Math.min(wants, total - taken));
      this.#taken.set(of, taken + given);
      return Math.max(0, given);
    });
  }

  async keepExperiment(experiment: FleetExperiment): Promise<void> {
    this.#experiments.set(experiment.arn, experiment);
    const [oldest] = this.#experiments.keys();
    if (this.#experiments.size > MOST_KEPT && oldest !== undefined) this.#experiments.delete(oldest);
  }

  async experiments(most: number): Promise<readonly FleetExperiment[]> {
    return [...this.#experiments.values()].sort((a, b) => b.startedAtMs - a.startedAtMs).slice(0, most);
  }

  async journal(most: number): Promise<readonly JournalEntry[]> {
    return this.#journal.slice(0, most);
  }

  async tidy(rules: readonly string[], goneForMs: number): Promise<void> {
    const kept = new Set(rules);
    for (const of of this.#taken.keys()) if (!kept.has(ruleOfLease(of))) this.#taken.delete(of);
    for (const [gateway, { report, atMs }] of this.#reports) {
      const counts = Object.keys(report.counts).some((rule) => kept.has(rule));
      if (!counts && this.#nowMs() - atMs > goneForMs) this.#reports.delete(gateway);
    }
  }

  async close(): Promise<void> {}
}
