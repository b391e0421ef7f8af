import type { Bus, EndedCall } from "../../core/bus.ts";
import type { FaultDecision } from "../../core/fault.ts";
import type { Family, Labels, Sample } from "./exposition.ts";

/** How a call ended, for who looks from outside. */
type Ending = "ok" | "client-error" | "server-error" | "dropped" | "broken-off";

/** Upper bounds of durations, in seconds. */
const BOUNDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
/** Operations and rules have names that come from outside; what is beyond so many goes under `other`. */
const MOST_SERIES = 5000;

interface Series {
  readonly labels: Labels;
  value: number;
}

interface Histogram {
  readonly labels: Labels;
  readonly buckets: number[];
  sum: number;
  count: number;
}

/** Counts what the bus says of calls and faults, from its making on. */
export class CallMetrics {
  readonly #calls = new Map<string, Series>();
  readonly #durations = new Map<string, Histogram>();
  readonly #faults = new Map<string, Series>();
  readonly #delays = new Map<string, Series>();

  constructor(bus: Bus) {
    bus.subscribe("call.ended", (call) => this.#sees(call));
    bus.subscribe("fault.fired", (decision) => this.#fires(decision as FaultDecision));
    bus.subscribe("fault.delay", (delay) => {
      const { ruleId, ms } = delay as { ruleId: string; ms: number };
      this.#add(this.#delays, { rule: ruleId }, ms / 1000);
    });
  }

  *families(): Iterable<Family> {
    yield {
      name: "squall_calls_total",
      type: "counter",
      help: "Calls that have ended, by the rule that had a hand in it.",
      samples: samplesOf(this.#calls),
    };
    yield {
      name: "squall_call_duration_seconds",
      type: "histogram",
      help: "How long calls took.",
      samples: histogramSamples(this.#durations.values()),
    };
    yield {
      name: "squall_faults_total",
      type: "counter",
      help: "How often rules fired, at calls and at services' own points.",
      samples: samplesOf(this.#faults),
    };
    yield {
      name: "squall_fault_latency_seconds_total",
      type: "counter",
      help: "How much longer calls took for the rules that struck them.",
      samples: samplesOf(this.#delays),
    };
  }

  #sees(call: EndedCall): void {
    const { service, operation, durationMs, decisions, faultRuleId = "" } = call;
    const outcome = endingOf(call);
    const of = `${service}\n${operation}`;
    const calls = this.#calls.get(`${of}\n${outcome}\n${faultRuleId}`);
    if (calls) calls.value++;
    else this.#add(this.#calls, { service, operation, outcome, rule: faultRuleId }, 1);
    const histogram =
      this.#durations.get(of) ??
      found(this.#durations, { service, operation }, (labels) => ({
        labels,
        buckets: BOUNDS.map(() => 0),
        sum: 0,
        count: 0,
      }));
    const seconds = durationMs / 1000;
    histogram.sum += seconds;
    histogram.count++;
    for (let i = BOUNDS.length - 1; i >= 0 && seconds <= (BOUNDS[i] ?? 0); i--)
      histogram.buckets[i] = (histogram.buckets[i] ?? 0) + 1;
    // Those at services' points are told by themselves.
    for (const decision of decisions) if (decision.fired && decision.point === "api") this.#fires(decision);
  }

  #fires({ ruleId, effect, point, owner }: FaultDecision): void {
    this.#add(this.#faults, { rule: ruleId, effect, point, owner }, 1);
  }

  #add(series: Map<string, Series>, labels: Labels, by: number): void {
    found(series, labels, (labels) => ({ labels, value: 0 })).value += by;
  }
}

function endingOf({ status, dropped }: EndedCall): Ending {
  if (dropped === "broken-off") return dropped;
  if (dropped !== undefined || status === 0) return "dropped";
  if (status >= 500) return "server-error";
  return status >= 400 ? "client-error" : "ok";
}

function found<S>(all: Map<string, S>, labels: Labels, make: (labels: Labels) => S): S {
  const key = Object.values(labels).join("\n");
  const known = all.get(key);
  if (known !== undefined) return known;
  if (all.size >= MOST_SERIES) {
    const others = Object.fromEntries(Object.keys(labels).map((name) => [name, "other"]));
    const otherKey = Object.values(others).join("\n");
    if (key !== otherKey) return all.get(otherKey) ?? kept(all, otherKey, make(others));
  }
  return kept(all, key, make(labels));
}

function kept<S>(all: Map<string, S>, key: string, series: S): S {
  all.set(key, series);
  return series;
}

const samplesOf = (series: ReadonlyMap<string, Series>): Iterable<Sample> => series.values();

function* histogramSamples(histograms: Iterable<Histogram>): Iterable<Sample> {
  for (const { labels, buckets, sum, count } of histograms) {
    for (const [i, bound] of BOUNDS.entries())
      yield { suffix: "_bucket", labels: { ...labels, le: String(bound) }, value: buckets[i] ?? 0 };
    yield { suffix: "_bucket", labels: { ...labels, le: "+Inf" }, value: count };
    yield { suffix: "_sum", labels, value: sum };
    yield { suffix: "_count", labels, value: count };
  }
}
