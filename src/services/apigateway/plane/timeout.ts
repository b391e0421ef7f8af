import type { Clock } from "../../../core/clock.ts";
import { timedOut } from "./gateway-error.ts";

/** Runs what an integration does, for as long as it may take. @throws GatewayError INTEGRATION_TIMEOUT */
export async function within<T>(
  clock: Clock,
  timeoutMs: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = clock.setTimer(timeoutMs, () => {
    reject(timedOut());
    controller.abort(new Error("The integration took too long."));
  });
  try {
    return await Promise.race([work(controller.signal), promise]);
  } finally {
    timer.cancel();
  }
}
