import type { Clock, Timer } from "../../core/clock.ts";
import type { Collection, Store } from "../../core/storage.ts";
import type { Backlog } from "./backlog.ts";
import { Deduplications } from "./deduplication.ts";
import type { Entry } from "./entry.ts";
import { FifoBacklog } from "./fifo-backlog.ts";
import { type MessageRecord, messages } from "./message.ts";
import { type QueueRecord, queueArn, queueRecords } from "./queue.ts";
import { type QueueSettings, settingsOf } from "./queue-attributes.ts";
import type { QueuePlace } from "./queue-url.ts";
import { ReceiveAttempts } from "./receive-attempts.ts";
import { StandardBacklog } from "./standard-backlog.ts";
import { Waiters } from "./waiters.ts";

/**
 * A queue in use: its record, its backlog in memory, and who waits for its messages. Everything that it changes, it changes in
 * the store and in memory in the same turn.
 */
export class OpenQueue {
  readonly place: QueuePlace;
  readonly arn: string;
  readonly waiters: Waiters;
  readonly attempts = new ReceiveAttempts();
  readonly deduplications: Deduplications;
  settings: QueueSettings;
  readonly #clock: Clock;
  readonly #queues: Collection<QueueRecord>;
  readonly #messages: Collection<MessageRecord>;
  #record: QueueRecord;
  #backlog: Backlog;
  #lastSequence = 0;
  #isPassing = false;
  #alarm: { readonly atMs: number; readonly timer: Timer } | undefined;

  constructor(place: QueuePlace, record: QueueRecord, store: Store, clock: Clock) {
    this.place = place;
    this.arn = queueArn(place);
    this.settings = settingsOf(record.attributes);
    this.waiters = new Waiters(clock);
    this.deduplications = new Deduplications(place.name, store);
    this.#clock = clock;
    this.#queues = store.collection(queueRecords);
    this.#messages = store.collection(messages);
    this.#record = record;
    this.#backlog = this.#read();
  }

  get record(): QueueRecord {
    return this.#record;
  }

  get backlog(): Backlog {
    return this.#backlog;
  }

  /**
   * Goes through what can be delivered. Until it is through, nothing else becomes ready: a message that is received with a
   * visibility timeout of 0 is not met twice.
   */
  pass<T>(work: (available: Iterable<Entry>) => T): T {
    this.#isPassing = true;
    try {
      return work(this.#backlog.available(this.#clock.now()));
    } finally {
      this.#isPassing = false;
      this.#ready();
    }
  }

  update(record: QueueRecord): void {
    const before = this.settings;
    this.#queues.put([record.name], record);
    this.#record = record;
    this.settings = settingsOf(record.attributes);
    // The delay of a FIFO queue also holds for messages that are there already.
    if (this.settings.fifo && before.delayMs !== this.settings.delayMs) this.#delayAgain();
    this.#ready();
  }

  /** Stores a message and makes it available, at once or at its `visibleAtMs`. Returns its sequence. */
  put(message: MessageRecord): number {
    const sequence = this.#nextSequence();
    this.#messages.put([this.#record.name, sequence], message);
    this.#add(this.#backlog, sequence, message, this.#clock.now());
    this.#ready();
    return sequence;
  }

  message(entry: Entry): MessageRecord | undefined {
    return this.#messages.get([this.#record.name, entry.sequence]);
  }

  entry(sequence: number): Entry | undefined {
    return this.#backlog.get(sequence);
  }

  /** Stores what a receive or a change of visibility makes of a message, and hides it until `visibleAtMs`. */
  hide(entry: Entry, message: MessageRecord): void {
    this.#messages.put([this.#record.name, entry.sequence], message);
    entry.receiveCount = message.receiveCount;
    entry.receivedAtMs = message.receivedAtMs;
    this.#backlog.hide(entry, message.visibleAtMs);
    this.#ready();
  }

  /** Keeps a message back until `untilMs`, as if it had been sent with a delay. */
  postpone(entry: Entry, message: MessageRecord, untilMs: number): void {
    this.#messages.put([this.#record.name, entry.sequence], { ...message, visibleAtMs: untilMs });
    this.#backlog.postpone(entry, untilMs);
    this.#arm();
  }

  remove(entry: Entry): void {
    this.#messages.delete([this.#record.name, entry.sequence]);
    this.#backlog.remove(entry);
    this.attempts.forget(entry);
    this.#ready();
  }

  isExpired(entry: Entry): boolean {
    return entry.sentAtMs + this.settings.retentionMs <= this.#clock.now();
  }

  /** Brings the backlog up to now: what is due is ready, what has outlived the queue's retention is gone. */
  expire(): void {
    this.#backlog.settle(this.#clock.now());
    for (const entry of this.#backlog.entries()) {
      if (!this.isExpired(entry)) return;
      this.remove(entry);
    }
  }

  purge(): void {
    this.#messages.clear({ prefix: [this.#record.name] });
    this.#backlog = this.#emptyBacklog();
    this.attempts.clear();
    this.deduplications.clear();
    this.update({ ...this.#record, purgedAtMs: this.#clock.now() });
  }

  delete(): void {
    this.#messages.clear({ prefix: [this.#record.name] });
    this.deduplications.clear();
    this.#queues.delete([this.#record.name]);
    this.close();
  }

  /** Ends all waits and timers: the queue is gone, or its store was replaced. */
  close(): void {
    this.#alarm?.timer.cancel();
    this.#alarm = undefined;
    this.waiters.close();
  }

  /** Resolves at the next arrival; see Waiters. */
  arrival(untilMs: number, signal: AbortSignal) {
    const end = this.waiters.wait(untilMs, signal);
    this.#arm();
    return end;
  }

  /** Wakes a receiver when there is something for it, and sees to it that the next is woken in time. */
  #ready(): void {
    if (this.waiters.size === 0 || this.#isPassing) return;
    if (this.#backlog.hasAvailable(this.#clock.now())) this.waiters.wake();
    this.#arm();
  }

  /** One timer for the next message that becomes visible by itself, while somebody waits for it. */
  #arm(): void {
    const atMs = this.waiters.size > 0 ? this.#backlog.nextReadyAtMs() : undefined;
    if (this.#alarm?.atMs === atMs) return;
    this.#alarm?.timer.cancel();
    this.#alarm = undefined;
    if (atMs === undefined) return;
    const timer = this.#clock.setTimer(atMs - this.#clock.now(), () => {
      this.#alarm = undefined;
      this.#ready();
    });
    this.#alarm = { atMs, timer };
  }

  #read(): Backlog {
    const backlog = this.#emptyBacklog();
    const nowMs = this.#clock.now();
    for (const { key, value } of this.#messages.entries({ prefix: [this.#record.name] })) {
      const sequence = key[1] as number;
      this.#add(backlog, sequence, value, nowMs);
      this.#lastSequence = sequence;
    }
    return backlog;
  }

  #add(backlog: Backlog, sequence: number, message: MessageRecord, nowMs: number): void {
    const { visibleAtMs, receiveCount, groupId, isCopy, sentAtMs } = message;
    const isNew = visibleAtMs <= nowMs && receiveCount === 0 && groupId === undefined && !isCopy;
    if (isNew && !this.settings.fifo) backlog.addNew(sequence, sentAtMs);
    else backlog.add(entryOf(sequence, message), nowMs);
  }

  #emptyBacklog(): Backlog {
    return this.settings.fifo ? new FifoBacklog() : new StandardBacklog();
  }

  /** Grows over restarts too, since the clock does. */
  #nextSequence(): number {
    this.#lastSequence = Math.max(this.#lastSequence + 1, this.#clock.now() * 1000);
    return this.#lastSequence;
  }

  #delayAgain(): void {
    for (const entry of [...this.#backlog.entries()]) {
      if (entry.receiveCount > 0) continue;
      const message = this.message(entry);
      if (message) this.postpone(entry, message, entry.sentAtMs + this.settings.delayMs);
    }
  }
}

function entryOf(sequence: number, message: MessageRecord): Entry {
  return {
    sequence,
    order: sequence,
    sentAtMs: message.sentAtMs,
    state: message.receiveCount > 0 && message.receivedAtMs > 0 ? "inflight" : "delayed",
    visibleAtMs: message.visibleAtMs,
    receivedAtMs: message.receivedAtMs,
    receiveCount: message.receiveCount,
    groupId: message.groupId,
    faulted: message.isCopy === true,
  };
}
