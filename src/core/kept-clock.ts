import { Clock, LATEST_MS } from "./clock.ts";
import { isStoreFailure } from "./storage.ts";

/** Where a clock leaves word of what time it is: notes that outlive the process. */
export interface ClockHome {
  note(name: string): unknown;
  setNote(name: string, value: unknown): void;
  beforeCommit: (() => void) | undefined;
  /** Goes up when what was written is not there any more. */
  readonly revision: number;
  /** Keeps what has been written at once. */
  commit(): void;
}

/** What time it was, here and for real. */
export interface KeptTime {
  readonly nowMs: number;
  readonly realMs: number;
}

const NOTE = "clock";
/** How far a clock may go from what is noted of it before that is noted anew. */
const TOLERANCE_MS = 500;

/**
 * A clock that goes on where the process before it has stopped, so that nothing which is kept lies in its future. Real time
 * that has passed meanwhile counts, unless the clock stands still.
 */
export function keptClock(home: ClockHome, rate: number): Clock {
  const clock = new Clock({ rate, startMs: startOf(home.note(NOTE) as KeptTime | undefined, rate) });
  let noted = 0;
  let revision: number | undefined;
  const keep = () => {
    const time = timeOf(clock);
    const ahead = time.nowMs - time.realMs;
    const isNoted = revision === undefined || revision === home.revision;
    if (isNoted && Math.abs(ahead - noted) <= TOLERANCE_MS) return;
    home.setNote(NOTE, time);
    noted = ahead;
    revision = home.revision;
  };
  // A clock that only ticks is noted with what is written meanwhile; one that is moved, at once.
  home.beforeCommit = keep;
  clock.moved = () => {
    try {
      keep();
    } catch (error) {
      // It has been moved all the same, and is noted with what is written next.
      if (!isStoreFailure(error)) throw error;
    }
    home.commit();
  };
  return clock;
}

export const timeOf = (clock: Clock): KeptTime => ({ nowMs: clock.now(), realMs: Date.now() });

/** How far a clock must be moved so that it is not behind a state that was saved. */
export function lagBehind(clock: Clock, saved: unknown): number {
  const time = saved as KeptTime | undefined;
  return time ? Math.max(0, startOf(time, clock.rate) - clock.now()) : 0;
}

function startOf(kept: KeptTime | undefined, rate: number): number {
  const realMs = Date.now();
  // A state from elsewhere may say anything.
  if (!kept || !(kept.nowMs <= LATEST_MS && kept.nowMs >= 0)) return realMs;
  if (rate === 0) return kept.nowMs;
  const passedMs = Math.max(0, realMs - kept.realMs) || 0;
  return Math.max(realMs, Math.min(LATEST_MS, kept.nowMs + passedMs));
}
