import { ask, NoAnswer, Refused } from "../api.ts";
import { on } from "../events.ts";
import { Store } from "../store.ts";
import type { ExploreReport } from "./report.ts";

/** A report, and whether its exploration still goes on. */
export interface Shown {
  readonly report: ExploreReport;
  readonly isRunning: boolean;
  /** It was opened here: nobody says more of it. */
  readonly isFile?: true;
}

/** What the page shows: the report that was opened last, or what `squall explore` says of itself. */
export const shown = new Store<Shown | undefined>(undefined);

/** While one runs it is looked at so often, also when nothing is heard: it may have been killed. */
const LOOK_MS = 10_000;

let isReading = false;
let isWanted = false;

/** Reads what Squall was shown last, once however many ask at the same time. */
async function read(): Promise<void> {
  isWanted = true;
  if (isReading) return;
  isReading = true;
  try {
    while (isWanted) {
      isWanted = false;
      shown.set(await ask<Shown>("GET", "/_squall/explore"));
    }
  } catch (error) {
    const isGone = error instanceof Refused && error.status === 404;
    if (isGone && !shown.value?.isFile) shown.set(undefined);
    // Nobody has explored here, or Squall is not there, which the page says elsewhere.
    if (!(error instanceof Refused) && !(error instanceof NoAnswer)) throw error;
  } finally {
    isReading = false;
  }
}

/** Follows explorations for as long as somebody looks. Returns how to stop. */
export function followExplorations(): () => void {
  if (!shown.value?.isFile) void read();
  const stop = on("explore.report", () => void read());
  const timer = setInterval(() => shown.value?.isRunning && void read(), LOOK_MS);
  return () => {
    stop();
    clearInterval(timer);
  };
}
