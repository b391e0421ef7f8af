import type { Context } from "../../core/service.ts";
import { defineCollection } from "../../core/storage.ts";
import { type InferredSegment, inferred } from "./inferred.ts";
import { RETENTION_MS, type SegmentDocument, type Subsegment, startOf } from "./segment.ts";

/** What is kept of a trace beside its segments, by its id. */
export interface TraceRecord {
  readonly id: string;
  /** As the id says. */
  readonly startedAtMs: number;
  /** When its last segment came. */
  readonly updatedAtMs: number;
  /** When its first segment began: the time of its event. */
  readonly eventAtMs: number;
  readonly revision: number;
}

/** Key: [id]. */
export const traceRecords = defineCollection<TraceRecord>({
  name: "traces",
  indexes: {
    started: ({ startedAtMs }) => [startedAtMs],
    event: ({ eventAtMs }) => [eventAtMs],
    updated: ({ updatedAtMs }) => [updatedAtMs],
  },
});

/** Key: [trace id, segment id]. */
const segmentRecords = defineCollection<SegmentDocument>({ name: "segments" });

/** A segment of a trace, whole: what was sent of it apart lies in its place. */
export type WholeSegment = SegmentDocument | InferredSegment;

/** A trace as it is given out. */
export interface Trace {
  readonly record: TraceRecord;
  /** In the order in which they began; those that X-Ray infers of calls into services behind them. */
  readonly segments: readonly WholeSegment[];
}

/** Keeps a segment; one of the same id is replaced, as one in progress by the whole one. */
export function keepSegment(segment: SegmentDocument, ctx: Context): void {
  const { trace_id: id } = segment;
  const traces = ctx.store.collection(traceRecords);
  const before = traces.get([id]);
  const beganAtMs = Math.round(segment.start_time * 1000);
  ctx.store.collection(segmentRecords).put([id, segment.id], segment);
  traces.put([id], {
    id,
    startedAtMs: startOf(id) ?? beganAtMs,
    updatedAtMs: ctx.clock.now(),
    eventAtMs: Math.min(before?.eventAtMs ?? beganAtMs, beganAtMs),
    revision: (before?.revision ?? 0) + 1,
  });
}

/** Traces are kept for thirty days. */
export function forgetOld(ctx: Context): void {
  const traces = ctx.store.collection(traceRecords);
  const before = [ctx.clock.now() - RETENTION_MS];
  const gone = [...traces.by("updated").keys({ before })];
  for (const { primary } of gone) {
    ctx.store.collection(segmentRecords).clear({ prefix: [...primary] });
    traces.delete([...primary]);
  }
}

/** The trace of an id; undefined when there is none, or none any more. */
export function findTrace(id: string, ctx: Context): Trace | undefined {
  const record = ctx.store.collection(traceRecords).get([id]);
  return record && isKept(record, ctx) ? traceOf(record, ctx) : undefined;
}

/** Is it still there? What nobody has swept yet may be gone all the same. */
export const isKept = ({ updatedAtMs }: TraceRecord, { clock }: Context): boolean =>
  updatedAtMs >= clock.now() - RETENTION_MS;

export function traceOf(record: TraceRecord, ctx: Context): Trace {
  const documents = [...ctx.store.collection(segmentRecords).values({ prefix: [record.id] })];
  const segments = inOrder(assembled(documents));
  return { record, segments: [...segments, ...inferred(segments)] };
}

/** As they began; of those that began in the same moment, whoever called first. */
function inOrder(segments: readonly SegmentDocument[]): SegmentDocument[] {
  const owners = ownersOf(segments);
  const depthOf = (segment: SegmentDocument): number => {
    const seen = new Set([segment]);
    let caller = owners.get(segment.parent_id ?? "");
    while (caller && !seen.has(caller)) {
      seen.add(caller);
      caller = owners.get(caller.parent_id ?? "");
    }
    return seen.size;
  };
  return [...segments].sort((a, b) => a.start_time - b.start_time || depthOf(a) - depthOf(b));
}

/** The segment that each segment and subsegment is of, by their ids. */
function ownersOf<S extends SegmentDocument>(segments: readonly S[]): ReadonlyMap<string, S> {
  const owners = new Map<string, S>();
  for (const segment of segments) {
    owners.set(segment.id, segment);
    for (const { id } of below(segment)) owners.set(id, segment);
  }
  return owners;
}

/** Which segment called which. */
export function edges({ segments }: Trace): { from: WholeSegment; to: WholeSegment }[] {
  const owners = ownersOf(segments);
  return segments.flatMap((to) => {
    const from = to.parent_id === undefined ? undefined : owners.get(to.parent_id);
    return from ? [{ from, to }] : [];
  });
}

/** Subsegments that were sent apart lie in what they are of. One whose parent has not come (yet) stands for itself. */
function assembled(documents: readonly SegmentDocument[]): SegmentDocument[] {
  const apart = new Map<string, SegmentDocument[]>();
  for (const document of documents) {
    if (document.type !== "subsegment" || document.parent_id === undefined) continue;
    apart.set(document.parent_id, [...(apart.get(document.parent_id) ?? []), document]);
  }
  const placed = new Set<string>();
  const whole = <S extends Subsegment>(segment: S): S => {
    const own = (segment.subsegments ?? []).map(whole);
    const others = (apart.get(segment.id) ?? []).filter(({ id }) => !placed.has(id));
    for (const { id } of others) placed.add(id);
    const subsegments = [...own, ...others.map(whole)];
    return subsegments.length > 0 ? { ...segment, subsegments } : segment;
  };
  const roots = documents.filter(({ type }) => type !== "subsegment").map(whole);
  const orphans = documents.filter(({ type, id }) => type === "subsegment" && !placed.has(id));
  const ids = new Set(orphans.map(({ id }) => id));
  return [...roots, ...orphans.filter(({ parent_id = "" }) => !ids.has(parent_id)).map(whole)];
}

/** A segment's subsegments, those in them, and so on. */
export function* below(segment: Subsegment): Iterable<Subsegment> {
  for (const one of segment.subsegments ?? []) {
    yield one;
    yield* below(one);
  }
}

/** The segment that came first of all: nobody's child. */
export const rootOf = ({ segments }: Trace): WholeSegment | undefined =>
  segments.find(({ parent_id }) => parent_id === undefined) ?? segments[0];
