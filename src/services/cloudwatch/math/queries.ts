import { sure } from "../../../core/sure.ts";
import type * as CloudWatch from "../../../models/generated/cloudwatch.ts";
import { bandOf, type Excluded, TRAINING_MS } from "../anomalies/band.ts";
import { detectorOf } from "../anomalies/detector.ts";
import type { Cloudwatch } from "../cloudwatch.ts";
import type { Bucket } from "../metrics/datapoints.ts";
import { type Metric, metricCollection, metricOf, type Where } from "../metrics/metric.ts";
import { isPeriod, roundedStart } from "../metrics/time-range.ts";
import { type Aggregate, merge } from "../statistics/aggregate.ts";
import { parseStatistic } from "../statistics/statistic.ts";
import { evaluate } from "./evaluate.ts";
import { type MathScope, NOWHERE, slots } from "./functions.ts";
import { dimensionOf, type InsightsQuery, isInsightsQuery, parseInsights } from "./insights.ts";
import { searchFor } from "./search.ts";
import type { Point, Series, Value } from "./series.ts";
import { type Expression, MathError, namesIn, parseExpression } from "./syntax.ts";

const ID = /^[a-z]\w*$/;
const MAX_SEARCH_RESULTS = 100;
const DEFAULT_PERIOD_SECONDS = 300;

/** What is wrong with queries; the caller words its error. */
export interface QueryProblem {
  readonly id: string;
  readonly problem: string;
}

/** Looks for what makes no sense in queries, without reading any data. */
export function problemIn(queries: readonly CloudWatch.MetricDataQuery[]): QueryProblem | undefined {
  const ids = new Set(queries.map(({ Id }) => Id));
  for (const [i, query] of queries.entries()) {
    const problem =
      problemOf(query, ids) ??
      (queries.findIndex(({ Id }) => Id === query.Id) < i ? "The Id is not unique" : undefined);
    if (problem !== undefined) return { id: query.Id, problem };
  }
  return undefined;
}

function problemOf(query: CloudWatch.MetricDataQuery, ids: ReadonlySet<string>): string | undefined {
  const { Id, MetricStat, Expression } = query;
  if (!ID.test(Id)) return `The Id '${Id}' must begin with a lowercase letter and hold letters, digits and _`;
  if ((MetricStat === undefined) === (Expression === undefined))
    return "Exactly one of MetricStat and Expression must be specified";
  if (MetricStat) {
    if (!isPeriod(MetricStat.Period)) return "Period must be 1, 5, 10, 20, 30 or a multiple of 60";
    if (MetricStat.Metric.MetricName === undefined) return "MetricName must not be null";
    if (MetricStat.Metric.Namespace === undefined) return "Namespace must not be null";
    return parseStatistic(MetricStat.Stat) ? undefined : `The statistic ${MetricStat.Stat} is not supported`;
  }
  if (Expression === undefined) return undefined;
  try {
    if (isInsightsQuery(Expression)) {
      parseInsights(Expression);
      return undefined;
    }
    const unknown = namesIn(parseExpression(Expression)).find(
      (name) => !ids.has(name) && /^[a-z]/.test(name),
    );
    return unknown === undefined ? undefined : `Unrecognized identifier '${unknown}'`;
  } catch (error) {
    if (error instanceof MathError) return error.message;
    throw error;
  }
}

/** The metrics that queries read, so that an alarm knows what it watches. */
export function metricsIn(
  queries: readonly CloudWatch.MetricDataQuery[],
  where: Where,
): { where: Where; metric: Metric }[] {
  return queries.flatMap(({ MetricStat, AccountId }) =>
    MetricStat
      ? [
          {
            where: { account: AccountId ?? where.account, region: where.region },
            metric: metricOfStat(MetricStat),
          },
        ]
      : [],
  );
}

export const metricOfStat = ({ Metric }: CloudWatch.MetricStat): Metric =>
  metricOf(Metric.Namespace ?? "", Metric.MetricName ?? "", Metric.Dimensions);

/** Runs queries over a stretch of time; each is worked out when first asked for, and once. */
export class Queries {
  readonly #cloudwatch: Cloudwatch;
  readonly #queries: ReadonlyMap<string, CloudWatch.MetricDataQuery>;
  readonly #where: Where;
  readonly #startMs: number;
  readonly #endMs: number;
  readonly #values = new Map<string, Value>();
  readonly #underWay = new Set<string>();
  /** The same queries from earlier on, by their start, for all that learn from the time before. */
  readonly #earlier: Map<number, Queries>;

  constructor(
    cloudwatch: Cloudwatch,
    queries: readonly CloudWatch.MetricDataQuery[],
    where: Where,
    span: { startMs: number; endMs: number },
    earlier = new Map<number, Queries>(),
  ) {
    this.#earlier = earlier;
    this.#cloudwatch = cloudwatch;
    this.#queries = new Map(queries.map((query) => [query.Id, query]));
    this.#where = where;
    this.#startMs = span.startMs;
    this.#endMs = span.endMs;
  }

  /** @throws MathError */
  value(id: string): Value | undefined {
    const query = this.#queries.get(id);
    if (!query) return undefined;
    let value = this.#values.get(id);
    if (!value) {
      if (this.#underWay.has(id)) throw new MathError(`Circular dependency on '${id}'`);
      this.#underWay.add(id);
      value = this.#work(query);
      this.#underWay.delete(id);
      this.#values.set(id, value);
    }
    return value;
  }

  #work(query: CloudWatch.MetricDataQuery): Value {
    if (query.MetricStat) return { kind: "series", series: this.#stat(query, query.MetricStat) };
    const { Expression: expression = "" } = query;
    if (isInsightsQuery(expression)) return this.#insights(query, parseInsights(expression));
    const parsed: Expression = parseExpression(expression);
    const scope: MathScope = {
      startMs: this.#start(this.#period(parsed) ?? query.Period ?? 60),
      endMs: this.#endMs,
      metrics: () =>
        [...this.#queries.values()].flatMap((other) =>
          other.MetricStat ? [(this.value(other.Id) as { series: Series }).series] : [],
        ),
      band: (about, deviations) => this.#band(about, deviations),
      search: (text, statistic, periodSeconds) =>
        this.#search(text, statistic, periodSeconds ?? query.Period ?? 300),
    };
    return evaluate(parsed, (id) => this.value(id), scope);
  }

  /** The period of the metrics that an expression is about, for its time grid. */
  #period(expression: Expression): number | undefined {
    const periods = namesIn(expression).flatMap((name) => {
      const value = this.value(name);
      return value?.kind === "series" ? [value.series.periodSeconds] : [];
    });
    return periods.length > 0 ? Math.min(...periods) : undefined;
  }

  /** Limits at each period of the stretch of time, from what the expression was in the two weeks before. */
  #band(about: Expression, deviations: number): readonly Series[] {
    const periodSeconds = this.#period(about) ?? DEFAULT_PERIOD_SECONDS;
    const periodMs = periodSeconds * 1000;
    const startMs = this.#start(periodSeconds);
    const training = { startMs: startMs - Math.floor(TRAINING_MS / periodMs) * periodMs, endMs: this.#endMs };
    const before = this.#from(training);
    const value = evaluate(about, (id) => before.value(id), { ...NOWHERE, ...training });
    if (value.kind !== "series") throw new MathError("ANOMALY_DETECTION_BAND expects a time series");
    const times = slots({ startMs, endMs: this.#endMs }, periodSeconds);
    const { upper, lower } = bandOf(value.series, times, deviations, this.#excluded(value.series));
    return [upper, lower];
  }

  #from(span: { startMs: number; endMs: number }): Queries {
    const known =
      this.#earlier.get(span.startMs) ??
      new Queries(this.#cloudwatch, [...this.#queries.values()], this.#where, span, this.#earlier);
    this.#earlier.set(span.startMs, known);
    return known;
  }

  /** Stretches of time that the metric's detector does not learn from. */
  #excluded({ properties }: Series): readonly Excluded[] {
    if (!properties) return [];
    const { account, region } = this.#where;
    const store = this.#cloudwatch.host.store(account, region);
    const detector = detectorOf(store, properties.account, properties, properties.statistic);
    return detector?.excluded ?? [];
  }

  #start(periodSeconds: number): number {
    return roundedStart(this.#startMs, periodSeconds, this.#cloudwatch.host.clock.now());
  }

  #stat({ Id, AccountId }: CloudWatch.MetricDataQuery, stat: CloudWatch.MetricStat): Series {
    const where = { account: AccountId ?? this.#where.account, region: this.#where.region };
    return this.#series(where, metricOfStat(stat), Id, stat.Stat, stat.Period, stat.Unit);
  }

  #series(
    where: Where,
    metric: Metric,
    label: string,
    statistic: string,
    periodSeconds: number,
    unit?: string,
  ): Series {
    const compute = parseStatistic(statistic);
    if (!compute) throw new MathError(`The statistic ${statistic} is not supported`);
    const buckets = this.#cloudwatch.datapoints.read(where, metric, {
      startMs: this.#start(periodSeconds),
      endMs: this.#endMs,
      periodSeconds,
      ...(unit !== undefined && { unit }),
    });
    const seen = new Set<string>();
    const points = buckets.flatMap(({ atMs, units }) => {
      const [first] = [...units].sort(([one], [other]) => (one < other ? -1 : 1));
      for (const name of units.keys()) seen.add(name);
      const value = first && compute(first[1]);
      return value === undefined ? [] : [[atMs, value] as const];
    });
    return {
      points,
      periodSeconds,
      label,
      properties: { ...metric, statistic, account: where.account, region: where.region },
      ...(seen.size > 1 && { units: [...seen].sort() }),
    };
  }

  /** A series of each group of metrics, their data taken together. */
  #insights(
    { Period: periodSeconds = DEFAULT_PERIOD_SECONDS }: CloudWatch.MetricDataQuery,
    asked: InsightsQuery,
  ): Value {
    const { account, region } = this.#where;
    const groups = new Map<string, Metric[]>();
    for (const metric of this.#cloudwatch.host.store(account, region).collection(metricCollection).values()) {
      if (!asked.matches(metric)) continue;
      const label = asked.groupBy.map((name) => dimensionOf(metric, name)).join(" ") || asked.metricName;
      groups.set(label, [...(groups.get(label) ?? []), metric]);
    }
    const compute = sure(parseStatistic(asked.statistic));
    const isGrouped = asked.groupBy.length > 0;
    const found = [...groups].map(([label, metrics]) => {
      const byTime = this.#together(metrics, periodSeconds);
      const points = byTime.flatMap(([atMs, aggregate]): Point[] => {
        const value = compute(aggregate);
        return value === undefined ? [] : [[atMs, value]];
      });
      return {
        series: { points, periodSeconds, label, ...(isGrouped && { isNamed: true as const }) },
        all: byTime.map(([, aggregate]) => aggregate),
      };
    });
    found.sort((one, other) => (one.series.label < other.series.label ? -1 : 1));
    if (asked.order) {
      const { statistic, isDescending } = asked.order;
      const rank = sure(parseStatistic(statistic));
      const rankOf = (all: readonly Aggregate[]) => (all.length > 0 ? (rank(all.reduce(merge)) ?? 0) : 0);
      found.sort((one, other) => (rankOf(one.all) - rankOf(other.all)) * (isDescending ? -1 : 1));
    }
    const items = found.slice(0, asked.most).map(({ series }) => series);
    const [only] = items;
    return !isGrouped && only ? { kind: "series", series: only } : { kind: "array", items };
  }

  /** The data of several metrics in the order of time, whatever their units. */
  #together(metrics: readonly Metric[], periodSeconds: number): [atMs: number, Aggregate][] {
    const reading = { startMs: this.#start(periodSeconds), endMs: this.#endMs, periodSeconds };
    const byTime = new Map<number, Aggregate>();
    const add = ({ atMs, units }: Bucket) => {
      for (const aggregate of units.values()) {
        const before = byTime.get(atMs);
        byTime.set(atMs, before ? merge(before, aggregate) : aggregate);
      }
    };
    for (const metric of metrics) this.#cloudwatch.datapoints.read(this.#where, metric, reading).forEach(add);
    return [...byTime].sort(([one], [other]) => one - other);
  }

  #search(text: string, statistic: string, periodSeconds: number): Series[] {
    const fits = searchFor(text);
    const { account, region } = this.#where;
    const found: Series[] = [];
    for (const metric of this.#cloudwatch.host.store(account, region).collection(metricCollection).values()) {
      if (!fits(metric)) continue;
      found.push(this.#series(this.#where, metric, metric.name, statistic, periodSeconds));
      if (found.length === MAX_SEARCH_RESULTS) break;
    }
    return found;
  }
}
