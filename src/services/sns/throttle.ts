import type { Delivery } from "./delivery.ts";

/** `throttlePolicy.maxReceivesPerSecond` of HTTP(S) subscriptions: deliveries are spread evenly. */
export class Throttle {
  /** When the next delivery of a subscription may go out, in epoch milliseconds. */
  readonly #nextAtMs = new Map<string, number>();

  /** Takes the next free moment for a delivery: not before its due time, nor before now. */
  slot({ subscription, dueAtMs }: Delivery, nowMs: number): number {
    const { protocol, attributes, arn } = subscription;
    if (protocol !== "http" && protocol !== "https") return dueAtMs;
    const policy = attributes["DeliveryPolicy"];
    const perSecond = policy ? JSON.parse(policy).throttlePolicy?.maxReceivesPerSecond : undefined;
    if (!perSecond) return dueAtMs;
    const atMs = Math.max(nowMs, dueAtMs, this.#nextAtMs.get(arn) ?? 0);
    this.#nextAtMs.set(arn, atMs + 1000 / perSecond);
    return atMs;
  }
}
