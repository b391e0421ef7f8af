// biome-ignore-all lint/style/noNonNullAssertion: the state has four words, and the table of digits one for every byte
import { randomBytes } from "node:crypto";

/**
 * Chance, seeded. Two kinds, kept apart on purpose:
 * `draw` is a pure function of the seed and what is asked, so that faults do not depend on how requests interleave;
 * `next` and the makers of ids are a stream that differs from start to start, so that ids never repeat in a data directory.
 */
export class Random {
  readonly seed: string;
  readonly #seedHash: number;
  #state: Uint32Array<ArrayBuffer>;

  /** @param stream sets the stream of ids apart; by default it comes from the machine's entropy. */
  constructor(
    seed: string = randomBytes(6).toString("hex"),
    stream: string = randomBytes(16).toString("hex"),
  ) {
    this.seed = seed;
    this.#seedHash = hash(seed, 0x9e3779b9);
    this.#state = new Uint32Array([1, 2, 3, 4].map((salt) => hash(`${seed}/${stream}`, salt) || salt));
  }

  /** A number in [0, 1) that depends only on the seed, the label and `n`. */
  draw(label: string, n: number): number {
    let h = hash(label, this.#seedHash) ^ Math.imul(n | 0, 0x85ebca6b);
    h = mix(h);
    const low = mix(h ^ 0x6a09e667);
    return ((h >>> 0) * 2 ** 21 + ((low >>> 0) & 0x1fffff)) / 2 ** 53;
  }

  /** The next number in [0, 1) of the stream (xoshiro128**). */
  next(): number {
    return this.uint32() / 2 ** 32;
  }

  /** The next 32 bits of the stream. */
  uint32(): number {
    const s = this.#state;
    const result = Math.imul(rotate(Math.imul(s[1]!, 5), 7), 9) >>> 0;
    const t = s[1]! << 9;
    s[2]! ^= s[0]!;
    s[3]! ^= s[1]!;
    s[1]! ^= s[2]!;
    s[0]! ^= s[3]!;
    s[2]! ^= t;
    s[3] = rotate(s[3]!, 11);
    return result;
  }

  /** An integer from 0 up to and without `below`. */
  integer(below: number): number {
    return Math.floor(this.next() * below);
  }

  /** A UUID, of version 4 unless another digit is given. */
  uuid(version = "4"): string {
    writeHex(0, this.uint32());
    const b = this.uint32();
    writeHex(9, b >>> 16, 4);
    writeHex(14, b, 4);
    const c = this.uint32();
    writeHex(19, c >>> 16, 4);
    writeHex(24, c, 4);
    writeHex(28, this.uint32());
    draft[8] = draft[13] = draft[18] = draft[23] = DASH;
    draft[14] = version.charCodeAt(0);
    draft[19] = VARIANTS[this.uint32() & 3]!;
    return draft.toString("latin1", 0, 36);
  }

  /** `length` lower-case hexadecimal digits. */
  hex(length: number): string {
    let text = "";
    while (text.length < length) text += hex8(this.uint32());
    return text.slice(0, length);
  }

  /** `length` characters of an alphabet, which is ASCII. */
  string(length: number, alphabet: string): string {
    const text = length <= draft.length ? draft : Buffer.alloc(length);
    const letters = lettersOf(alphabet);
    const size = letters.length;
    if ((size & (size - 1)) === 0) this.#writeSeveralADraw(text, length, letters);
    else for (let i = 0; i < length; i++) text[i] = letters[this.uint32() % size]!;
    return text.toString("latin1", 0, length);
  }

  /** Of an alphabet whose size is a power of two, several letters come of one draw. */
  #writeSeveralADraw(text: Buffer, length: number, letters: Buffer): void {
    const mask = letters.length - 1;
    const bits = Math.max(1, 32 - Math.clz32(mask));
    let drawn = 0;
    let left = 0;
    for (let i = 0; i < length; i++) {
      if (left < bits) {
        drawn = this.uint32();
        left = 32;
      }
      text[i] = letters[drawn & mask]!;
      drawn >>>= bits;
      left -= bits;
    }
  }

  bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let i = 0; i < length; i++) bytes[i] = this.uint32() & 0xff;
    return bytes;
  }
}

/**
 * What texts are written to, letter by letter. Joined ones stay a tree of their letters for as long as somebody has them, and
 * the id of every call is kept with its record: each collection would walk through it.
 */
const draft = Buffer.alloc(64);
const DASH = 45;
const VARIANTS = Buffer.from("89ab");
const DIGITS = Buffer.from("0123456789abcdef");

/** The last hexadecimal digits of a number. */
function writeHex(at: number, n: number, digits = 8): void {
  let left = n;
  for (let i = at + digits - 1; i >= at; i--) {
    draft[i] = DIGITS[left & 15]!;
    left >>>= 4;
  }
}

/** The letters of alphabets, of which there are few. */
const alphabets = new Map<string, Buffer>();

function lettersOf(alphabet: string): Buffer {
  const known = alphabets.get(alphabet);
  if (known !== undefined) return known;
  const letters = Buffer.from(alphabet, "latin1");
  alphabets.set(alphabet, letters);
  return letters;
}

function rotate(x: number, k: number): number {
  return (x << k) | (x >>> (32 - k));
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

function hex8(n: number): string {
  return HEX[n >>> 24]! + HEX[(n >>> 16) & 255] + HEX[(n >>> 8) & 255] + HEX[n & 255];
}

/** MurmurHash3's finaliser: every bit of the input moves every bit of the output. */
function mix(h: number): number {
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** FNV-1a over UTF-16 units, then mixed. */
function hash(text: string, start: number): number {
  let h = 0x811c9dc5 ^ start;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return mix(h);
}
