import { setTimeout as pause } from "node:timers/promises";

/** Nothing that a test waits for takes so long, however busy the machine is. */
const PATIENCE_MS = 60_000;
const PAUSE_MS = 2;

type Found<T> = Exclude<T, undefined | null | false | 0 | "">;

/**
 * Asks again and again until the answer is as wanted, and gives it. It does not count how often: how many answers or turns of the event
 * loop something takes is the machine's affair.
 * @param holds by default: the answer is something
 */
export async function until<T>(
  ask: () => Promise<T> | T,
  holds: (answer: T) => boolean = Boolean,
): Promise<Found<T>> {
  const endMs = performance.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (holds(answer)) return answer as Found<T>;
    if (performance.now() > endMs)
      throw new Error(`It did not come about; at last: ${JSON.stringify(answer)}`);
    await pause(PAUSE_MS);
  }
}
