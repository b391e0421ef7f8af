import { BoundedMap } from "../core/bounded-map.ts";
import type { Clock } from "../core/clock.ts";
import { isOut } from "./gateway-state.ts";
import type { AgedReport, Counts, FleetExperiment, FleetStore } from "./port.ts";

const MOST_KEPT = 1000;
/** What all gateways have counted is reported by then: each does so every five seconds. */
const REPORTED_MS = 10_000;
/** So long it is told that an experiment was lost. */
const LOST_TOLD_MS = 24 * 60 * 60_000;

export interface ExperimentsOptions {
  readonly store: FleetStore;
  readonly gateway: string;
  readonly name: () => string;
  readonly clock: Clock;
  readonly pace: Clock;
  /** The rules that an experiment has in the fleet now, as counts name them. */
  readonly rulesOf: (arn: string) => readonly string[];
  readonly counts: () => Promise<Counts>;
}

/** Experiments as the fleet hears of them: those that run on this gateway it tells, those that were lost with another it ends. */
export class Experiments {
  readonly #options: ExperimentsOptions;
  readonly #own = new BoundedMap<FleetExperiment>(MOST_KEPT);

  constructor(options: ExperimentsOptions) {
    this.#options = options;
  }

  /** One that runs here is in another state. */
  ran({ arn, status, reason }: { arn: string; status: string; reason?: string }): void {
    const { clock, name, gateway } = this.#options;
    const before = this.#own.get(arn);
    const isOver = ["completed", "stopped", "failed", "cancelled"].includes(status);
    const experiment: FleetExperiment = {
      arn,
      gateway: name(),
      heldBy: gateway,
      status,
      ...(reason !== undefined && { reason }),
      startedAtMs: before?.startedAtMs ?? clock.now(),
      ...(isOver && { endedAtMs: clock.now() }),
      rules: this.#rulesOf(arn, before),
    };
    this.#keep(experiment);
    if (isOver) this.#countLater(experiment);
  }

  /** Rules have come into the fleet's snapshot: whoever counts their strikes has to know whose they are, also when this gateway is lost. */
  haveRules(arns: Iterable<string>): void {
    for (const arn of new Set(arns)) {
      const before = this.#own.get(arn);
      if (before === undefined || before.endedAtMs !== undefined) continue;
      const rules = this.#rulesOf(arn, before);
      if (rules.length > before.rules.length) this.#keep({ ...before, rules });
    }
  }

  /** The newest experiments on any gateway; those of gateways that are lost have ended with them. @throws what the store says */
  async newest(most: number): Promise<readonly FleetExperiment[]> {
    const { store, gateway, clock } = this.#options;
    const all = await store.experiments(most);
    const running = all.filter(({ endedAtMs, heldBy }) => endedAtMs === undefined && heldBy !== gateway);
    const holders = new Set(running.flatMap(({ heldBy }) => heldBy ?? []));
    const reports = holders.size === 0 ? [] : await store.gateways([...holders]);
    const heard = new Map(reports.map((report) => [report.gateway, report]));
    const told = all.map((experiment) =>
      running.includes(experiment) ? this.#unlessLost(experiment, heard) : experiment,
    );
    return told.filter(
      ({ status, endedAtMs = 0 }) => status !== LOST || endedAtMs > clock.now() - LOST_TOLD_MS,
    );
  }

  #unlessLost(experiment: FleetExperiment, heard: ReadonlyMap<string, AgedReport>): FleetExperiment {
    const { clock, store } = this.#options;
    const { heldBy } = experiment;
    const report = heldBy === undefined ? undefined : heard.get(heldBy);
    if (heldBy === undefined || (report && !isOut(report))) return experiment;
    const lost: FleetExperiment = {
      ...experiment,
      status: LOST,
      reason: "It was lost with its gateway.",
      endedAtMs: clock.now() - (report?.ageMs ?? 0),
    };
    void store.keepExperiment(lost).catch(() => {});
    this.#countLater(lost);
    return lost;
  }

  #rulesOf(arn: string, before: FleetExperiment | undefined): string[] {
    return [...new Set([...(before?.rules ?? []), ...this.#options.rulesOf(arn)])];
  }

  #keep(experiment: FleetExperiment): void {
    this.#own.set(experiment.arn, experiment);
    void this.#options.store.keepExperiment(experiment).catch(() => {});
  }

  /** The other gateways report what they have counted with their next beats. */
  #countLater(experiment: FleetExperiment): void {
    this.#options.pace.setTimer(REPORTED_MS, () => void this.#count(experiment).catch(() => {}));
  }

  async #count(experiment: FleetExperiment): Promise<void> {
    const counts = await this.#options.counts();
    const { matched, fired } = counted(counts, experiment.rules);
    await this.#options.store.keepExperiment({ ...experiment, struck: [matched, fired] });
  }
}

/** How often these rules were met, and have struck, all together. */
export function counted(counts: Counts, rules: readonly string[]): { matched: number; fired: number } {
  let [matched, fired] = [0, 0];
  for (const rule of rules) {
    matched += counts[rule]?.[0] ?? 0;
    fired += counts[rule]?.[1] ?? 0;
  }
  return { matched, fired };
}

const LOST = "lost";
