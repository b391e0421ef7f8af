import type { Clock } from "../../../core/clock.ts";

/**
 * Calls `fire` once, when `delayMs` have really passed or when the clock has been moved that far. A process runs in real
 * time however fast the clock goes, so an accelerated clock does not shorten what a function has; nor does the rest of an
 * advance on whose way it was started.
 */
export function setDeadline(clock: Clock, delayMs: number, fire: () => void): { cancel(): void } {
  let moved: { cancel(): void } | undefined;
  let afterAdvance: NodeJS.Immediate | undefined;
  const cancel = () => {
    clearTimeout(real);
    clearImmediate(afterAdvance);
    moved?.cancel();
  };
  const end = () => {
    cancel();
    fire();
  };
  const follow = () => {
    if (clock.isAdvancing) afterAdvance = setImmediate(follow);
    else moved = clock.setTimer(delayMs * Math.max(1, clock.rate), end);
  };
  const real = setTimeout(end, delayMs);
  real.unref();
  follow();
  return { cancel };
}
