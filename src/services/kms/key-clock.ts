import type { KeyRecord } from "./key.ts";

/** When the clock next does something to a key: deletes it, rotates it, lets its material expire. */
export function nextDue({ deletion, rotation, isEnabled, materials }: KeyRecord, nowMs: number): number {
  const rotates = rotation && isEnabled && !deletion ? rotation.nextMs : undefined;
  const all = [deletion?.atMs, rotates, ...materials.map(({ validToMs }) => validToMs)];
  return Math.min(...all.map((ms) => (ms !== undefined && ms > nowMs ? ms : Infinity)));
}
