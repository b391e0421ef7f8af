// biome-ignore-all lint/style/noNonNullAssertion: elements within the bounds beside them

/** Blocks begin at a multiple of so many bytes of their chunk, and have a multiple of them. */
export const UNIT = 256;
const UNIT_WORDS = UNIT / 4;

const SMALLEST_CHUNK = 1024 * 1024;
const LARGEST_CHUNK = 64 * 1024 * 1024;
/** A chunk that nobody uses is given back when the others have so many times what is used. */
const SPARE = 1.25;
/** A place among all chunks is a chunk's number, and behind it so many bits for a unit of it. */
const UNIT_BITS = 18;
const UNIT_MASK = 2 ** UNIT_BITS - 1;

/** Free stretches of up to so many units are listed by their length, longer ones by its power of two. */
const EXACT = 256;
const LISTS = EXACT + UNIT_BITS - 7;

/** What is known of a unit: that a free stretch begins, or ends, with it. */
const FIRST = 1;
const LAST = 2;

/** What stands in the first words of a free stretch. Its last word is its length, too. */
const LENGTH = 0;
const PREVIOUS = 1;
const NEXT = 2;
const NONE = -1;

/** A stretch of a chunk. */
export interface Block {
  /** Its chunk's number. */
  readonly chunk: number;
  /** The whole chunk's. The block has what is from `begin` on, up to `end`. */
  readonly bytes: Buffer;
  readonly begin: number;
  readonly end: number;
}

interface Chunk {
  readonly number: number;
  readonly bytes: Buffer;
  readonly words: Int32Array;
  readonly tags: Uint8Array;
  /** How many units it has. */
  readonly units: number;
}

/**
 * Memory in blocks, which are stretches of few large buffers. V8 counts what buffers take as a reason to look through the whole heap, and
 * a buffer of its own for each block has it do so all the time; and each is three objects that lie somewhere. Memory that was never
 * written to is not the machine's yet: a chunk takes what has been used of it.
 *
 * A block is the smallest free stretch that is large enough, or a part of it (above 64 KB, of one that need not be the smallest); what is
 * let go becomes one with what is free beside it.
 */
export class Arena {
  readonly #chunks: (Chunk | undefined)[] = [];
  /** Those of which nothing is used. */
  readonly #idle = new Set<Chunk>();
  /** Where the first free stretch of each list is. */
  readonly #heads = new Int32Array(LISTS).fill(NONE);
  /** A bit for each list that is not empty. */
  readonly #filled = new Int32Array(Math.ceil(LISTS / 32));
  #chunkBytes = 0;
  #usedBytes = 0;

  /** What the blocks have that somebody holds. */
  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** What all chunks have, used or not. */
  get sizeBytes(): number {
    return this.#chunkBytes;
  }

  /** All of a chunk that somebody has a block of. */
  bytesOf(chunk: number): Buffer {
    return this.#chunks[chunk]!.bytes;
  }

  /** A block, whatever is in it. @param bytes at least; rounded up to whole units */
  take(bytes: number): Block {
    const units = Math.ceil(bytes / UNIT);
    const { chunk, first, length } = this.#pull(units) ?? this.#grow(units);
    if (length > units) this.#add(chunk, first + units, length - units);
    this.#usedBytes += units * UNIT;
    return { chunk: chunk.number, bytes: chunk.bytes, begin: first * UNIT, end: (first + units) * UNIT };
  }

  /** Nobody may look at the block any more, nor hold another part of it. */
  free(block: Block): void {
    const chunk = this.#chunks[block.chunk]!;
    const { tags, words } = chunk;
    this.#usedBytes -= block.end - block.begin;
    let first = block.begin / UNIT;
    let end = block.end / UNIT;
    if (first > 0 && (tags[first - 1]! & LAST) !== 0) {
      first -= words[first * UNIT_WORDS - 1]!;
      this.#unlink(chunk, first);
    }
    if (end < chunk.units && (tags[end]! & FIRST) !== 0) {
      const length = words[end * UNIT_WORDS + LENGTH]!;
      this.#unlink(chunk, end);
      end += length;
    }
    this.#add(chunk, first, end - first);
    if (end - first === chunk.units) this.#idle.add(chunk);
    if (this.#idle.size === 0) return;
    const largestFirst = [...this.#idle].sort((a, b) => b.units - a.units);
    for (const idle of largestFirst) if (!this.#mayNeed(idle)) this.#giveBack(idle);
  }

  /** Are the others not enough for what is held, and some more? */
  #mayNeed({ bytes }: Chunk): boolean {
    const others = this.#chunkBytes - bytes.length;
    if (this.#usedBytes === 0) return others === 0 && bytes.length === SMALLEST_CHUNK;
    return others < this.#usedBytes * SPARE;
  }

  /** Takes a free stretch out of its list. */
  #pull(units: number): { chunk: Chunk; first: number; length: number } | undefined {
    // All that is in a list behind the one of its own power of two is long enough.
    const list = this.#listFrom(units <= EXACT ? units - 1 : listOf(units) + 1);
    if (list === undefined) return undefined;
    const place = this.#heads[list]!;
    const chunk = this.#chunks[place >> UNIT_BITS]!;
    const first = place & UNIT_MASK;
    const length = chunk.words[first * UNIT_WORDS + LENGTH]!;
    this.#unlink(chunk, first);
    if (length === chunk.units) this.#idle.delete(chunk);
    return { chunk, first, length };
  }

  /** The first list that is not empty. */
  #listFrom(list: number): number | undefined {
    let word = list >> 5;
    let bits = (this.#filled[word] ?? 0) & (-1 << (list & 31));
    while (bits === 0) {
      if (++word >= this.#filled.length) return undefined;
      bits = this.#filled[word]!;
    }
    return word * 32 + 31 - Math.clz32(bits & -bits);
  }

  /** A further chunk, as large as all others together. @throws RangeError when the machine has no memory for it */
  #grow(units: number): { chunk: Chunk; first: number; length: number } {
    const bytes = Math.max(units * UNIT, Math.min(LARGEST_CHUNK, Math.max(SMALLEST_CHUNK, this.#chunkBytes)));
    const buffer = new ArrayBuffer(bytes);
    const free = this.#chunks.indexOf(undefined);
    const number = free < 0 ? this.#chunks.length : free;
    const length = bytes / UNIT;
    const chunk = {
      number,
      bytes: Buffer.from(buffer),
      words: new Int32Array(buffer),
      tags: new Uint8Array(length),
      units: length,
    };
    this.#chunks[number] = chunk;
    this.#chunkBytes += bytes;
    return { chunk, first: 0, length };
  }

  /** At once: until it is collected, it would be as much as what is kept, and more. */
  #giveBack(chunk: Chunk): void {
    this.#unlink(chunk, 0);
    this.#idle.delete(chunk);
    this.#chunks[chunk.number] = undefined;
    this.#chunkBytes -= chunk.bytes.length;
    (chunk.bytes.buffer as ArrayBuffer).transfer(0);
  }

  #add(chunk: Chunk, first: number, length: number): void {
    const { words, tags, number } = chunk;
    const list = listOf(length);
    const next = this.#heads[list]!;
    const place = (number << UNIT_BITS) | first;
    const word = first * UNIT_WORDS;
    words[(first + length) * UNIT_WORDS - 1] = length;
    words[word + LENGTH] = length;
    words[word + PREVIOUS] = NONE;
    words[word + NEXT] = next;
    tags[first]! |= FIRST;
    tags[first + length - 1]! |= LAST;
    if (next !== NONE) this.#link(next, PREVIOUS, place);
    this.#heads[list] = place;
    this.#filled[list >> 5]! |= 1 << (list & 31);
  }

  #unlink(chunk: Chunk, first: number): void {
    const { words, tags } = chunk;
    const word = first * UNIT_WORDS;
    const length = words[word + LENGTH]!;
    const previous = words[word + PREVIOUS]!;
    const next = words[word + NEXT]!;
    tags[first]! &= ~FIRST;
    tags[first + length - 1]! &= ~LAST;
    if (next !== NONE) this.#link(next, PREVIOUS, previous);
    if (previous !== NONE) {
      this.#link(previous, NEXT, next);
      return;
    }
    const list = listOf(length);
    this.#heads[list] = next;
    if (next === NONE) this.#filled[list >> 5]! &= ~(1 << (list & 31));
  }

  #link(place: number, which: typeof PREVIOUS | typeof NEXT, to: number): void {
    const { words } = this.#chunks[place >> UNIT_BITS]!;
    words[(place & UNIT_MASK) * UNIT_WORDS + which] = to;
  }
}

/** The list of the free stretches of so many units. */
function listOf(units: number): number {
  return units <= EXACT ? units - 1 : EXACT + 31 - Math.clz32(units) - 8;
}
