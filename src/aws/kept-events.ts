import type { Clock } from "../core/clock.ts";
import { defineCollection, type Store } from "../core/storage.ts";

/** What has happened to a resource, as a service keeps it for two weeks: by time and order. */
export interface EventRecord {
  readonly sourceType: string;
  readonly source: string;
  readonly message: string;
  readonly atMs: number;
}

const eventRecords = defineCollection<EventRecord>({ name: "events" });

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DescribeEvents.html */
const KEPT_MS = 14 * 24 * 3_600_000;
const MINUTE_MS = 60_000;
const DEFAULT_MINUTES = 60;

/** Keeps an event for DescribeEvents. */
export function keepEvent(store: Store, clock: Clock, event: Omit<EventRecord, "atMs">): void {
  const events = store.collection(eventRecords);
  const atMs = clock.now();
  for (const { key, value } of events.entries()) {
    if (value.atMs >= atMs - KEPT_MS) break;
    events.delete(key);
  }
  const order = events.count({ prefix: [atMs] });
  events.put([atMs, order], { ...event, atMs });
}

/** What DescribeEvents is asked. */
interface Asked {
  readonly source?: string | undefined;
  readonly sourceType?: string | undefined;
  readonly StartTime?: Date;
  readonly EndTime?: Date;
  /** In minutes, up to the end. */
  readonly Duration?: number;
}

/** The events that are meant, each with a text that it is sorted by. */
export function eventsOf(
  store: Store,
  clock: Clock,
  asked: Asked,
): (EventRecord & { readonly id: string })[] {
  const nowMs = clock.now();
  const toMs = asked.EndTime?.getTime() ?? nowMs;
  const fromMs = asked.StartTime?.getTime() ?? toMs - (asked.Duration ?? DEFAULT_MINUTES) * MINUTE_MS;
  return [...store.collection(eventRecords).entries()]
    .filter(
      ({ value: { atMs, source, sourceType } }) =>
        atMs >= Math.max(fromMs, nowMs - KEPT_MS) &&
        atMs <= toMs &&
        (asked.sourceType === undefined || sourceType === asked.sourceType) &&
        (asked.source === undefined || source === asked.source),
    )
    .map(({ key, value }) => ({
      ...value,
      id: key.map((part) => String(part).padStart(16, "0")).join("/"),
    }));
}
