import { untilKept } from "../../../aws/due.ts";
import type { CallRecord, EndedCall, Measurement } from "../../../core/bus.ts";
import type { ServiceHost } from "../../../core/service.ts";
import type { Datapoints } from "../metrics/datapoints.ts";
import { type Metric, metricOf, type Where } from "../metrics/metric.ts";
import { bounded } from "../statistics/aggregate.ts";
import { METRICS_OF_CALLS } from "./calls.ts";

const MINUTE_MS = 60_000;
/** As many different cells are gathered before they are written. */
const MOST_CELLS = 5_000;
/** Distinct values that a cell holds. */
const MOST_VALUES = 2_000;

/** Calls of one kind in one minute, or measurements of one metric: counted as they come, turned into datapoints later. */
interface Cell<Subject> {
  readonly subject: Subject;
  readonly minuteMs: number;
  count: number;
  sum: number;
  min: number;
  max: number;
  values: Map<number, number>;
}

interface MeasuredSubject {
  readonly where: Where;
  readonly metric: Metric;
  readonly unit: string;
}

/** What calls have in common that are counted together. */
interface Counted {
  readonly account: string;
  readonly region: string;
  readonly service: string;
  readonly operation: string;
  readonly status: number;
  readonly errorCode: string;
  readonly subject: string;
  readonly cell: Cell<CallRecord>;
}

/**
 * The metrics of Squall's own services. Calls and measurements are counted in memory, which costs next to nothing, and
 * become datapoints when somebody reads them or an alarm watches them.
 */
export class Measurements {
  readonly #host: ServiceHost;
  readonly #datapoints: Datapoints;
  readonly #calls = new Map<string, Cell<CallRecord>>();
  /** The cell of the call before, which many calls have in common. */
  #last: Counted | undefined;
  /** By minute, place, namespace and dimensions, then by name. */
  readonly #measured = new Map<string, Map<string, Cell<MeasuredSubject>>>();
  readonly #unsubscribe: (() => void)[];
  readonly #onWritten: (where: Where, metrics: readonly Metric[]) => void;
  /** Namespaces whose metrics become datapoints at once. */
  #watched: ReadonlySet<string> = new Set();
  #scheduled: NodeJS.Immediate | undefined;

  /** @param onWritten told of each metric that has got datapoints */
  constructor(
    host: ServiceHost,
    datapoints: Datapoints,
    onWritten: (where: Where, metrics: readonly Metric[]) => void,
  ) {
    this.#host = host;
    this.#datapoints = datapoints;
    this.#onWritten = onWritten;
    this.#unsubscribe = [
      host.bus.subscribe("call.ended", (call) => this.#called(call)),
      host.bus.subscribe("cloudwatch.measurement", (measurement) => this.#measure(measurement)),
    ];
  }

  /** From here on, what comes in for these namespaces is written at the end of its turn. */
  watch(namespaces: ReadonlySet<string>): void {
    this.#watched = namespaces;
  }

  /** Writes what has been counted as datapoints. */
  flush(): void {
    const write = this.#pending();
    write?.();
  }

  /** The same where nobody waits for it: what cannot be kept is tried again. */
  #flushSoon(): void {
    const write = this.#pending();
    if (write) untilKept(this.#host, write);
  }

  /** Takes what has been counted. @returns what writes it */
  #pending(): (() => void) | undefined {
    if (this.#calls.size === 0 && this.#measured.size === 0) return undefined;
    const calls = [...this.#calls.values()];
    const measured = [...this.#measured.values()].flatMap((cells) => [...cells.values()]);
    this.#calls.clear();
    this.#last = undefined;
    this.#measured.clear();
    return () => this.#write(calls, measured);
  }

  #write(calls: readonly Cell<CallRecord>[], measured: readonly Cell<MeasuredSubject>[]): void {
    const written = new Map<string, { where: Where; metrics: Metric[] }>();
    const write = (where: Where, metric: Metric, unit: string, cell: Omit<Cell<unknown>, "subject">) => {
      const { count, sum, min, max, values, minuteMs } = cell;
      const distribution = bounded(values);
      this.#datapoints.add(where, metric, minuteMs, unit, { count, sum, min, max, distribution });
      const place = `${where.account} ${where.region}`;
      const there = written.get(place) ?? { where, metrics: [] };
      there.metrics.push(metric);
      written.set(place, there);
    };
    for (const cell of measured) write(cell.subject.where, cell.subject.metric, cell.subject.unit, cell);
    for (const cell of calls) {
      const { account, region, service } = cell.subject;
      for (const metric of METRICS_OF_CALLS.get(service)?.metrics(cell.subject) ?? []) {
        const dimensions = Object.entries(metric.dimensions).map(([Name, Value]) => ({ Name, Value }));
        write(
          { account, region },
          metricOf(metric.namespace, metric.name, dimensions),
          metric.unit,
          metric.value === "latency" ? cell : constant(cell, metric.value),
        );
      }
    }
    for (const { where, metrics } of written.values()) this.#onWritten(where, metrics);
  }

  stop(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    clearImmediate(this.#scheduled);
    this.flush();
  }

  #called(call: EndedCall): void {
    const metrics = METRICS_OF_CALLS.get(call.service);
    if (!metrics) return;
    const subject = metrics.subject(call);
    if (subject === undefined) return;
    const minuteMs = call.startedAt - (call.startedAt % MINUTE_MS);
    const { account, region, service, operation, status, errorCode = "", durationMs } = call;
    const last = this.#last;
    if (
      last?.cell.minuteMs === minuteMs &&
      last.subject === subject &&
      last.operation === operation &&
      last.status === status &&
      last.errorCode === errorCode &&
      last.account === account &&
      last.region === region &&
      last.service === service
    )
      add(last.cell, durationMs);
    else {
      const key = `${minuteMs} ${account} ${region} ${service} ${operation} ${status} ${errorCode} ${subject}`;
      const cell = count(this.#calls, key, minuteMs, durationMs, () => call.record());
      this.#last = { account, region, service, operation, status, errorCode, subject, cell };
    }
    this.#news(metrics.namespace);
  }

  #measure({ account, region, namespace, dimensions, atMs, values }: Measurement): void {
    const minuteMs = atMs - (atMs % MINUTE_MS);
    let place = `${minuteMs} ${account} ${region} ${namespace}`;
    for (const name in dimensions) place += `\n${name}\n${dimensions[name]}`;
    let cells = this.#measured.get(place);
    if (!cells) {
      cells = new Map();
      this.#measured.set(place, cells);
    }
    for (const name in values) {
      const value = values[name] ?? 0;
      const cell = cells.get(name);
      if (cell) {
        add(cell, value);
        continue;
      }
      const named = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
      const subject = {
        where: { account, region },
        metric: metricOf(namespace, name, named),
        unit: unitOf(name),
      };
      count(cells, name, minuteMs, value, () => subject);
    }
    this.#news(namespace);
  }

  #news(namespace: string): void {
    if (this.#calls.size + this.#measured.size > MOST_CELLS) this.#flushSoon();
    if (this.#scheduled || !this.#watched.has(namespace)) return;
    this.#scheduled = setImmediate(() => {
      this.#scheduled = undefined;
      this.#flushSoon();
    });
  }
}

function count<S>(
  cells: Map<string, Cell<S>>,
  key: string,
  minuteMs: number,
  value: number,
  subject: () => S,
): Cell<S> {
  let cell = cells.get(key);
  if (!cell) {
    cell = {
      subject: subject(),
      minuteMs,
      count: 0,
      sum: 0,
      min: Number.POSITIVE_INFINITY,
      max: Number.NEGATIVE_INFINITY,
      values: new Map(),
    };
    cells.set(key, cell);
  }
  add(cell, value);
  return cell;
}

function add(cell: Cell<unknown>, value: number): void {
  cell.count++;
  cell.sum += value;
  if (value < cell.min) cell.min = value;
  if (value > cell.max) cell.max = value;
  cell.values.set(value, (cell.values.get(value) ?? 0) + 1);
  if (cell.values.size > MOST_VALUES) cell.values = new Map(bounded(cell.values));
}

/** AWS's metrics say in their names what they are in. */
function unitOf(name: string): string {
  if (/Duration|Latency|Age$|Milliseconds$/.test(name)) return "Milliseconds";
  if (/ResponseTime$/.test(name)) return "Seconds";
  if (/Percentage/.test(name)) return "Percent";
  if (/Status$/.test(name)) return "None";
  return /Size|Bytes/.test(name) ? "Bytes" : "Count";
}

/** The same number of calls, each of them counted as `value`. */
const constant = ({ count, minuteMs }: Cell<CallRecord>, value: number): Omit<Cell<unknown>, "subject"> => ({
  minuteMs,
  count,
  sum: count * value,
  min: value,
  max: value,
  values: new Map([[value, count]]),
});
