import { readJson } from "../../../core/read-json.ts";
import { StateFailure } from "../language/failure.ts";
import type { Json } from "../language/json.ts";
import type { Visit } from "../run/visit.ts";

/** The time that a task has, its heartbeats, and the callback that it may wait for. */
export class TaskWait {
  readonly #visit: Visit;
  readonly #abort = new AbortController();
  readonly signal: AbortSignal;
  #timer: { cancel(): void } | undefined;

  constructor(visit: Visit) {
    this.#visit = visit;
    this.signal = AbortSignal.any([this.#abort.signal, visit.run.abort.signal, visit.branch.signal]);
  }

  /** Does something within TimeoutSeconds and HeartbeatSeconds. @throws StateFailure States.Timeout; Interrupted */
  within<T>(work: () => Promise<T>): Promise<T> {
    const { branch } = this.#visit;
    const late = new Promise<never>((_, reject) => {
      this.#watch(reject);
      const onAbort = () => {
        try {
          branch.check();
        } catch (error) {
          reject(error as Error);
        }
      };
      this.signal.addEventListener("abort", onAbort, { once: true });
    });
    return Promise.race([work(), late]);
  }

  /** Ends what may still be under way. */
  end(): void {
    this.#timer?.cancel();
    this.#visit.branch.woken = undefined;
    this.#abort.abort(new Error("The task is over."));
  }

  #watch(reject: (error: Error) => void): void {
    const { branch, run } = this.#visit;
    const { timeoutAtMs, heartbeatAtMs } = branch.frame.work ?? {};
    const dueMs = Math.min(
      timeoutAtMs ?? Number.POSITIVE_INFINITY,
      heartbeatAtMs ?? Number.POSITIVE_INFINITY,
    );
    if (!Number.isFinite(dueMs)) return;
    this.#timer = run.host.clock.setTimer(dueMs - run.nowMs, () => {
      const work = branch.frame.work ?? {};
      if (work.timeoutAtMs !== undefined && work.timeoutAtMs <= run.nowMs) reject(timedOut(false));
      else if (work.heartbeatAtMs !== undefined && work.heartbeatAtMs <= run.nowMs) reject(timedOut(true));
      // A heartbeat has come meanwhile.
      else this.#watch(reject);
    });
  }

  /** Waits for the callback of the task's token. @throws StateFailure what it says */
  async callback(): Promise<Json> {
    const { branch } = this.#visit;
    for (;;) {
      const outcome = branch.frame.work?.outcome;
      if (outcome !== undefined) {
        if ("output" in outcome) return readJson(outcome.output) as Json;
        throw new StateFailure(outcome.error, outcome.cause, "task");
      }
      await new Promise<void>((resolve) => {
        branch.woken = resolve;
        this.signal.addEventListener("abort", () => resolve(), { once: true });
      });
      branch.check();
      this.signal.throwIfAborted();
    }
  }
}

export const timedOut = (isHeartbeat: boolean): StateFailure =>
  new StateFailure("States.Timeout", undefined, "task", { isHeartbeat });
