import type { Clock } from "../../core/clock.ts";

const STEPS_PER_SECOND = 10;

/**
 * A body at a rate: a tenth of a second's worth at a time.
 * @param signal ends the waiting; what reads the body then hears of it
 */
export async function* atRate(
  chunks: AsyncIterable<Uint8Array>,
  bytesPerSecond: number,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const step = Math.max(1, Math.ceil(bytesPerSecond / STEPS_PER_SECOND));
  let owedMs = 0;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += step) {
      if (owedMs > 0) await clock.sleep(owedMs, signal);
      const piece = chunk.subarray(at, at + step);
      owedMs = (piece.length / bytesPerSecond) * 1000;
      yield piece;
    }
  }
}
