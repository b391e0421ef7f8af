import { encodeKey, type Key } from "../../core/key.ts";
import type { Collection, Range } from "../../core/storage.ts";

/** How a read looks at rows: at `nowMs`, blind to writes that have not come through yet, or to those of the last `staleMs`. */
export interface View {
  readonly nowMs: number;
  readonly staleMs?: number;
}

/** What a row was before a recent write, and from when on everybody sees the write. */
interface Past {
  readonly key: Key;
  readonly text: string | undefined;
  readonly writtenMs: number;
  readonly visibleMs: number;
}

/** How long the past is kept for stale reads. */
const KEPT_MS = 60_000;
const MOST_KEPT = 10_000;

/**
 * Rows of items or of indexes, as kept texts, that remember their recent past while somebody wants it:
 * eventually consistent reads then see what a lagging replica would.
 */
export class Rows {
  readonly #rows: Collection<string>;
  /** By encoded key, oldest write first. */
  readonly #pasts = new Map<string, Past[]>();

  constructor(rows: Collection<string>) {
    this.#rows = rows;
  }

  get(key: Key, view?: View): string | undefined {
    if (view && this.#pasts.size > 0) {
      const past = this.#seen(encodeKey(key), view);
      if (past) return past.text;
    }
    return this.#rows.get(key);
  }

  /** @param visibleMs remember what was there, and show that to eventually consistent reads until then */
  put(key: Key, text: string, nowMs: number, visibleMs?: number): void {
    if (visibleMs !== undefined) this.#remember(key, nowMs, visibleMs);
    this.#rows.put(key, text);
  }

  /** Puts a row where there is none, without a look at its past; false where there is one. */
  add(key: Key, text: string): boolean {
    return this.#rows.add(key, text);
  }

  delete(key: Key, nowMs: number, visibleMs?: number): void {
    if (visibleMs !== undefined) this.#remember(key, nowMs, visibleMs);
    this.#rows.delete(key);
  }

  clear(prefix: Key): void {
    this.#rows.clear({ prefix });
    if (this.#pasts.size === 0) return;
    const start = encodeKey(prefix);
    for (const key of this.#pasts.keys()) if (key.startsWith(start)) this.#pasts.delete(key);
  }

  /** Kept texts in key order. */
  *range(range: Range, view?: View): Iterable<string> {
    if (!view || this.#pasts.size === 0) {
      yield* this.#rows.values(range);
      return;
    }
    const pasts = this.#pastsIn(range, view);
    const sign = range.reverse ? -1 : 1;
    let next = 0;
    for (const { key, value } of this.#rows.entries(range)) {
      const encoded = encodeKey(key);
      let past = pasts[next];
      while (past && sign * compareTexts(past.encoded, encoded) < 0) {
        if (past.text !== undefined) yield past.text;
        past = pasts[++next];
      }
      if (past?.encoded !== encoded) yield value;
    }
    for (const { text } of pasts.slice(next)) if (text !== undefined) yield text;
  }

  /** Keys and kept texts, in key order. */
  *entries(range: Range): Iterable<{ key: Key; text: string }> {
    for (const { key, value } of this.#rows.entries(range)) yield { key, text: value };
  }

  /** What this view sees instead of the rows, in the order of the range. */
  #pastsIn(range: Range, view: View): { encoded: string; text: string | undefined }[] {
    const seen: { encoded: string; text: string | undefined }[] = [];
    for (const encoded of this.#pasts.keys()) {
      if (!isWithin(encoded, range)) continue;
      const past = this.#seen(encoded, view);
      if (past) seen.push({ encoded, text: past.text });
    }
    const sign = range.reverse ? -1 : 1;
    return seen.sort((a, b) => sign * compareTexts(a.encoded, b.encoded));
  }

  /** The oldest write that this view does not see yet. */
  #seen(encoded: string, { nowMs, staleMs }: View): Past | undefined {
    const pasts = this.#pasts.get(encoded);
    return pasts?.find(
      ({ visibleMs, writtenMs }) =>
        nowMs < visibleMs || (staleMs !== undefined && nowMs - writtenMs <= staleMs),
    );
  }

  #remember(key: Key, nowMs: number, visibleMs: number): void {
    const encoded = encodeKey(key);
    const isOver = (past: Past) => nowMs >= past.visibleMs && nowMs - past.writtenMs > KEPT_MS;
    const pasts = (this.#pasts.get(encoded) ?? []).filter((past) => !isOver(past));
    pasts.push({ key, text: this.#rows.get(key), writtenMs: nowMs, visibleMs });
    this.#pasts.delete(encoded);
    this.#pasts.set(encoded, pasts);
    // The map is in order of the last write: what is over is at its front.
    for (const [other, [...others]] of this.#pasts) {
      if (this.#pasts.size <= MOST_KEPT && !others.every(isOver)) break;
      this.#pasts.delete(other);
    }
  }
}

function isWithin(encoded: string, range: Range): boolean {
  if (range.prefix && !encoded.startsWith(encodeKey(range.prefix))) return false;
  if (range.from && compareTexts(encoded, encodeKey(range.from)) < 0) return false;
  if (range.after && compareTexts(encoded, encodeKey(range.after)) <= 0) return false;
  if (range.to && compareTexts(encoded, encodeKey(range.to)) > 0) return false;
  if (range.before && compareTexts(encoded, encodeKey(range.before)) >= 0) return false;
  return true;
}

function compareTexts(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
