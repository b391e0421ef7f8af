import type { ServiceHost } from "../../../core/service.ts";
import { type Collection, defineCollection, type Store } from "../../../core/storage.ts";
import { type Aggregate, merge } from "../statistics/aggregate.ts";
import { type Metric, type MetricKey, metricCollection, metricKey, type Where } from "./metric.ts";

/** A unit's values in one minute (or second, or five minutes, or hour). Key: [...metricKey, epoch seconds, unit]. */
const minuteCollection = defineCollection<Aggregate>({ name: "minutes" });
/** Data of a storage resolution of one second, beside its minute. */
const secondCollection = defineCollection<Aggregate>({ name: "seconds" });

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;
/** What is older than `afterSeconds` is kept in steps of `stepSeconds` only. */
const COARSER = [
  { afterSeconds: 63 * DAY, stepSeconds: HOUR },
  { afterSeconds: 15 * DAY, stepSeconds: 5 * MINUTE },
] as const;
const KEPT_SECONDS = 455 * DAY;
const SECONDS_KEPT = 3 * HOUR;
const SWEEP_EVERY_SECONDS = HOUR;

/** What is asked of a metric. Times in epoch milliseconds; the end is not included. */
export interface Reading {
  readonly startMs: number;
  readonly endMs: number;
  readonly periodSeconds: number;
  readonly unit?: string;
}

/** Values of one period. `Unit` "None" when none was given. */
export interface Bucket {
  readonly atMs: number;
  readonly units: ReadonlyMap<string, Aggregate>;
}

interface Kept {
  readonly atSeconds: number;
  readonly unit: string;
  readonly value: Aggregate;
}

/** The datapoints of all metrics, by minute, with CloudWatch's retention: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html */
export class Datapoints {
  readonly #host: ServiceHost;
  readonly #sweptAtSeconds = new Map<string, number>();

  constructor(host: ServiceHost) {
    this.#host = host;
  }

  /** @param highResolution also kept by the second, for three hours */
  add(where: Where, metric: Metric, atMs: number, unit: string, added: Aggregate, highResolution = false) {
    const store = this.#host.store(where.account, where.region);
    store.transaction(() => {
      this.#add(store, metric, atMs, unit, added, highResolution);
      this.#sweep(where);
    });
  }

  #add(
    store: Store,
    metric: Metric,
    atMs: number,
    unit: string,
    added: Aggregate,
    highResolution: boolean,
  ): void {
    const key = metricKey(metric);
    const atSeconds = Math.floor(atMs / 1000);
    const put = (collection: Collection<Aggregate>, slot: number) => {
      const before = collection.get([...key, slot, unit]);
      collection.put([...key, slot, unit], before ? merge(before, added) : added);
    };
    put(store.collection(minuteCollection), atSeconds - (atSeconds % MINUTE));
    if (highResolution) put(store.collection(secondCollection), atSeconds);

    const metrics = store.collection(metricCollection);
    const known = metrics.get(key);
    if (!known || known.newestAtMs < atMs) metrics.put(key, { ...metric, newestAtMs: atMs });
  }

  /** Periods that have values, oldest first; the first period begins at `startMs`. */
  read(where: Where, metric: Metric, { startMs, endMs, periodSeconds, unit: wanted }: Reading): Bucket[] {
    const periodMs = periodSeconds * 1000;
    const buckets = new Map<number, Map<string, Aggregate>>();
    const kept = periodSeconds < MINUTE ? this.#fine.bind(this) : this.#coarse.bind(this);
    for (const { atSeconds, unit, value } of kept(
      where,
      metric,
      startMs / 1000,
      endMs / 1000,
      periodSeconds,
    )) {
      if (wanted !== undefined && wanted !== unit) continue;
      const atMs = startMs + Math.floor((atSeconds * 1000 - startMs) / periodMs) * periodMs;
      const units = buckets.get(atMs) ?? new Map<string, Aggregate>();
      buckets.set(atMs, units);
      const before = units.get(unit);
      units.set(unit, before ? merge(before, value) : value);
    }
    return [...buckets].sort(([a], [b]) => a - b).map(([atMs, units]) => ({ atMs, units }));
  }

  /** Minutes, as far as they are kept finely enough for the period. */
  *#coarse(
    where: Where,
    metric: Metric,
    startSeconds: number,
    endSeconds: number,
    periodSeconds: number,
  ): Iterable<Kept> {
    const nowSeconds = this.#host.clock.now() / 1000;
    for (const kept of this.#entries(minuteCollection, where, metric, startSeconds, endSeconds))
      if (periodSeconds % finestStep(nowSeconds - kept.atSeconds) === 0) yield kept;
  }

  /** Seconds of the last three hours, and the minutes of which no seconds are kept. */
  *#fine(where: Where, metric: Metric, startSeconds: number, endSeconds: number): Iterable<Kept> {
    const fromSeconds = Math.max(startSeconds, this.#host.clock.now() / 1000 - SECONDS_KEPT);
    const minutes = new Set<number>();
    for (const kept of this.#entries(secondCollection, where, metric, fromSeconds, endSeconds)) {
      minutes.add(kept.atSeconds - (kept.atSeconds % MINUTE));
      yield kept;
    }
    for (const kept of this.#entries(minuteCollection, where, metric, fromSeconds, endSeconds))
      if (!minutes.has(kept.atSeconds)) yield kept;
  }

  *#entries(
    definition: typeof minuteCollection,
    where: Where,
    metric: Metric,
    startSeconds: number,
    endSeconds: number,
  ): Iterable<Kept> {
    const prefix = metricKey(metric);
    const from = [...prefix, Math.ceil(startSeconds)];
    const before = [...prefix, Math.ceil(endSeconds)];
    const collection = this.#host.store(where.account, where.region).collection(definition);
    for (const { key, value } of collection.entries({ prefix, from, before })) {
      const [atSeconds, unit] = key.slice(prefix.length) as [number, string];
      yield { atSeconds, unit, value };
    }
  }

  /** Once an hour, at a write: old data is made coarser, and what is too old goes. */
  #sweep(where: Where): void {
    const nowSeconds = Math.floor(this.#host.clock.now() / 1000);
    const place = `${where.account} ${where.region}`;
    const last = this.#sweptAtSeconds.get(place);
    if (last !== undefined && nowSeconds - last < SWEEP_EVERY_SECONDS) return;
    this.#sweptAtSeconds.set(place, nowSeconds);
    const store = this.#host.store(where.account, where.region);
    const metrics = store.collection(metricCollection);
    const minutes = store.collection(minuteCollection);
    const seconds = store.collection(secondCollection);
    for (const record of [...metrics.values()]) {
      const key = metricKey(record);
      seconds.clear({ prefix: key, before: [...key, nowSeconds - SECONDS_KEPT] });
      minutes.clear({ prefix: key, before: [...key, nowSeconds - KEPT_SECONDS] });
      for (const { afterSeconds, stepSeconds } of COARSER)
        coarsen(minutes, key, nowSeconds - afterSeconds, stepSeconds);
      if (record.newestAtMs / 1000 < nowSeconds - KEPT_SECONDS) metrics.delete(key);
    }
  }
}

function finestStep(ageSeconds: number): number {
  return COARSER.find(({ afterSeconds }) => ageSeconds > afterSeconds)?.stepSeconds ?? MINUTE;
}

function coarsen(
  minutes: Collection<Aggregate>,
  key: MetricKey,
  beforeSeconds: number,
  stepSeconds: number,
): void {
  for (const { key: old, value } of [...minutes.entries({ prefix: key, before: [...key, beforeSeconds] })]) {
    const [atSeconds, unit] = old.slice(key.length) as [number, string];
    const slot = atSeconds - (atSeconds % stepSeconds);
    if (slot === atSeconds) continue;
    const there = minutes.get([...key, slot, unit]);
    minutes.put([...key, slot, unit], there ? merge(there, value) : value);
    minutes.delete(old);
  }
}
