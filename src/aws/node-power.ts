import type { ServiceHost } from "../core/service.ts";
import type { Place } from "./arn-template.ts";
import { StandingHits, type StandingSubject } from "./standing-hits.ts";

/** Which nodes of a service's caches have power: those that no rule has taken it from. */
export class NodePower {
  readonly #host: ServiceHost;
  readonly #point: string;
  /** What rules do to each node. */
  readonly #faults = new Map<string, StandingHits>();

  /** @param point at which rules take a node's power */
  constructor(host: ServiceHost, point: string) {
    this.#host = host;
    this.#point = point;
  }

  /** @param subject what rules see of a node, from when it is first asked for until it is forgotten */
  isOn(
    arn: string,
    { account, region }: Place,
    subject: Pick<StandingSubject, "resource" | "input">,
  ): boolean {
    const faults =
      this.#faults.get(arn) ??
      new StandingHits(this.#host, {
        points: [this.#point],
        place: { account, region },
        subjects: () => [{ point: this.#point, ...subject }],
      });
    this.#faults.set(arn, faults);
    return !faults.look().some(({ effect }) => effect === "power-off");
  }

  /** The node is gone. */
  forget(arn: string): void {
    this.#faults.delete(arn);
  }
}
