import { setImmediate as nextTurn } from "node:timers/promises";
import type { Store } from "../../../core/storage.ts";
import { uuidOf } from "../../../core/uuid-of.ts";
import type * as Logs from "../../../models/generated/logs.ts";
import type { EventLog, StreamEvent } from "../event-log.ts";
import { groupCollection, groupName, type LogGroup, oldestKeptMs } from "../group.ts";
import { compilePattern } from "../pattern/pattern.ts";
import { streamNames } from "../stream.ts";
import { type Detector, type Verdict, verdictCollection } from "./detector.ts";
import { Enumerations, patternOf, regexOf, tokensOf } from "./log-patterns.ts";

const DAY_MS = 86_400_000;
/** A detector learns from so much of what a group had before it was made. */
const LEARNT_MS = 14 * DAY_MS;
const MOST_SAMPLES = 10;
const EVENTS_A_TURN = 500;

/** How often events are looked at, in milliseconds. */
const EVERY_MS = {
  ONE_MIN: 60_000,
  FIVE_MIN: 300_000,
  TEN_MIN: 600_000,
  FIFTEEN_MIN: 900_000,
  THIRTY_MIN: 1_800_000,
  ONE_HOUR: 3_600_000,
} satisfies Readonly<Record<string, number>>;

export type Frequency = keyof typeof EVERY_MS;

/** A pattern's messages that nobody knew before. */
interface Sighting {
  readonly text: string;
  readonly firstMs: number;
  lastMs: number;
  readonly histogram: Map<number, number>;
  readonly samples: Logs.LogEvent[];
  readonly enumerations: Enumerations;
}

/**
 * The anomalies of a detector, the latest first. AWS's model is not public. Here it is: a pattern of messages that the group did not
 * have in the two weeks before the detector was made, for as many days as anomalies are visible; after that it is normal.
 */
export async function foundBy(
  detector: Detector,
  store: Store,
  events: EventLog,
  nowMs: number,
): Promise<Logs.Anomaly[]> {
  const group = store.collection(groupCollection).get([groupName(detector.logGroupArn)]);
  if (!group) return [];
  const sightings = await sightingsOf(detector, group, store, events, nowMs);
  return [...sightings]
    .map(([patternId, sighting]) => anomalyOf(detector, patternId, sighting, store, nowMs))
    .filter(({ firstSeen }) => firstSeen > nowMs - detector.visibleDays * DAY_MS)
    .sort((a, b) => b.lastSeen - a.lastSeen);
}

async function sightingsOf(
  detector: Detector,
  group: LogGroup,
  store: Store,
  events: EventLog,
  nowMs: number,
): Promise<Map<string, Sighting>> {
  const filter = compilePattern(detector.filterPattern ?? "");
  const everyMs = EVERY_MS[detector.frequency];
  const learntFromMs = Math.max(detector.createdAtMs - LEARNT_MS, oldestKeptMs(group, nowMs));
  const known = new Set<string>();
  const found = new Map<string, Sighting>();
  let looked = 0;
  for (const event of events.merge(store, group.name, streamNames(store, group), {
    from: { timestamp: learntFromMs, sequence: 0 },
  })) {
    if (++looked % EVENTS_A_TURN === 0) await nextTurn();
    if (!filter.match(event.message)) continue;
    const { id, text, values } = patternOf(event.message);
    if (event.ingestionTime < detector.createdAtMs) known.add(id);
    if (known.has(id) || !wasAnalysed(detector, event)) continue;
    let sighting = found.get(id);
    if (!sighting) {
      const { timestamp: firstMs } = event;
      sighting = {
        text,
        firstMs,
        lastMs: firstMs,
        histogram: new Map(),
        samples: [],
        enumerations: new Enumerations(),
      };
      found.set(id, sighting);
    }
    see(sighting, event, values, everyMs);
  }
  // What came late, for a time at which it is not new.
  for (const id of known) found.delete(id);
  return found;
}

function see(sighting: Sighting, event: StreamEvent, values: readonly string[], everyMs: number): void {
  const { timestamp, message } = event;
  const slot = Math.floor(timestamp / everyMs) * everyMs;
  sighting.lastMs = timestamp;
  sighting.histogram.set(slot, (sighting.histogram.get(slot) ?? 0) + 1);
  if (sighting.samples.length < MOST_SAMPLES) sighting.samples.push({ timestamp, message });
  sighting.enumerations.add(values);
}

const wasAnalysed = ({ spans }: Detector, { ingestionTime }: StreamEvent): boolean =>
  spans.some(
    ({ fromMs, toMs = Number.POSITIVE_INFINITY }) => ingestionTime >= fromMs && ingestionTime < toMs,
  );

function anomalyOf(
  detector: Detector,
  patternId: string,
  sighting: Sighting,
  store: Store,
  nowMs: number,
): Logs.Anomaly {
  const anomalyId = uuidOf(`${detector.id} ${patternId}`);
  const verdicts = store.collection(verdictCollection);
  const ofPattern = verdicts.get([detector.id, "pattern", patternId]);
  const verdict = ofPattern ?? verdicts.get([detector.id, "anomaly", anomalyId]);
  const isSuppressed = verdict !== undefined && suppresses(verdict, nowMs);
  return {
    anomalyId,
    patternId,
    anomalyDetectorArn: detector.arn,
    patternString: sighting.text,
    patternRegex: regexOf(sighting.text),
    priority: /error|exception|fatal|fail|critical|panic/i.test(sighting.text) ? "HIGH" : "MEDIUM",
    firstSeen: sighting.firstMs,
    lastSeen: sighting.lastMs,
    description: "A pattern was detected that was not seen before.",
    active: sighting.lastMs > nowMs - EVERY_MS[detector.frequency],
    state: verdict?.isBaseline ? "Baseline" : isSuppressed ? "Suppressed" : "Active",
    histogram: Object.fromEntries([...sighting.histogram].map(([slot, count]) => [String(slot), count])),
    logSamples: sighting.samples,
    patternTokens: tokensOf(sighting.text, sighting.enumerations),
    logGroupArnList: [detector.logGroupArn],
    suppressed: isSuppressed,
    ...(isSuppressed && {
      suppressedDate: verdict.suppressedAtMs,
      ...(verdict.suppressedUntilMs !== undefined && { suppressedUntil: verdict.suppressedUntilMs }),
      isPatternLevelSuppression: ofPattern !== undefined,
    }),
  };
}

const suppresses = ({ suppressedAtMs, suppressedUntilMs }: Verdict, nowMs: number): boolean =>
  suppressedAtMs !== undefined && (suppressedUntilMs === undefined || suppressedUntilMs > nowMs);
