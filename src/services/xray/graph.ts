import type * as XRay from "../../models/generated/xray.ts";
import { keyOf, type ServiceOf, serviceId, serviceOf } from "./service.ts";
import { durationOf } from "./summary.ts";
import { edges, rootOf, type Trace, type WholeSegment } from "./trace.ts";

/** What was seen of a service, or of calls from one to another. */
class Seen {
  readonly #segments: WholeSegment[] = [];

  add(segment: WholeSegment): void {
    this.#segments.push(segment);
  }

  get times(): { StartTime: Date; EndTime: Date } {
    const starts = this.#segments.map(({ start_time }) => start_time);
    const ends = this.#segments.map(({ start_time, end_time }) => end_time ?? start_time);
    return {
      StartTime: new Date(Math.floor(Math.min(...starts)) * 1000),
      EndTime: new Date(Math.ceil(Math.max(...ends)) * 1000),
    };
  }

  get statistics() {
    const done = this.#done;
    const throttles = done.filter(({ throttle }) => throttle).length;
    const faults = done.filter(({ fault }) => fault).length;
    const errors = done.filter(({ error, fault, throttle }) => (error || throttle) && !fault).length;
    return {
      OkCount: done.length - faults - errors,
      ErrorStatistics: {
        ThrottleCount: throttles,
        OtherCount: Math.max(0, errors - throttles),
        TotalCount: errors,
      },
      FaultStatistics: { OtherCount: faults, TotalCount: faults },
      TotalCount: done.length,
      TotalResponseTime: Math.round(done.reduce((sum, one) => sum + durationOf([one]), 0) * 1000) / 1000,
    };
  }

  get histogram(): XRay.HistogramEntry[] {
    const counts = new Map<number, number>();
    for (const segment of this.#done)
      counts.set(durationOf([segment]), (counts.get(durationOf([segment])) ?? 0) + 1);
    return [...counts].sort(([a], [b]) => a - b).map(([Value, Count]) => ({ Value, Count }));
  }

  get #done(): WholeSegment[] {
    return this.#segments.filter(({ in_progress }) => !in_progress);
  }
}

interface Node {
  readonly service: ServiceOf;
  readonly id: number;
  readonly seen: Seen;
  readonly edges: Map<number, Seen>;
  isRoot: boolean;
  isActive: boolean;
}

/** Services and who called whom, in traces: https://docs.aws.amazon.com/xray/latest/api/API_Service.html */
export function graphOf(traces: readonly Trace[], account: string): XRay.Service[] {
  const nodes = new Map<string, Node>();
  const nodeOf = (service: ServiceOf): Node => {
    const key = keyOf(service);
    const node = nodes.get(key) ?? {
      service,
      id: nodes.size,
      seen: new Seen(),
      edges: new Map(),
      isRoot: false,
      isActive: false,
    };
    nodes.set(key, node);
    return node;
  };
  const call = (from: Node, to: Node, segment: WholeSegment) => {
    const edge = from.edges.get(to.id) ?? new Seen();
    from.edges.set(to.id, edge);
    edge.add(segment);
  };
  for (const trace of traces) {
    for (const segment of trace.segments) {
      const node = nodeOf(serviceOf(segment, account));
      node.seen.add(segment);
      node.isActive ||= !segment.inferred;
    }
    for (const { from, to } of edges(trace))
      call(nodeOf(serviceOf(from, account)), nodeOf(serviceOf(to, account)), to);
    const root = rootOf(trace);
    if (!root) continue;
    const first = nodeOf(serviceOf(root, account));
    first.isRoot = true;
    // Whoever called the first service has a node of its own, under that one's name.
    const client = nodeOf({ name: root.name, type: "client" });
    client.seen.add(root);
    call(client, first, root);
  }
  return [...nodes.values()].map(described);
}

function described({ service, id, seen, edges: called, isRoot, isActive }: Node): XRay.Service {
  const isClient = service.type === "client";
  return {
    ReferenceId: id,
    ...serviceId(service),
    ...(isRoot && { Root: true }),
    State: isActive ? "active" : "unknown",
    ...seen.times,
    Edges: [...called].map(([ReferenceId, edge]) => ({
      ReferenceId,
      ...edge.times,
      SummaryStatistics: edge.statistics,
      ResponseTimeHistogram: edge.histogram,
      Aliases: [],
    })),
    ...(!isClient && {
      SummaryStatistics: seen.statistics,
      DurationHistogram: seen.histogram,
      ResponseTimeHistogram: seen.histogram,
    }),
  };
}

/** Statistics of all first segments of some traces, or of the segments of them all. */
export function statisticsOf(traces: readonly Trace[]) {
  const seen = new Seen();
  for (const trace of traces) {
    const root = rootOf(trace);
    if (root) seen.add(root);
  }
  return { statistics: seen.statistics, histogram: seen.histogram };
}
