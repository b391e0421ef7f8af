import { parseArn, partsOf } from "../../core/arn.ts";
import type { ServiceHost } from "../../core/service.ts";
import { defineCollection } from "../../core/storage.ts";

/** An activity as it is kept, by its name. */
export interface ActivityRecord {
  readonly name: string;
  readonly arn: string;
  readonly createdMs: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly encryption: { readonly type: string };
}

export const activityRecords = defineCollection<ActivityRecord>({ name: "activities" });

/** A task that waits for somebody to fetch it, by activity, time and token. */
interface QueuedTask {
  readonly token: string;
  readonly input: string;
  readonly queuedMs: number;
}

const queuedTasks = defineCollection<QueuedTask>({ name: "activity-tasks" });

/** Tasks of activities, and the workers that wait for them. */
export class ActivityQueue {
  readonly #host: ServiceHost;
  readonly #waiting = new Map<string, Set<() => void>>();

  constructor(host: ServiceHost) {
    this.#host = host;
  }

  has(arn: string): boolean {
    const parsed = parseArn(arn);
    if (!parsed) return false;
    const store = this.#host.store(parsed.account, parsed.region);
    return store.collection(activityRecords).has([nameOf(arn)]);
  }

  add(arn: string, token: string, input: string): void {
    const queuedMs = this.#host.clock.now();
    this.#tasks(arn).put([nameOf(arn), queuedMs, token], { token, input, queuedMs });
    const waiting = this.#waiting.get(arn);
    this.#waiting.delete(arn);
    for (const wake of waiting ?? []) wake();
  }

  /** Takes the task that has waited longest. */
  take(arn: string): QueuedTask | undefined {
    const tasks = this.#tasks(arn);
    for (const { key, value } of tasks.entries({ prefix: [nameOf(arn)], limit: 1 })) {
      tasks.delete(key);
      return value;
    }
    return undefined;
  }

  /** Resolves when there may be a task, when the time is over, or when the worker leaves. */
  wait(arn: string, untilMs: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.#host;
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(arn) ?? new Set();
      this.#waiting.set(arn, waiting);
      const leave = () => {
        waiting.delete(leave);
        timer.cancel();
        signal.removeEventListener("abort", leave);
        resolve();
      };
      const timer = clock.setTimer(untilMs - clock.now(), leave);
      waiting.add(leave);
      signal.addEventListener("abort", leave, { once: true });
    });
  }

  stop(): void {
    for (const waiting of this.#waiting.values()) for (const wake of [...waiting]) wake();
    this.#waiting.clear();
  }

  #tasks(arn: string) {
    const { account, region } = partsOf(arn);
    return this.#host.store(account, region).collection(queuedTasks);
  }
}

const nameOf = (arn: string): string => arn.split(":").at(-1) ?? "";
