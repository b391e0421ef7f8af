import type { Clock } from "../../../core/clock.ts";

/**
 * Calls `fire` once, when `delayMs` have really passed or when the clock has been moved that far. A process runs in real
 * time however fast the clock goes, so an accelerated clock does not shorten what a function has.
 */
export function setDeadline(clock: Clock, delayMs: number, fire: () => void): { cancel(): void } {
  const cancel = () => {
    clearTimeout(real);
    moved.cancel();
  };
  const end = () => {
    cancel();
    fire();
  };
  const real = setTimeout(end, delayMs);
  real.unref();
  const moved = clock.setTimer(delayMs * Math.max(1, clock.rate), end);
  return { cancel };
}
