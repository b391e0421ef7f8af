import type { IncomingMessage } from "node:http";
import { mayHaveBody } from "./incoming.ts";

/** A request that waits until there is room for its body. */
interface Waiting {
  readonly bytes: number;
  readonly enter: () => void;
}

/**
 * What the bodies of all requests under way may hold together, of those that are read whole and are not small. What one becomes
 * when it is understood (values, texts, answers) is a multiple of it, so the bound is a part of what the process may have. Whoever
 * comes when it is reached waits, unread, so that its client stops sending; the oldest goes first. One body always has room.
 */
export class BodyRoom {
  readonly #mostBytes: number;
  readonly #patienceMs: number;
  readonly #waiting = new Set<Waiting>();
  #held = 0;

  /** @param patienceMs how long one may wait before it is told to come again: what holds the room may itself wait for it */
  constructor(mostBytes: number, patienceMs: number) {
    this.#mostBytes = mostBytes;
    this.#patienceMs = patienceMs;
  }

  /** What all that are in hold. */
  get heldBytes(): number {
    return this.#held;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /**
   * Asks for room; who has got it must `leave` with as many bytes.
   * @param left is aborted when nobody wants the room any more
   * @returns true when there is room; false when it was waited for in vain
   */
  enter(bytes: number, left: (gone: () => void) => void): true | Promise<boolean> {
    if (this.#waiting.size === 0 && this.#fits(bytes)) {
      this.#held += bytes;
      return true;
    }
    return new Promise((resolve) => {
      const end = (hasRoom: boolean) => {
        this.#waiting.delete(waiting);
        clearTimeout(timer);
        resolve(hasRoom);
      };
      const waiting = { bytes, enter: () => end(true) };
      const giveUp = () => {
        if (!this.#waiting.has(waiting)) return;
        end(false);
        // Whoever stood behind it may be smaller.
        this.#admit();
      };
      const timer = setTimeout(giveUp, this.#patienceMs);
      this.#waiting.add(waiting);
      left(giveUp);
    });
  }

  /** The same for what cannot wait, since whoever is in waits for it. */
  squeezeIn(bytes: number): void {
    this.#held += bytes;
  }

  leave(bytes: number): void {
    this.#held -= bytes;
    this.#admit();
  }

  #admit(): void {
    for (const waiting of this.#waiting) {
      if (!this.#fits(waiting.bytes)) return;
      this.#held += waiting.bytes;
      waiting.enter();
    }
  }

  #fits(bytes: number): boolean {
    return this.#held === 0 || this.#held + bytes <= this.#mostBytes;
  }
}

/** What deflate makes of a byte at the most. */
const MOST_INFLATION = 1032;

/** Bodies of so many bytes or fewer need no room: as many of them as requests may be under way are no burden. */
export const UNCOUNTED_BYTES = 64 * 1024;

/** How much of the room for bodies one takes; what is compressed counts as what it may become, and what does not say, as all that it may be. */
export function roomFor(incoming: IncomingMessage, largestBodyBytes: number): number {
  const { headers, method } = incoming;
  const announced = headers["content-length"];
  if (announced === undefined) {
    const mayHave = headers["transfer-encoding"] !== undefined || (mayHaveBody(incoming) && method !== "GET");
    return mayHave ? largestBodyBytes : 0;
  }
  let bytes = Number(announced);
  if (headers["content-encoding"] !== undefined)
    bytes = Math.max(bytes, Math.min(bytes * MOST_INFLATION, largestBodyBytes));
  return bytes > UNCOUNTED_BYTES ? bytes : 0;
}
