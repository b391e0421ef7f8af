/** A gateway takes this part of the whole at once, at least 1: the more traffic it has, the more often it asks. */
const PARTS = 32;
/** Who has asked in vain asks again after so long, and who has not used what it holds for so long gives it back when others are short. */
const DRY_MS = 1000;
const IDLE_MS = 5000;

/** What one gateway holds of one thing that is shared out. */
export class Held {
  readonly key: string;
  readonly total: number;
  /** It is used up and comes back with time: `times` in a window, a rate. */
  readonly comesBack: boolean;
  readonly #isRate: boolean;
  readonly #windowMs: number | undefined;
  #units = 0;
  /** How often it was used, or when of late. */
  #used = 0;
  #usedAtMs: number[] = [];
  /** How many asked for one in vain since the last request. */
  #missed = 0;
  #askedAtMs: number;
  #dryUntilMs = 0;

  /** @param windowMs `times` counts within it; undefined for what is used up for good, and for a rate, which only holds */
  constructor(
    key: string,
    total: number,
    nowMs: number,
    kind: { windowMs?: number | undefined; isRate: boolean },
  ) {
    this.key = key;
    this.total = total;
    this.#windowMs = kind.windowMs;
    this.#isRate = kind.isRate;
    this.comesBack = kind.isRate || kind.windowMs !== undefined;
    this.#askedAtMs = nowMs;
  }

  get units(): number {
    return this.#units;
  }

  /** Takes one to use, if there is one. */
  take(nowMs: number, paceMs: number): boolean {
    this.touch(paceMs);
    if (this.free(nowMs) < 1) {
      this.#missed++;
      return false;
    }
    if (this.#windowMs === undefined) this.#used++;
    else this.#usedAtMs.push(nowMs);
    return true;
  }

  /** Somebody wants it here. */
  touch(paceMs: number): void {
    this.#askedAtMs = paceMs;
  }

  free(nowMs: number): number {
    if (this.#windowMs !== undefined) {
      const [first] = this.#usedAtMs;
      if (first !== undefined && first <= nowMs - this.#windowMs) {
        const since = nowMs - this.#windowMs;
        this.#usedAtMs = this.#usedAtMs.filter((atMs) => atMs > since);
      }
      return this.#units - this.#usedAtMs.length;
    }
    return this.#units - this.#used;
  }

  /** How much to ask for: 0 to hear whether others are short of what is idle here; undefined for nothing. */
  wants(nowMs: number, paceMs: number): number | undefined {
    const free = this.free(nowMs);
    const part = Math.max(1, Math.floor(this.total / PARTS));
    const rests = free >= 1 ? 0 : undefined;
    if (this.#isIdle(paceMs)) return rests;
    // A rate is never used up: there is always use for more of it.
    const isLow = this.#isRate || this.#missed > 0 || free < part / 2;
    if (!isLow || this.#units >= this.total || paceMs < this.#dryUntilMs)
      return this.#isRate ? rests : undefined;
    return Math.min(this.total, Math.max(part, this.#missed));
  }

  /** A request is on its way. */
  asks(): void {
    this.#missed = 0;
  }

  /** @returns how much is given back, which is out of use here from now on */
  hears(
    wanted: number,
    { got, isShort }: { got: number; isShort: boolean },
    nowMs: number,
    paceMs: number,
  ): number {
    this.#units += got;
    if (got < wanted) this.#dryUntilMs = paceMs + DRY_MS;
    if (wanted > 0 || !isShort) return 0;
    if (this.#isIdle(paceMs)) return this.giveBack(nowMs);
    if (!this.#isRate || this.#units < 2) return 0;
    // Whoever came first had it all: the busy leave some to each other.
    const part = Math.ceil(this.#units / 8);
    this.#units -= part;
    this.#dryUntilMs = paceMs + 2 * DRY_MS;
    return part;
  }

  /** Everything that is not used up. */
  giveBack(nowMs: number): number {
    const free = Math.max(0, Math.floor(this.free(nowMs)));
    this.#units -= free;
    return free;
  }

  #isIdle(paceMs: number): boolean {
    return paceMs - this.#askedAtMs >= IDLE_MS;
  }
}
