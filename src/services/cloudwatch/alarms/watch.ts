import { onceSettled, untilKept } from "../../../aws/due.ts";
import type { Timer } from "../../../core/clock.ts";
import type { Cloudwatch } from "../cloudwatch.ts";
import { MathError } from "../math/syntax.ts";
import { isQueueDepth } from "../measurements/queue-depth.ts";
import { type Metric, metricCollection, metricKey, metricText, type Where } from "../metrics/metric.ts";
import { type Alarm, alarmCollection, type MetricAlarm, type MetricSettings } from "./alarm.ts";
import { EXTRA_PERIODS, judge } from "./evaluation.ts";
import { criteriaOf, periodOf, rangeOf, stepOf, watchedBy } from "./metric-alarm.ts";
import { reasonDataFor, reasonFor } from "./reason.ts";
import { Transitions } from "./transitions.ts";

/** How soon after it is made (or changed) an alarm is looked at for the first time. */
const FIRST_LOOK_MS = 1000;
/** A state that was set by hand stays at least as long. */
const SHORTEST_HOLD_MS = 60_000;

interface Watched {
  readonly where: Where;
  readonly name: string;
  readonly configuredAtMs: number;
  readonly metrics: readonly { where: Where; metric: Metric }[];
  readonly stepMs: number;
  /** Some of its metrics have to be asked for. */
  readonly samples: boolean;
  /** When it is looked at next; undefined while it has no data and nothing can change. */
  dueAtMs: number | undefined;
}

/**
 * Looks at metric alarms when a period of theirs has ended, and when a datapoint arrives that may change their state.
 * An alarm whose metrics are silent, and whose state says so already, costs nothing.
 */
export class Watch {
  readonly transitions: Transitions;
  readonly #cloudwatch: Cloudwatch;
  readonly #watched = new Map<string, Watched>();
  /** Who watches a metric. */
  readonly #byMetric = new Map<string, Set<Watched>>();
  #timer: { readonly atMs: number; readonly timer: Timer } | undefined;
  #stopped = false;

  constructor(cloudwatch: Cloudwatch) {
    this.#cloudwatch = cloudwatch;
    this.transitions = new Transitions(cloudwatch);
  }

  /** Takes up the alarms that are stored. */
  start(): void {
    for (const where of this.#cloudwatch.host.scopes())
      for (const alarm of this.#cloudwatch.host
        .store(where.account, where.region)
        .collection(alarmCollection)
        .values())
        this.put(where, alarm);
    this.transitions.start();
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.timer.cancel();
    this.#timer = undefined;
    this.transitions.stop();
  }

  /** An alarm is new, other than before, or gone, or that could not be kept: it is watched as it is kept. */
  look({ account, region }: Where, name: string): void {
    const where = { account, region };
    onceSettled(this.#cloudwatch.host.storage, () => {
      if (this.#stopped) return;
      const kept = this.#cloudwatch.host.store(account, region).collection(alarmCollection).get([name]);
      const watched = this.#watched.get(keyOf(where, name));
      if (!kept) this.remove(where, name);
      else if (!watched || watched.configuredAtMs !== kept.configuredAtMs) this.put(where, kept);
    });
  }

  /** An alarm is new or other than before. */
  put({ account, region }: Where, alarm: Alarm): void {
    // Whoever hands a call's context in must not have it kept, with the body of its request, as long as the alarm is there.
    const where = { account, region };
    this.remove(where, alarm.name);
    this.transitions.composites.put(where, alarm);
    if (alarm.kind !== "metric") return;
    const metrics = watchedBy(alarm, where);
    const watched: Watched = {
      where,
      name: alarm.name,
      configuredAtMs: alarm.configuredAtMs,
      metrics,
      samples: metrics.some(({ metric }) => isQueueDepth(metric)),
      stepMs: stepOf(alarm.settings) * 1000,
      dueAtMs: this.#cloudwatch.host.clock.now() + FIRST_LOOK_MS,
    };
    this.#watched.set(keyOf(where, alarm.name), watched);
    for (const { where: place, metric } of watched.metrics) {
      const text = metricText(place, metric);
      this.#byMetric.set(text, (this.#byMetric.get(text) ?? new Set()).add(watched));
    }
    this.#listen();
    this.#arm();
  }

  remove(where: Where, name: string): void {
    this.transitions.composites.remove(where, name);
    const key = keyOf(where, name);
    const watched = this.#watched.get(key);
    if (!watched) return;
    this.#watched.delete(key);
    for (const { where: place, metric } of watched.metrics) {
      const text = metricText(place, metric);
      const others = this.#byMetric.get(text);
      others?.delete(watched);
      if (others?.size === 0) this.#byMetric.delete(text);
    }
    this.#listen();
  }

  /** A state was set by hand: it stays for a period before the alarm is looked at again. */
  hold(where: Where, alarm: Alarm): void {
    const watched = this.#watched.get(keyOf(where, alarm.name));
    if (!watched || alarm.kind !== "metric") return;
    const holdMs = Math.max(SHORTEST_HOLD_MS, periodOf(alarm.settings) * 1000);
    watched.dueAtMs = nextBoundary(this.#cloudwatch.host.clock.now() + holdMs, watched.stepMs);
    this.#arm();
  }

  /** Datapoints have come: alarms on them wake up, and change at once when that is certain. */
  arrived(where: Where, metrics: readonly Metric[]): void {
    if (this.#byMetric.size === 0 || this.#stopped) return;
    const awake = new Set<Watched>();
    for (const metric of metrics)
      for (const watched of this.#byMetric.get(metricText(where, metric)) ?? []) awake.add(watched);
    for (const watched of awake) {
      this.#lookAhead(watched);
      watched.dueAtMs ??= nextBoundary(this.#cloudwatch.host.clock.now(), watched.stepMs);
    }
    if (awake.size > 0) this.#arm();
  }

  /** AWS's own metrics are only gathered at once while an alarm watches some of them. */
  #listen(): void {
    const namespaces = new Set<string>();
    for (const { metrics } of this.#watched.values())
      for (const { metric } of metrics)
        if (metric.namespace.startsWith("AWS/")) namespaces.add(metric.namespace);
    this.#cloudwatch.measurements.watch(namespaces);
  }

  #arm(): void {
    if (this.#stopped) return;
    let atMs = Number.POSITIVE_INFINITY;
    for (const { dueAtMs } of this.#watched.values())
      if (dueAtMs !== undefined) atMs = Math.min(atMs, dueAtMs);
    if (this.#timer && this.#timer.atMs === atMs) return;
    this.#timer?.timer.cancel();
    this.#timer = undefined;
    if (atMs === Number.POSITIVE_INFINITY) return;
    const { clock } = this.#cloudwatch.host;
    this.#timer = { atMs, timer: clock.setTimer(atMs - clock.now(), () => this.#ring()) };
  }

  #ring(): void {
    this.#timer = undefined;
    const nowMs = this.#cloudwatch.host.clock.now();
    const due = [...this.#watched.values()].filter(
      ({ dueAtMs }) => dueAtMs !== undefined && dueAtMs <= nowMs,
    );
    untilKept(this.#cloudwatch.host, () => this.#lookAt(due));
  }

  /** Looks at alarms that are due, unless they are not there any more. */
  #lookAt(due: readonly Watched[]): void {
    if (this.#stopped) return;
    try {
      this.#cloudwatch.measurements.flush();
    } catch (error) {
      // A full store: the alarms are looked at all the same, and again.
      this.#cloudwatch.host.log.error("What services measured could not be kept.", error);
    }
    const nowMs = this.#cloudwatch.host.clock.now();
    for (const watched of due) {
      if (this.#watched.get(keyOf(watched.where, watched.name)) !== watched) continue;
      const settled = this.#look(watched) && !watched.samples;
      if (watched.samples) void this.#cloudwatch.queueDepths.sample(watched.metrics);
      watched.dueAtMs = settled ? undefined : nextBoundary(nowMs, watched.stepMs);
    }
    this.#arm();
  }

  /** Looks at the periods that have ended. True when only new datapoints can change something. */
  #look(watched: Watched): boolean {
    const alarm = this.#alarm(watched);
    if (!alarm) return true;
    const nowMs = this.#cloudwatch.host.clock.now();
    const endMs = lastBoundary(nowMs, watched.stepMs);
    const state = this.#judge(watched, alarm, endMs);
    // The first look falls into a period: it must not take back what that period says already.
    const isUnderWay = nowMs > endMs && state?.value !== "ALARM";
    if (isUnderWay && this.#judge(watched, alarm, endMs + watched.stepMs)?.value === "ALARM") return false;
    if (state !== undefined && state.value !== alarm.state.value) {
      this.transitions.change(watched.where, alarm, state);
      return false;
    }
    const length = alarm.settings.EvaluationPeriods + EXTRA_PERIODS;
    return (
      watched.metrics.length > 0 && this.#isSilent(watched, endMs - length * periodOf(alarm.settings) * 1000)
    );
  }

  /** Looks at the period that is under way too: more data can only make what it finds more so. */
  #lookAhead(watched: Watched): void {
    const alarm = this.#alarm(watched);
    if (!alarm) return;
    const { clock } = this.#cloudwatch.host;
    const state = this.#judge(watched, alarm, lastBoundary(clock.now(), watched.stepMs) + watched.stepMs);
    if (!state || state.value === alarm.state.value) return;
    const isCertain =
      state.value === "ALARM" ? alarmsEarly(alarm.settings) : alarm.state.value === "INSUFFICIENT_DATA";
    if (isCertain) this.transitions.change(watched.where, alarm, state);
  }

  #judge(watched: Watched, alarm: MetricAlarm, endMs: number) {
    const criteria = criteriaOf(alarm);
    try {
      const range = rangeOf(this.#cloudwatch, alarm, watched.where, endMs);
      const verdict = judge(range, criteria);
      if (!verdict.state) return undefined;
      return {
        value: verdict.state,
        reason: reasonFor(verdict.state, verdict, criteria, alarm.settings),
        reasonData: reasonDataFor(verdict, alarm.settings, {
          queryMs: this.#cloudwatch.host.clock.now(),
          endMs,
          periodSeconds: periodOf(alarm.settings),
        }),
      };
    } catch (error) {
      if (error instanceof MathError)
        return { value: "INSUFFICIENT_DATA" as const, reason: `Error in expression: ${error.message}` };
      throw error;
    }
  }

  #isSilent({ metrics }: Watched, sinceMs: number): boolean {
    return metrics.every(({ where, metric }) => {
      const store = this.#cloudwatch.host.store(where.account, where.region);
      const record = store.collection(metricCollection).get(metricKey(metric));
      return !record || record.newestAtMs < sinceMs;
    });
  }

  #alarm({ where, name }: Watched): MetricAlarm | undefined {
    const alarm = this.#cloudwatch.host
      .store(where.account, where.region)
      .collection(alarmCollection)
      .get([name]);
    return alarm?.kind === "metric" ? alarm : undefined;
  }
}

/** Can the rest of a period not take back what its beginning says? Where it could, the alarm waits for the end. */
function alarmsEarly({ ComparisonOperator, Statistic, ExtendedStatistic = "" }: MetricSettings): boolean {
  if (ComparisonOperator.startsWith("Greater")) return Statistic !== "Minimum";
  return Statistic === "Average" || Statistic === "Minimum" || /^p\d/.test(ExtendedStatistic);
}

const keyOf = ({ account, region }: Where, name: string) => `${account} ${region} ${name}`;
const lastBoundary = (ms: number, stepMs: number) => Math.floor(ms / stepMs) * stepMs;
const nextBoundary = (ms: number, stepMs: number) => lastBoundary(ms, stepMs) + stepMs;
