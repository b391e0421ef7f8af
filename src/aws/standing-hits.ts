import type { FaultRule, Hit, PointSubject } from "../core/fault.ts";
import type { ServiceHost } from "../core/service.ts";
import type { Place } from "./arn-template.ts";

/** Something that rules may act on, and the point at which they do. */
export interface StandingSubject extends PointSubject {
  readonly point: string;
  readonly resource: string | readonly string[];
}

/** How what acts is looked for. */
interface Standing {
  readonly points: readonly string[];
  readonly place: Place;
  /** What there is now to act on. */
  subjects(): readonly StandingSubject[];
  /** Has a rule act. @returns how that is undone when the rule is gone */
  begin?(hit: Hit): () => void;
}

/**
 * The rules that act on something for as long as they are there: each decides once, when it is first seen. Whoever holds it looks
 * when rules come and go (`fault.rule` on the bus), and when there is something else to act on.
 */
export class StandingHits {
  readonly #host: ServiceHost;
  readonly #standing: Standing;
  /** By rule and resource: what acts, and how that is undone; rules that passed it by are there, too. */
  readonly #known = new Map<
    string,
    { readonly rule: FaultRule; readonly hit: Hit | undefined; readonly undo: () => void }
  >();

  constructor(host: ServiceHost, standing: Standing) {
    this.#host = host;
    this.#standing = standing;
  }

  /** @returns what acts now */
  look(): readonly Hit[] {
    const { points, place, subjects, begin } = this.#standing;
    const nowMs = this.#host.clock.now();
    const rules = this.#host.faults
      .list()
      .filter(({ point, startsAt = nowMs }) => points.includes(point) && startsAt <= nowMs);
    for (const [key, { rule, undo }] of this.#known) {
      // One that has been changed is another.
      if (rules.includes(rule)) continue;
      this.#known.delete(key);
      undo();
    }
    for (const { point, asks, ...subject } of rules.length > 0 ? subjects() : []) {
      const keyOf = (rule: string) => `${rule} ${subject.resource}`;
      const news = rules.filter(
        (rule) => rule.point === point && !this.#known.has(keyOf(rule.id)) && asks?.(rule) !== false,
      );
      if (news.length === 0) continue;
      // One that has decided already neither counts nor decides again.
      const hits = this.#host.hits(point, { ...subject, asks: (rule) => news.includes(rule) }, place);
      for (const one of news) {
        const { id } = one;
        // A rule that is spent with this hit has us look again meanwhile.
        if (this.#known.has(keyOf(id))) continue;
        const hit = hits.find(({ rule }) => rule.id === id);
        this.#known.set(keyOf(id), { rule: one, hit, undo: (hit && begin?.(hit)) ?? (() => {}) });
      }
    }
    return [...this.#known.values()].flatMap(({ hit }) => hit ?? []);
  }

  /** What was acted on is gone: all is undone. */
  end(): void {
    const known = [...this.#known.values()];
    this.#known.clear();
    for (const { undo } of known) undo();
  }
}
