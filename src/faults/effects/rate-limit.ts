import type { FaultEffect } from "../../core/fault.ts";

interface RateLimitParams {
  /** Calls a second. */
  readonly rate: number;
  readonly burst?: number;
}

interface Bucket {
  tokens: number;
  filledAtMs: number;
}

/** A bucket goes with what the rule counts by. */
const buckets = new WeakMap<object, Bucket>();

const rateLimit: FaultEffect<RateLimitParams> = {
  name: "rate-limit",
  description: "Lets a steady rate of calls pass and answers the others with the service's throttle error.",
  parameters: {
    rate: {
      type: "number",
      unit: "calls/s",
      description: "How fast the token bucket fills.",
      required: true,
      min: 0,
    },
    burst: {
      type: "integer",
      unit: "calls",
      description:
        "How many calls the bucket holds; it starts full. Default: one second's worth, at least 1.",
      min: 1,
    },
  },
  shorthand: (value) => ({ rate: value }),
  ends: () => true,

  /** Takes a token; fires when there is none. */
  fires({ rate, burst = Math.max(1, Math.ceil(rate)) }, _call, { counted, clock, share }) {
    const nowMs = clock.now();
    // In a fleet a gateway has a part of the bucket, and what comes into it.
    const size = share(burst);
    const bucket = buckets.get(counted) ?? { tokens: size, filledAtMs: nowMs };
    buckets.set(counted, bucket);
    const elapsedMs = Math.max(0, nowMs - bucket.filledAtMs);
    bucket.tokens = Math.min(size, bucket.tokens + (elapsedMs * rate * (size / burst)) / 1000);
    bucket.filledAtMs = nowMs;
    // Ten times a tenth of a token is a token.
    if (bucket.tokens < 1 - 1e-9) return true;
    bucket.tokens -= 1;
    return false;
  },

  apply: async (_params, _call, _next, ctx) => ({ kind: "error", error: ctx.commonError("throttle") }),
};

export default rateLimit;
