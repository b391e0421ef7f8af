import type { Clock } from "../../core/clock.ts";
import type { Hit } from "../../core/fault.ts";

/** A rate is kept by tenths of a second. */
const STEPS_PER_SECOND = 10;

/** What one rule does to one direction of one connection, as long as both are there. */
export class Bend {
  /** What is sent is taken in pieces of at most so many bytes. */
  readonly pieceBytes: number;
  readonly #clock: Clock;
  readonly #lateMs: (bytes: number) => number;
  /** What waits, and is let through when the rule is gone. */
  readonly #waiting = new Set<() => void>();
  #room: number;
  #isOver = false;

  private constructor(clock: Clock, { pieceBytes = Infinity, room = Infinity, lateMs }: BendOptions) {
    this.#clock = clock;
    this.#lateMs = lateMs ?? (() => 0);
    this.pieceBytes = pieceBytes;
    this.#room = room;
  }

  /** What a rule does to what goes in a direction; undefined when that is nothing. */
  static of(hit: Hit, direction: "up" | "down", clock: Clock): Bend | undefined {
    const { effect, params } = hit;
    if (params["direction"] !== direction && params["direction"] !== "both") return undefined;
    const ms = Number(params["ms"]);
    const bytes = Number(params["bytes"]);
    switch (effect) {
      case "latency": {
        const jitterMs = Number(params["jitter"]);
        let pieces = 0;
        const draw = () => (jitterMs === 0 ? 0.5 : hit.draw(`${direction} ${pieces++}`));
        return new Bend(clock, { lateMs: () => Math.max(0, ms + jitterMs * (2 * draw() - 1)) });
      }
      case "bandwidth": {
        const rate = Number(params["bytesPerSecond"]);
        const pieceBytes = Math.max(1, Math.ceil(rate / STEPS_PER_SECOND));
        return new Bend(clock, { pieceBytes, lateMs: inTurn(clock, (size) => (size / rate) * 1000) });
      }
      case "slice": {
        const delayMs = Number(params["delay"]);
        return new Bend(clock, {
          pieceBytes: bytes,
          lateMs: inTurn(clock, (size) => (size > 0 ? delayMs : 0)),
        });
      }
      case "blackhole":
        return new Bend(clock, { lateMs: () => Infinity });
      case "cut":
        return new Bend(clock, { room: bytes });
      case "slow-close":
        return new Bend(clock, { lateMs: (size) => (size === 0 ? ms : 0) });
      default:
        return undefined;
    }
  }

  /** How much more may be sent before the connection is cut. */
  get room(): number {
    return this.#isOver ? Infinity : this.#room;
  }

  sent(bytes: number): void {
    this.#room -= bytes;
  }

  /** Resolves when a piece may go on; undefined when it may at once. @param bytes 0 for the end of what is sent */
  passing(bytes: number): Promise<void> | undefined {
    const lateMs = this.#isOver ? 0 : this.#lateMs(bytes);
    if (lateMs <= 0) return undefined;
    return new Promise((resolve) => {
      const timer = lateMs === Infinity ? undefined : this.#clock.setTimer(lateMs, () => pass());
      const pass = () => {
        this.#waiting.delete(pass);
        timer?.cancel();
        resolve();
      };
      this.#waiting.add(pass);
    });
  }

  /** The rule is gone, or the connection: what waits goes on. */
  end(): void {
    this.#isOver = true;
    for (const pass of [...this.#waiting]) pass();
  }
}

interface BendOptions {
  readonly pieceBytes?: number;
  readonly room?: number;
  /** How late a piece is, in milliseconds; Infinity: it does not come while the rule is there. */
  readonly lateMs?: (bytes: number) => number;
}

/** Each piece takes its time, and begins when the one before it is through. */
function inTurn(clock: Clock, takesMs: (bytes: number) => number): (bytes: number) => number {
  let freeAtMs = 0;
  return (bytes) => {
    const nowMs = clock.now();
    freeAtMs = Math.max(nowMs, freeAtMs) + takesMs(bytes);
    return freeAtMs - nowMs;
  };
}
