import type { CallRecord } from "../../core/bus.ts";
import { isError } from "./tally.ts";

/** The calls of a stretch of time, counted by equal pieces of it. Pieces without calls are left out. */
export interface Course {
  readonly pieceMs: number;
  readonly pieces: readonly Piece[];
}

export interface Piece {
  /** Epoch milliseconds of its beginning. */
  readonly atMs: number;
  readonly calls: number;
  /** Calls of these that a rule of the experiment struck … */
  readonly struck: number;
  /** … and of the others those that failed. */
  readonly errors: number;
}

const FIRST_PIECE_MS = 1000;
const MOST_PIECES = 240;

type Counts = { calls: number; errors: number; struck: number };

/** Counts calls as they come, by the second; when it has gone on for long, by two, by four … */
export class CourseOfCalls {
  #pieceMs = FIRST_PIECE_MS;
  #pieces = new Map<number, Counts>();

  add(call: Pick<CallRecord, "startedAt" | "status">, isStruck: boolean): void {
    const counts = this.#at(call.startedAt);
    counts.calls++;
    if (isStruck) counts.struck++;
    else if (isError(call)) counts.errors++;
    if (this.#pieces.size > MOST_PIECES) this.#widen();
  }

  get course(): Course {
    const pieces = [...this.#pieces].map(([at, counts]) => ({ atMs: at * this.#pieceMs, ...counts }));
    return { pieceMs: this.#pieceMs, pieces: pieces.sort((a, b) => a.atMs - b.atMs) };
  }

  #at(ms: number): Counts {
    const at = Math.floor(ms / this.#pieceMs);
    const counts = this.#pieces.get(at) ?? { calls: 0, errors: 0, struck: 0 };
    this.#pieces.set(at, counts);
    return counts;
  }

  #widen(): void {
    const before = this.#pieces;
    this.#pieceMs *= 2;
    this.#pieces = new Map();
    for (const [at, { calls, errors, struck }] of before) {
      const counts = this.#at((at * this.#pieceMs) / 2);
      counts.calls += calls;
      counts.errors += errors;
      counts.struck += struck;
    }
  }
}
