import type { Hit, PointSubject } from "../core/fault.ts";
import type { ServiceHost } from "../core/service.ts";
import type { Place } from "./arn-template.ts";

/**
 * The rules that act on one thing for as long as they are there: each decides once, when it is first seen. Whoever holds it looks
 * when rules come and go (`fault.rule` on the bus).
 */
export class StandingHits {
  readonly #host: ServiceHost;
  readonly #point: string;
  readonly #place: Place;
  readonly #subject: () => PointSubject;
  /** By rule; those that passed it by are there, too. */
  readonly #known = new Map<string, Hit | undefined>();

  constructor(host: ServiceHost, point: string, place: Place, subject: () => PointSubject) {
    this.#host = host;
    this.#point = point;
    this.#place = place;
    this.#subject = subject;
  }

  /** What acts on it now. */
  look(): readonly Hit[] {
    const rules = this.#host.faults.list().filter(({ point }) => point === this.#point);
    const there = new Set(rules.map(({ id }) => id));
    for (const id of this.#known.keys()) if (!there.has(id)) this.#known.delete(id);
    if (rules.some(({ id }) => !this.#known.has(id))) {
      const hits = this.#host.hits(this.#point, this.#subject(), this.#place);
      for (const { id } of rules)
        if (!this.#known.has(id))
          this.#known.set(
            id,
            hits.find(({ rule }) => rule.id === id),
          );
    }
    return [...this.#known.values()].filter((hit) => hit !== undefined);
  }
}
