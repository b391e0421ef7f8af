import { flushCompileCache } from "node:module";
import type { Bus } from "../core/bus.ts";
import { giveBack } from "../server/tidy.ts";

/** So long nothing is done before a start is over: whoever has started Squall for a call has made it. */
const REST_MS = 1000;
/** What timers take, and whoever asks whether it is ready. */
const REST_CPU_MICROS = 20_000;
/** A larger heap holds what was kept in a data directory, or has been stored since: to go through it would take too long. */
const MOST_HEAP_BYTES = 32 * 1024 * 1024;

/**
 * What a start leaves for later, once nothing is asked. What Node has compiled is kept for the next one, also of a Squall that will be
 * killed, and a megabyte of memory goes with it; five more are given back. Whoever calls first only after that makes services load: it
 * is done once more then.
 */
export function restAfterStart(bus: Bus): void {
  whenQuiet(() => {
    rest();
    const unsubscribe = bus.subscribe("call.ended", () => {
      unsubscribe();
      whenQuiet(rest);
    });
  });
}

function whenQuiet(work: () => void): void {
  let before = process.cpuUsage();
  const looking = setInterval(() => {
    const { user, system } = process.cpuUsage(before);
    before = process.cpuUsage();
    if (user + system > REST_CPU_MICROS) return;
    clearInterval(looking);
    work();
  }, REST_MS).unref();
}

function rest(): void {
  flushCompileCache();
  if (process.memoryUsage().heapUsed < MOST_HEAP_BYTES) giveBack();
}
