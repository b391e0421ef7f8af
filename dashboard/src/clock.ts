import { ask } from "./api.ts";
import { Store } from "./store.ts";

/** Squall's clock as `GET /_squall/clock` says it, and when it said so in the browser's. */
interface Told {
  readonly epochMs: number;
  readonly rate: number;
  readonly atMs: number;
}

export const clock = new Store<Told>({ epochMs: Date.now(), rate: 1, atMs: performance.now() });

/** Epoch milliseconds of Squall's clock, now. */
export function squallNow(): number {
  const { epochMs, rate, atMs } = clock.value;
  return epochMs + (performance.now() - atMs) * rate;
}

export async function readClock(): Promise<void> {
  tell(await ask<Omit<Told, "atMs">>("GET", "/_squall/clock"));
}

/** @throws Refused */
export async function moveClock(change: { advance?: string; rate?: number }): Promise<void> {
  tell(await ask<Omit<Told, "atMs">>("POST", "/_squall/clock", change));
}

const tell = ({ epochMs, rate }: Omit<Told, "atMs">): void =>
  clock.set({ epochMs, rate, atMs: performance.now() });
