import {
  type AgedReport,
  type Counts,
  type FleetExperiment,
  type FleetStore,
  type GatewayReport,
  type JournalEntry,
  type LeaseAnswer,
  type LeaseRequest,
  LOST_MS,
  SHORT_MS,
  type Snapshot,
} from "./port.ts";
import { countsTogether, ruleOfLease } from "./rule-key.ts";

/** The journal and the experiments of a fleet that lives in one process; the oldest go first. */
const MOST_KEPT = 10_000;

/** Who holds how much of one thing, and when somebody asked for it in vain. */
interface Leased {
  readonly held: Map<string, number>;
  shortAtMs: number;
}

/** The store of a fleet in one process: for tests, simulations, and workers that share a port. */
export class MemoryStore implements FleetStore {
  readonly #nowMs: () => number;
  #newest: Snapshot | undefined;
  readonly #watchers = new Set<(version: number) => void>();
  readonly #reports = new Map<string, { readonly report: GatewayReport; readonly atMs: number }>();
  readonly #leases = new Map<string, Leased>();
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

  async lease(requests: readonly LeaseRequest[]): Promise<readonly LeaseAnswer[]> {
    return requests.map(({ of, gateway, total, wants, comesBack }) => {
      const nowMs = this.#nowMs();
      const leased = this.#leases.get(of) ?? { held: new Map(), shortAtMs: Number.NEGATIVE_INFINITY };
      this.#leases.set(of, leased);
      if (comesBack)
        for (const other of leased.held.keys()) if (this.#isLost(other)) leased.held.delete(other);
      const before = leased.held.get(gateway) ?? 0;
      const taken = leased.held.values().reduce((sum, units) => sum + units, 0);
      const got = wants < 0 ? Math.max(-before, wants) : Math.max(0, Math.min(wants, total - taken));
      leased.held.set(gateway, before + got);
      if (got < wants) leased.shortAtMs = nowMs;
      return { got: Math.max(0, got), isShort: nowMs - leased.shortAtMs < SHORT_MS };
    });
  }

  #isLost(gateway: string): boolean {
    const last = this.#reports.get(gateway);
    return last !== undefined && this.#nowMs() - last.atMs > LOST_MS;
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
    for (const of of this.#leases.keys()) if (!kept.has(ruleOfLease(of))) this.#leases.delete(of);
    for (const [gateway, { report, atMs }] of this.#reports) {
      const counts = Object.keys(report.counts).some((rule) => kept.has(rule));
      if (!counts && this.#nowMs() - atMs > goneForMs) this.#reports.delete(gateway);
    }
  }

  async close(): Promise<void> {}
}
