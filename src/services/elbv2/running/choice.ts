import type { Random } from "../../../core/random.ts";
import type { TargetRecord } from "../target.ts";
import { keyOfTarget } from "../target.ts";

/** Which target is next: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html#modify-routing-algorithm */
export class Choice {
  readonly #random: Pick<Random, "integer">;
  /** By group: how many have been chosen. */
  readonly #turns = new Map<string, number>();
  /** By target: how many requests are with it. */
  readonly #outstanding = new Map<string, number>();

  constructor(random: Pick<Random, "integer">) {
    this.#random = random;
  }

  /** @param among in the order of their ids; not empty */
  next(group: string, algorithm: string, among: readonly [TargetRecord, ...TargetRecord[]]): TargetRecord {
    if (algorithm === "weighted_random") return among[this.#random.integer(among.length)] ?? among[0];
    const turn = this.#turns.get(group) ?? 0;
    this.#turns.set(group, turn + 1);
    const inTurn = [...among.slice(turn % among.length), ...among.slice(0, turn % among.length)];
    if (algorithm !== "least_outstanding_requests") return inTurn[0] ?? among[0];
    const busy = (target: TargetRecord) => this.#outstanding.get(keyIn(group, target)) ?? 0;
    return inTurn.reduce((least, target) => (busy(target) < busy(least) ? target : least));
  }

  /** A request goes to a target. @returns what ends it */
  begin(group: string, target: TargetRecord): () => void {
    const key = keyIn(group, target);
    this.#outstanding.set(key, (this.#outstanding.get(key) ?? 0) + 1);
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      const left = (this.#outstanding.get(key) ?? 1) - 1;
      if (left > 0) this.#outstanding.set(key, left);
      else this.#outstanding.delete(key);
    };
  }
}

const keyIn = (group: string, target: TargetRecord): string =>
  JSON.stringify([group, ...keyOfTarget(target)]);
