import type { ServiceHost } from "../../core/service.ts";
import { defineCollection, type Store } from "../../core/storage.ts";
import { callsBetween, inPlace } from "./call-history.ts";
import type { Course } from "./course.ts";
import { Evidence, type Findings } from "./evidence.ts";
import { EXPERIMENTS, type Experiment, isOver } from "./experiment.ts";
import { arnOf, type Place } from "./ids.ts";
import { type Journal, journal } from "./journal.ts";
import type { Tally } from "./tally.ts";
import { targetedAccounts } from "./targets.ts";

/** What an experiment showed. */
export interface Report {
  readonly experiment: Experiment;
  readonly arn: string;
  readonly place: Place;
  /** The seed with which the same experiment goes the same way. */
  readonly seed: string;
  readonly before: readonly Tally[];
  readonly after: readonly Tally[];
  /** The calls before and after, for as long as it lasted each, in their course; that during it is among the findings. */
  readonly courseBefore?: Course | undefined;
  readonly courseAfter?: Course | undefined;
  readonly findings: Findings;
}

interface Kept {
  readonly before: readonly Tally[];
  readonly courseBefore?: Course | undefined;
  readonly findings: Findings;
}

/** By experiment. */
const KEPT = defineCollection<Kept>({ name: "reports" });
const NO_FINDINGS: Findings = { during: [], strikes: [], strikeCount: 0, byAction: {} };
/** Experiments whose struck calls are followed on after their end. */
const FOLLOWED = 20;

export function forgetReport(store: Store, experimentId: string): void {
  store.collection(KEPT).delete([experimentId]);
}

/** Collects the evidence of experiments from the calls on the bus, and makes reports of it. */
export class Reports {
  readonly #host: ServiceHost;
  /** By ARN, the newest last. */
  readonly #evidence = new Map<string, Evidence>();
  readonly #unsubscribe: readonly (() => void)[];

  constructor(host: ServiceHost) {
    this.#host = host;
    this.#unsubscribe = [
      host.bus.subscribe("call", (call) => {
        for (const evidence of this.#evidence.values()) evidence.add(call);
      }),
      host.bus.subscribe("fault.fired", (event) => {
        const decision = event as Parameters<Evidence["addInBackground"]>[0] & { callId?: string };
        if (decision.callId !== undefined) return;
        for (const evidence of this.#evidence.values()) evidence.addInBackground(decision, host.clock.now());
      }),
    ];
  }

  close(): void {
    for (const leave of this.#unsubscribe) leave();
  }

  journalOf({ id, arn, place }: { id: string; arn: string; place: Place }): Journal {
    let evidence: Evidence | undefined;
    return journal({
      experimentStarted: (experiment) => {
        evidence = new Evidence(arn, inPlace(targetedAccounts(experiment, place), place));
        this.#evidence.set(arn, evidence);
        const [oldest] = this.#evidence.keys();
        if (this.#evidence.size > FOLLOWED && oldest !== undefined) this.#evidence.delete(oldest);
      },
      ruleAdded: (name, { id: ruleId }) => evidence?.ruleAdded(name, ruleId),
      experimentEnded: (experiment) => {
        evidence?.end();
        this.#keep(experiment, place, id, evidence);
      },
    });
  }

  /** undefined when there is no such experiment in any account and region. */
  find(id: string): Report | undefined {
    for (const place of this.#host.scopes()) {
      const experiment = this.#host.store(place.account, place.region).collection(EXPERIMENTS).get([id]);
      if (experiment) return this.#report(experiment, place);
    }
    return undefined;
  }

  #report(experiment: Experiment, place: Place): Report {
    const arn = arnOf("experiment", experiment.id, place);
    const kept = this.#host.store(place.account, place.region).collection(KEPT).get([experiment.id]);
    const live = this.#evidence.get(arn);
    const { startedAtMs, endedAtMs } = experiment;
    const lastedMs = (endedAtMs ?? this.#host.clock.now()) - startedAtMs;
    const isMeant = inPlace(targetedAccounts(experiment, place), place);
    const between = (fromMs: number, toMs: number) => callsBetween(this.#host.calls(), fromMs, toMs, isMeant);
    const before = kept ? undefined : between(startedAtMs - lastedMs, startedAtMs);
    const after = endedAtMs === undefined ? undefined : between(endedAtMs, endedAtMs + lastedMs);
    return {
      experiment,
      arn,
      place,
      seed: this.#host.random.seed,
      before: kept?.before ?? before?.tallies ?? [],
      after: after?.tallies ?? [],
      courseBefore: kept?.courseBefore ?? before?.course,
      courseAfter: after?.course,
      findings: live?.findings() ?? kept?.findings ?? NO_FINDINGS,
    };
  }

  /** What happened before an experiment is forgotten in time: it is kept with what happened during it. */
  #keep(experiment: Experiment, place: Place, id: string, evidence: Evidence | undefined): void {
    if (!isOver(experiment.state.status)) return;
    const { before, courseBefore } = this.#report(experiment, place);
    const findings = evidence?.findings() ?? NO_FINDINGS;
    const kept = { before, findings, ...(courseBefore && { courseBefore }) };
    this.#host.store(place.account, place.region).collection(KEPT).put([id], kept);
  }
}
