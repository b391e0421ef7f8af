/**
 * Time, as everything in Squall sees it. `now()` runs with the machine's clock, faster (`rate`), or only when moved
 * (`rate` 0); `advance` moves it and fires what falls due on the way, in order.
 */

import { setTimeout as realTime } from "node:timers/promises";
import { realMs } from "./real-time.ts";

export interface Timer {
  cancel(): void;
}

interface Hold {
  /** Of the machine's own time, in milliseconds. */
  readonly sinceMs: number;
  readonly released: Promise<void>;
}

interface Entry extends Timer {
  readonly dueMs: number;
  readonly order: number;
  readonly fire: () => void;
  cancelled: boolean;
}

/** No date of AWS has five digits in its year. */
export const LATEST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** The longest delay that Node's own timers take. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

/** So long, in real milliseconds, an advance stays for one hold; and so long for all that it meets on its way. */
const HELD_MS = 1000;
const ALL_HELD_MS = 30_000;

export class Clock {
  #baseMs: number;
  #realBaseMs: number;
  #rate: number;
  #order = 0;
  readonly #queue: Entry[] = [];
  #alarm: NodeJS.Timeout | undefined;
  #advancing: Promise<void> = Promise.resolve();
  /** While advancing: the moment that the clock stands at. */
  #heldAtMs: number | undefined;
  readonly #holds = new Set<Hold>();
  /** Called when the clock has been moved, or goes at another rate. */
  moved: (() => void) | undefined;
  /** Hears of what a timer's work threw: nobody else can, and the timers behind it must have their turn. */
  failed: ((error: unknown) => void) | undefined;

  /**
   * @param options.startMs epoch milliseconds to start at; default: now
   * @param options.rate how many of its milliseconds pass in a real one: 1 real time, 60 accelerated, 0 only when moved
   */
  constructor(options: { startMs?: number; rate?: number } = {}) {
    this.#realBaseMs = realMs();
    this.#baseMs = options.startMs ?? Date.now();
    this.#rate = options.rate ?? 1;
  }

  /** Epoch milliseconds. */
  now(): number {
    if (this.#heldAtMs !== undefined) return this.#heldAtMs;
    return Math.floor(this.#baseMs + (realMs() - this.#realBaseMs) * this.#rate);
  }

  get rate(): number {
    return this.#rate;
  }

  /** True while `advance` is on its way: no real time passes between the timers that it fires. */
  get isAdvancing(): boolean {
    return this.#heldAtMs !== undefined;
  }

  /** Changes how fast time passes from here on. */
  setRate(rate: number): void {
    const nowMs = this.now();
    this.#realBaseMs = realMs();
    this.#baseMs = nowMs;
    this.#rate = rate;
    this.#arm();
    this.moved?.();
  }

  /** Calls `fire` once `delayMs` of this clock's time have passed. Never keeps the process alive. */
  setTimer(delayMs: number, fire: () => void): Timer {
    const entry: Entry = {
      dueMs: this.now() + Math.max(0, delayMs),
      order: this.#order++,
      fire,
      cancelled: false,
      cancel: () => {
        entry.cancelled = true;
        const at = this.#queue.indexOf(entry);
        if (at >= 0) {
          this.#queue.splice(at, 1);
          if (at === 0) this.#arm();
        }
      },
    };
    const at = this.#queue.findLastIndex(({ dueMs }) => dueMs <= entry.dueMs) + 1;
    this.#queue.splice(at, 0, entry);
    if (at === 0) this.#arm();
    return entry;
  }

  /** Resolves after `delayMs`; rejects with the signal's reason when it is aborted first. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const timer = this.setTimer(delayMs, () => {
        signal?.removeEventListener("abort", leave);
        resolve();
      });
      const leave = () => {
        timer.cancel();
        reject(signal?.reason);
      };
      signal?.addEventListener("abort", leave, { once: true });
    });
  }

  /**
   * Until this is disposed of, an advance stays where it has come: what somebody outside of Squall answers is followed at the moment
   * at which he was asked. Whoever takes longer than a second of the machine's time is not waited for.
   */
  hold(): Disposable {
    const { promise, resolve } = Promise.withResolvers<void>();
    const hold: Hold = { sinceMs: realMs(), released: promise };
    this.#holds.add(hold);
    return {
      [Symbol.dispose]: () => {
        this.#holds.delete(hold);
        resolve();
      },
    };
  }

  /** How long until the next timer fires; undefined when none is set. */
  get nextTimerMs(): number | undefined {
    const next = this.#queue[0];
    return next && Math.max(0, next.dueMs - this.now());
  }

  /**
   * Moves the clock forward, firing every timer that falls due on the way at its own moment. Between two timers the
   * event loop turns, so that what a timer started can set further timers.
   * @param signal aborted when nobody wants it any more: the clock stays where it has come
   * @throws RangeError for less than nothing, and for what lies behind the year 9999
   */
  advance(byMs: number, signal?: AbortSignal): Promise<void> {
    const moved = this.#advancing.then(() => this.#advance(byMs, signal));
    this.#advancing = moved.catch(() => {});
    return moved;
  }

  async #advance(byMs: number, signal?: AbortSignal): Promise<void> {
    if (!(byMs >= 0) || !Number.isFinite(byMs)) {
      throw new RangeError(
        `The clock can only be advanced by a number of milliseconds from 0, not by ${byMs}.`,
      );
    }
    if (this.now() + byMs > LATEST_MS)
      throw new RangeError(`The clock ends with the year 9999: ${byMs} milliseconds are too many.`);
    clearTimeout(this.#alarm);
    let untilMs = this.now() + byMs;
    this.#heldAtMs = this.now();
    let patienceMs = ALL_HELD_MS;
    try {
      await turn();
      for (;;) {
        patienceMs -= await this.#stay(patienceMs, signal);
        if (signal?.aborted) untilMs = this.#heldAtMs;
        const next = this.#queue[0];
        if (!next || next.dueMs > untilMs) break;
        this.#queue.shift();
        this.#heldAtMs = Math.max(this.#heldAtMs, next.dueMs);
        this.#fire(next);
        await turn();
      }
    } finally {
      this.#baseMs = untilMs;
      this.#realBaseMs = realMs();
      this.#heldAtMs = undefined;
      this.#arm();
      this.moved?.();
    }
  }

  /** Waits for the holds that are young. @returns how long it took, in real milliseconds */
  async #stay(patienceMs: number, signal: AbortSignal | undefined): Promise<number> {
    const fromMs = realMs();
    const passedMs = () => realMs() - fromMs;
    for (const hold of this.#holds) {
      const leftMs = Math.min(hold.sinceMs + HELD_MS - realMs(), patienceMs - passedMs());
      if (leftMs <= 0 || signal?.aborted) continue;
      const over = new AbortController();
      const late = realTime(leftMs, undefined, { signal: over.signal, ref: false }).catch(() => {});
      await Promise.race([hold.released, late]);
      over.abort();
      // Who was waited for goes on first.
      await turn();
    }
    return passedMs();
  }

  /** Drops every timer. */
  stop(): void {
    clearTimeout(this.#alarm);
    this.#queue.length = 0;
  }

  #arm(): void {
    clearTimeout(this.#alarm);
    const next = this.#queue[0];
    if (!next || this.#rate === 0 || this.#heldAtMs !== undefined) return;
    const realMs = Math.min(LONGEST_DELAY_MS, Math.max(0, Math.ceil((next.dueMs - this.now()) / this.#rate)));
    this.#alarm = setTimeout(() => this.#ring(), realMs).unref();
  }

  #ring(): void {
    const nowMs = this.now();
    for (let next = this.#queue[0]; next && next.dueMs <= nowMs; next = this.#queue[0]) {
      this.#queue.shift();
      this.#fire(next);
    }
    this.#arm();
  }

  #fire(entry: Entry): void {
    if (this.failed === undefined) {
      entry.fire();
      return;
    }
    try {
      entry.fire();
    } catch (error) {
      this.failed(error);
    }
  }
}

/** A few turns of the event loop: what has just been fired gets to run, with its promises and I/O callbacks. */
async function turn(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise<void>((resolve) => setImmediate(resolve));
}

const ISO_DURATION =
  /^P(?:(\d+(?:\.\d+)?)W)?(?:(\d+(?:\.\d+)?)D)?(?:T(?=\d)(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;
const SHORT_DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;
const SHORT_UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `PT5M`, `30s`, `200ms` or a number of milliseconds → milliseconds; undefined for anything else. */
export function parseDuration(value: unknown): number | undefined {
  if (typeof value === "number") return value >= 0 && Number.isFinite(value) ? value : undefined;
  if (typeof value !== "string") return undefined;
  const text = value.trim();
  const short = SHORT_DURATION.exec(text);
  if (short) return finite(Number(short[1]) * SHORT_UNIT_MS[short[2] as keyof typeof SHORT_UNIT_MS]);
  const iso = ISO_DURATION.exec(text);
  if (!iso || text === "P") return undefined;
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = iso
    .slice(1)
    .map((part) => Number(part ?? 0));
  return finite(((((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000);
}

const finite = (ms: number): number | undefined => (Number.isFinite(ms) ? ms : undefined);
