import type { Clock } from "../core/clock.ts";
import type { FleetStore } from "./port.ts";

/** A store that has not answered by then is taken as gone: nobody waits for it for ever. */
const PATIENCE_MS = 10_000;

/** The same store, each of whose answers comes within a time or is an error. */
export function patient(store: FleetStore, clock: Clock): FleetStore {
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      return (...given: unknown[]) => inTime(member.apply(target, given) as Promise<unknown>, clock);
    },
  });
}

function inTime<T>(answer: Promise<T>, clock: Clock): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const timer = clock.setTimer(PATIENCE_MS, () =>
    reject(new Error(`The store has not answered for ${PATIENCE_MS / 1000} seconds.`)),
  );
  answer.then(resolve, reject).finally(() => timer.cancel());
  return promise;
}
