import type { Bus } from "../core/bus.ts";

/** A target of a load balancer's, by its target group's ARN. */
export interface KnownTarget {
  readonly group: string;
  readonly id: string;
  readonly port: number;
}

export type TargetState = "initial" | "healthy" | "unhealthy";

/** What load balancers have found out about their targets, for services whose tasks and instances these are. */
class TargetStates {
  readonly #states = new Map<string, TargetState>();
  readonly #listeners = new Set<(target: KnownTarget) => void>();

  /** @param state undefined: nobody looks after it any more */
  say(target: KnownTarget, state: TargetState | undefined): void {
    const key = keyOf(target);
    if (this.#states.get(key) === state) return;
    if (state === undefined) this.#states.delete(key);
    else this.#states.set(key, state);
    for (const listener of this.#listeners) listener(target);
  }

  /** Undefined for a target that no load balancer looks after. */
  of(target: KnownTarget): TargetState | undefined {
    return this.#states.get(keyOf(target));
  }

  /** Is an instance in that state at any of its ports? */
  isAnyOf(group: string, id: string, state: TargetState): boolean {
    const prefix = keyOf({ group, id, port: 0 }).slice(0, -2);
    return [...this.#states].some(([key, one]) => one === state && key.startsWith(prefix));
  }

  /** Hears of every change. @returns ends that */
  subscribe(listener: (target: KnownTarget) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

const keyOf = ({ group, id, port }: KnownTarget): string => JSON.stringify([group, id, port]);

const clouds = new WeakMap<Bus, TargetStates>();

/** The targets of the load balancers in the cloud of a service. */
export function targetStates({ bus }: { readonly bus: Bus }): TargetStates {
  const known = clouds.get(bus) ?? new TargetStates();
  clouds.set(bus, known);
  return known;
}
