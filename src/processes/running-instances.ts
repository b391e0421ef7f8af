import type { Bus } from "../core/bus.ts";
import type { Machine } from "./machine.ts";

/** An instance that runs, for services that have not started it: Systems Manager sends commands to it. */
export interface RunningInstance {
  readonly id: string;
  readonly account: string;
  readonly region: string;
  readonly machine: Machine;
  /** The role that its processes act with. */
  readonly role: string;
  /** Epoch milliseconds of the clock. */
  readonly startedMs: number;
  tags(): Readonly<Record<string, string>>;
}

/** The instances of a cloud that run, by id. */
class RunningInstances {
  readonly #running = new Map<string, RunningInstance>();
  readonly #listeners = new Set<(gone: RunningInstance) => void>();

  add(instance: RunningInstance): void {
    this.#running.set(instance.id, instance);
  }

  remove(id: string): void {
    const gone = this.#running.get(id);
    this.#running.delete(id);
    if (gone) for (const listener of this.#listeners) listener(gone);
  }

  /** Hears of each that does not run any more. @returns ends that */
  subscribe(listener: (gone: RunningInstance) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get(id: string): RunningInstance | undefined {
    return this.#running.get(id);
  }

  /** Those of an account and Region, in the order of their ids. */
  in({ account, region }: { readonly account: string; readonly region: string }): RunningInstance[] {
    return [...this.#running.values()]
      .filter((one) => one.account === account && one.region === region)
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  }
}

const clouds = new WeakMap<Bus, RunningInstances>();

/** The instances that run in the cloud of a service. */
export function runningInstances({ bus }: { readonly bus: Bus }): RunningInstances {
  const known = clouds.get(bus) ?? new RunningInstances();
  clouds.set(bus, known);
  return known;
}
