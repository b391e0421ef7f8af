/** The token bucket that API Gateway throttles with: `burst` requests at once, `ratePerSecond` in the long run. */
export class TokenBucket {
  readonly #ratePerSecond: number;
  readonly #burst: number;
  #tokens: number;
  #atMs: number;

  constructor(limits: { ratePerSecond: number; burst: number }, nowMs: number) {
    this.#ratePerSecond = limits.ratePerSecond;
    this.#burst = limits.burst;
    this.#tokens = limits.burst;
    this.#atMs = nowMs;
  }

  has(limits: { ratePerSecond: number; burst: number }): boolean {
    return this.#ratePerSecond === limits.ratePerSecond && this.#burst === limits.burst;
  }

  /** Takes a token; false when there is none. */
  take(nowMs: number): boolean {
    const passedMs = Math.max(0, nowMs - this.#atMs);
    this.#tokens = Math.min(this.#burst, this.#tokens + (passedMs / 1000) * this.#ratePerSecond);
    this.#atMs = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
