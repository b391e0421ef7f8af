import type { Key } from "../core/key.ts";
import type { ServiceHost } from "../core/service.ts";
import type { Collection, CollectionDefinition } from "../core/storage.ts";
import type { Place } from "./arn-template.ts";
import { Dues, onceSettled } from "./due.ts";

/** The scheduled actions of a service of scaling, as it keeps them. */
interface Actions<R> {
  readonly collection: CollectionDefinition<R>;
  keyOf(action: R): Key;
  /** When an action is due next, in epoch milliseconds; undefined when it is not due any more. */
  dueOf(action: R, nowMs: number): number | undefined;
  /** Does what is due. Afterwards the action is waited for again, if it is still kept. */
  act(place: Place, action: R): void;
}

/** Scheduled actions, each with a timer for when it is due next. What was due while Squall was down is not made up for. */
export class ActionClock<R> {
  readonly #host: ServiceHost;
  readonly #actions: Actions<R>;
  readonly #dues: Dues;

  constructor(host: ServiceHost, actions: Actions<R>) {
    this.#host = host;
    this.#actions = actions;
    this.#dues = new Dues(host);
  }

  /** An action is new, changed or gone, or that could not be kept: it is waited for as it is kept. */
  look({ account, region }: Place, action: R): void {
    const key = this.#actions.keyOf(action);
    onceSettled(this.#host.storage, () => this.#await({ account, region }, key));
  }

  resume(): void {
    for (const place of this.#host.scopes())
      for (const key of this.#kept(place).keys()) this.#await(place, key);
  }

  stop(): void {
    this.#dues.stop();
  }

  #kept({ account, region }: Place): Collection<R> {
    return this.#host.store(account, region).collection(this.#actions.collection);
  }

  #await(place: Place, key: Key): void {
    const timer = JSON.stringify([place.account, place.region, ...key]);
    const action = this.#kept(place).get(key);
    const dueMs = action && this.#actions.dueOf(action, this.#host.clock.now());
    this.#dues.clear(timer);
    if (dueMs === undefined) return;
    this.#dues.set(timer, dueMs, () => {
      const current = this.#kept(place).get(key);
      if (!current) return;
      this.#actions.act(place, current);
      this.#await(place, key);
    });
  }
}
