import { setTimeout as realTime } from "node:timers/promises";
import type { Bus } from "../core/bus.ts";
import type { Call } from "../core/call.ts";
import type { Clock } from "../core/clock.ts";

/** What Settling looks at. */
export interface SettlingParts {
  readonly bus: Bus;
  readonly clock: Clock;
  /** The calls that have begun and not ended. */
  underWay(): Iterable<Call & { readonly isInternal: boolean }>;
  /** Is a service at work outside of any call? */
  isBusy(): boolean;
}

/** How a world came to rest. */
export interface Settled {
  /** False: at the end of the time that was given something still happened. */
  readonly isQuiet: boolean;
  /** How much of the clock's time passed. */
  readonly passedMs: number;
}

/** Calls that wait for something to happen, or look whether it has. They are no sign of life. */
const LOOKING =
  /^(?:ReceiveMessage|GetRecords|GetShardIterator|DescribeStream|ListShards|SubscribeToShard|StartLiveTail|GetActivityTask|Describe\w+|PutMetricData|PutLogEvents|CreateLogStream|CreateLogGroup)$/;
/** So much at a time: a step is longer than most things' delays, and shorter than the shortest visibility that is usual. */
const STEP_MS = 10_000;
/** When nothing has happened for so long, nothing will: Lambda's second retry comes after two minutes, SQS' messages after 30 s. */
const QUIET_MS = 200_000;
/** Real milliseconds without a call after which what a step set off is over. */
const BREATH_MS = 4;
/** A call that takes longer in real time is not waited for. */
const PATIENCE_MS = 30_000;

/** Lets a world come to rest. */
export class Settling {
  readonly #parts: SettlingParts;

  constructor(parts: SettlingParts) {
    this.#parts = parts;
  }

  /** @param withinMs at most so much of the clock's time */
  async settle(withinMs: number): Promise<Settled> {
    const { bus, clock } = this.#parts;
    let happened = 0;
    const unsubscribe = bus.subscribe("call.ended", ({ operation }) => {
      if (!LOOKING.test(operation)) happened++;
    });
    try {
      const startMs = clock.now();
      let lastMs = startMs;
      await this.#rest(() => happened);
      for (;;) {
        const before = happened;
        const leftMs = startMs + withinMs - clock.now();
        if (clock.now() - lastMs >= QUIET_MS) return { isQuiet: true, passedMs: clock.now() - startMs };
        if (leftMs <= 0) return { isQuiet: false, passedMs: clock.now() - startMs };
        // Until the next timer nothing can happen: the time before it need not be looked at.
        const restMs = lastMs + QUIET_MS - clock.now();
        const nextMs = clock.nextTimerMs ?? Number.POSITIVE_INFINITY;
        await clock.advance(Math.min(Math.max(STEP_MS, Math.min(nextMs, restMs)), leftMs));
        if (nextMs <= restMs) await this.#rest(() => happened);
        if (happened > before) lastMs = clock.now();
      }
    } finally {
      unsubscribe();
    }
  }

  /** Until, in real time, nothing runs and nothing more begins. */
  async #rest(happened: () => number): Promise<void> {
    const until = performance.now() + PATIENCE_MS;
    for (;;) {
      const before = happened();
      await realTime(BREATH_MS);
      if (!this.#isAtWork() && happened() === before) return;
      if (performance.now() > until) return;
    }
  }

  #isAtWork(): boolean {
    if (this.#parts.isBusy()) return true;
    for (const { operation } of this.#parts.underWay()) if (!LOOKING.test(operation)) return true;
    return false;
  }
}
