import type { Digest } from "./algorithms.ts";

/*
 * The xxHash family, with seed 0, as https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md defines it. Clients seldom
 * ask for it: most 64-bit words are bigints, and tens of MB a second are enough.
 */

const u64 = (value: bigint) => BigInt.asUintN(64, value);
const rotated = (value: bigint, bits: bigint) => u64(value << bits) | (value >> (64n - bits));
const shifted = (value: bigint, bits: bigint) => value ^ (value >> bits);

const PRIME32_1 = 0x9e3779b1n;
const PRIME32_2 = 0x85ebca77n;
const PRIME32_3 = 0xc2b2ae3dn;
const PRIME64_1 = 0x9e3779b185ebca87n;
const PRIME64_2 = 0xc2b2ae3d27d4eb4fn;
const PRIME64_3 = 0x165667b19e3779f9n;
const PRIME64_4 = 0x85ebca77c2b2ae63n;
const PRIME64_5 = 0x27d4eb2f165667c5n;
const PRIME_MX1 = 0x165667919e3779f9n;
const PRIME_MX2 = 0x9fb21c651e98df25n;

function avalanche64(hash: bigint): bigint {
  const once = u64(shifted(hash, 33n) * PRIME64_2);
  return shifted(u64(shifted(once, 29n) * PRIME64_3), 32n);
}

const avalanche3 = (hash: bigint) => shifted(u64(shifted(hash, 37n) * PRIME_MX1), 32n);

/** Bytes that are read as words, little end first. */
class Words {
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u8 = (at: number) => this.#view.getUint8(at);
  half = (at: number) => this.#view.getUint32(at, true);
  u32 = (at: number) => BigInt(this.half(at));
  u64 = (at: number) => this.#view.getBigUint64(at, true);
}

/** What has come and is not hashed yet: the end of a text is hashed otherwise than the rest of it. */
abstract class Buffered implements Digest {
  protected held: Uint8Array = new Uint8Array(0);
  protected size = 0;

  update(data: Uint8Array): void {
    this.size += data.length;
    const joined = this.held.length === 0 ? data : Buffer.concat([this.held, data]);
    const taken = this.take(joined);
    // What is given may be written over.
    this.held = Uint8Array.prototype.slice.call(joined, taken);
  }

  /** @returns how many bytes have been hashed */
  protected abstract take(bytes: Uint8Array): number;
  abstract digest(): Buffer;
}

const bytesOf = (...words: readonly bigint[]) => {
  const bytes = Buffer.alloc(8 * words.length);
  for (const [at, word] of words.entries()) bytes.writeBigUInt64BE(word, 8 * at);
  return bytes;
};

const round = (sum: bigint, lane: bigint) => u64(rotated(u64(sum + lane * PRIME64_2), 31n) * PRIME64_1);

export class Xxhash64 extends Buffered {
  readonly #sums = [u64(PRIME64_1 + PRIME64_2), PRIME64_2, 0n, u64(-PRIME64_1)] as [
    bigint,
    bigint,
    bigint,
    bigint,
  ];

  protected take(bytes: Uint8Array): number {
    const words = new Words(bytes);
    let at = 0;
    let [a, b, c, d] = this.#sums;
    for (; at + 32 <= bytes.length; at += 32) {
      a = round(a, words.u64(at));
      b = round(b, words.u64(at + 8));
      c = round(c, words.u64(at + 16));
      d = round(d, words.u64(at + 24));
    }
    this.#sums.splice(0, 4, a, b, c, d);
    return at;
  }

  digest(): Buffer {
    const [a, b, c, d] = this.#sums;
    let hash = PRIME64_5;
    if (this.size >= 32) {
      hash = u64(rotated(a, 1n) + rotated(b, 7n) + rotated(c, 12n) + rotated(d, 18n));
      for (const sum of this.#sums) hash = u64((hash ^ round(0n, sum)) * PRIME64_1 + PRIME64_4);
    }
    hash = u64(hash + BigInt(this.size));
    const words = new Words(this.held);
    const { length } = this.held;
    let at = 0;
    for (; at + 8 <= length; at += 8)
      hash = u64(rotated(hash ^ round(0n, words.u64(at)), 27n) * PRIME64_1 + PRIME64_4);
    for (; at + 4 <= length; at += 4)
      hash = u64(rotated(hash ^ u64(words.u32(at) * PRIME64_1), 23n) * PRIME64_2 + PRIME64_3);
    for (; at < length; at++)
      hash = u64(rotated(hash ^ u64(BigInt(words.u8(at)) * PRIME64_5), 11n) * PRIME64_1);
    return bytesOf(avalanche64(hash));
  }
}

const SECRET = new Words(
  Buffer.from(
    "b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671fcb79e64eccc0e578825ad07dccff7221" +
      "b8084674f743248ee03590e6813a264c3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8" +
      "a8fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364eac5ac8334d3ebc3c581a0fffa1363eb" +
      "170ddd51b7f0da49d316552629d4689e2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e",
    "hex",
  ),
);
const SECRET_BYTES = 192;
const STRIPE_BYTES = 64;
/** Behind so many stripes the sums are scrambled. */
const STRIPES_A_BLOCK = (SECRET_BYTES - STRIPE_BYTES) / 8;
/** A text that is not longer is hashed all at once. */
const LONGEST_SHORT = 240;
const LOW = 0xffffffffn;

const secrets = (one: number, other: number) => SECRET.u64(one) ^ SECRET.u64(other);
const folded = (one: bigint, other: bigint) => {
  const product = one * other;
  return u64(product) ^ (product >> 64n);
};
const swapped = (word: bigint) => bytesOf(word).readBigUInt64LE();

const mixed16 = (words: Words, at: number, secret: number) =>
  folded(words.u64(at) ^ SECRET.u64(secret), words.u64(at + 8) ^ SECRET.u64(secret + 8));

type Pair = readonly [low: bigint, high: bigint];

function mixed32([low, high]: Pair, words: Words, one: number, other: number, secret: number): Pair {
  return [
    u64(low + mixed16(words, one, secret)) ^ u64(words.u64(other) + words.u64(other + 8)),
    u64(high + mixed16(words, other, secret + 16)) ^ u64(words.u64(one) + words.u64(one + 8)),
  ];
}

/** XXH3: of 64 bits, or of 128. */
export class Xxhash3 extends Buffered {
  readonly #isWide: boolean;
  readonly #sums = BigUint64Array.of(
    PRIME32_3,
    PRIME64_1,
    PRIME64_2,
    PRIME64_3,
    PRIME64_4,
    PRIME32_2,
    PRIME64_5,
    PRIME32_1,
  );
  #stripes = 0;
  /** The stripe that was hashed last. */
  #last: Uint8Array = new Uint8Array(0);

  constructor(bits: 64 | 128) {
    super();
    this.#isWide = bits === 128;
  }

  protected take(bytes: Uint8Array): number {
    if (this.size <= LONGEST_SHORT) return 0;
    const words = new Words(bytes);
    let at = 0;
    // The last stripe ends with the text, and is hashed by another part of the secret.
    for (; bytes.length - at > STRIPE_BYTES; at += STRIPE_BYTES) {
      accumulate(this.#sums, words, at, 8 * (this.#stripes % STRIPES_A_BLOCK));
      this.#stripes++;
      if (this.#stripes % STRIPES_A_BLOCK === 0) scramble(this.#sums);
    }
    if (at > 0) this.#last = Uint8Array.prototype.slice.call(bytes, at - STRIPE_BYTES, at);
    return at;
  }

  digest(): Buffer {
    if (this.size <= LONGEST_SHORT) {
      const words = new Words(this.held);
      if (!this.#isWide) return bytesOf(short64(words, this.size));
      const [low, high] = short128(words, this.size);
      return bytesOf(high, low);
    }
    const sums = this.#sums.slice();
    const end = Buffer.concat([this.#last, this.held]).subarray(-STRIPE_BYTES);
    accumulate(sums, new Words(end), 0, SECRET_BYTES - STRIPE_BYTES - 7);
    const length = BigInt(this.size);
    const low = merged(sums, 11, u64(length * PRIME64_1));
    if (!this.#isWide) return bytesOf(low);
    return bytesOf(merged(sums, SECRET_BYTES - STRIPE_BYTES - 11, u64(~(length * PRIME64_2))), low);
  }
}

/** Every lane and every stripe passes here: in halves of words, since bigints would be several times slower. */
function accumulate(sums: BigUint64Array, words: Words, at: number, secret: number): void {
  const halves = new Uint32Array(sums.buffer);
  for (let lane = 0; lane < 16; lane += 2) {
    const low = words.half(at + 4 * lane);
    const high = words.half(at + 4 * lane + 4);
    add(halves, lane ^ 2, low, high);
    const one = low ^ SECRET.half(secret + 4 * lane);
    const other = high ^ SECRET.half(secret + 4 * lane + 4);
    addProduct(halves, lane, one >>> 0, other >>> 0);
  }
}

/** Adds to a word, of which `halves` has the low half at `at`. */
function add(halves: Uint32Array, at: number, low: number, high: number): void {
  const sum = (halves[at] ?? 0) + low;
  halves[at] = sum;
  halves[at + 1] = (halves[at + 1] ?? 0) + high + (sum > 0xffffffff ? 1 : 0);
}

function addProduct(halves: Uint32Array, at: number, one: number, other: number): void {
  const a = one & 0xffff;
  const b = one >>> 16;
  const c = other & 0xffff;
  const d = other >>> 16;
  const ac = a * c;
  const bc = b * c;
  const ad = a * d;
  const middle = (ac >>> 16) + (bc & 0xffff) + (ad & 0xffff);
  const low = ((middle << 16) | (ac & 0xffff)) >>> 0;
  add(halves, at, low, b * d + (bc >>> 16) + (ad >>> 16) + (middle >>> 16));
}

function scramble(sums: BigUint64Array): void {
  for (const [lane, sum] of sums.entries()) {
    const key = SECRET.u64(SECRET_BYTES - STRIPE_BYTES + 8 * lane);
    sums[lane] = u64((shifted(sum, 47n) ^ key) * PRIME32_1);
  }
}

function merged(sums: BigUint64Array, secret: number, start: bigint): bigint {
  let hash = start;
  for (let lane = 0; lane < 8; lane += 2) {
    const [one = 0n, other = 0n] = sums.subarray(lane);
    hash += folded(one ^ SECRET.u64(secret + 8 * lane), other ^ SECRET.u64(secret + 8 * lane + 8));
  }
  return avalanche3(u64(hash));
}

/** The first, the middle and the last byte of up to three, and how many they are. */
const combined = (words: Words, length: number) =>
  BigInt(
    (words.u8(0) * 2 ** 16 + words.u8(length >> 1) * 2 ** 24 + words.u8(length - 1) + length * 2 ** 8) %
      2 ** 32,
  );

function short64(words: Words, length: number): bigint {
  const size = BigInt(length);
  if (length === 0) return avalanche64(secrets(56, 64));
  if (length <= 3) return avalanche64(combined(words, length) ^ (SECRET.u32(0) ^ SECRET.u32(4)));
  if (length <= 8) {
    const keyed = (words.u32(length - 4) + (words.u32(0) << 32n)) ^ secrets(8, 16);
    const once = u64((keyed ^ rotated(keyed, 49n) ^ rotated(keyed, 24n)) * PRIME_MX2);
    return shifted(u64((once ^ ((once >> 35n) + size)) * PRIME_MX2), 28n);
  }
  if (length <= 16) {
    const low = words.u64(0) ^ secrets(24, 32);
    const high = words.u64(length - 8) ^ secrets(40, 48);
    return avalanche3(u64(size + swapped(low) + high + folded(low, high)));
  }
  let sum = u64(size * PRIME64_1);
  if (length <= 128) {
    for (let pair = Math.floor((length - 1) / 32); pair >= 0; pair--)
      sum += mixed16(words, 16 * pair, 32 * pair) + mixed16(words, length - 16 * (pair + 1), 32 * pair + 16);
    return avalanche3(u64(sum));
  }
  for (let at = 0; at < 128; at += 16) sum += mixed16(words, at, at);
  sum = avalanche3(u64(sum));
  for (let at = 128; at + 16 <= length; at += 16) sum += mixed16(words, at, at - 128 + 3);
  return avalanche3(u64(sum + mixed16(words, length - 16, 136 - 17)));
}

function short128(words: Words, length: number): Pair {
  const size = BigInt(length);
  if (length === 0) return [avalanche64(secrets(64, 72)), avalanche64(secrets(80, 88))];
  if (length <= 3) {
    const low = combined(words, length);
    const turned = swapped(low) >> 32n;
    const high = ((turned << 13n) | (turned >> 19n)) & LOW;
    return [
      avalanche64(low ^ (SECRET.u32(0) ^ SECRET.u32(4))),
      avalanche64(high ^ (SECRET.u32(8) ^ SECRET.u32(12))),
    ];
  }
  if (length <= 8) {
    const keyed = (words.u32(0) + (words.u32(length - 4) << 32n)) ^ secrets(16, 24);
    const product = keyed * u64(PRIME64_1 + (size << 2n));
    const high = u64((product >> 64n) + (u64(product) << 1n));
    const low = u64(product) ^ (high >> 3n);
    return [shifted(u64(shifted(low, 35n) * PRIME_MX2), 28n), avalanche3(high)];
  }
  if (length <= 16) return upTo16(words, length);
  let sums: Pair = [u64(size * PRIME64_1), 0n];
  if (length <= 128) {
    for (let pair = Math.floor((length - 1) / 32); pair >= 0; pair--)
      sums = mixed32(sums, words, 16 * pair, length - 16 * (pair + 1), 32 * pair);
    return finished(sums, size);
  }
  for (let at = 0; at < 128; at += 32) sums = mixed32(sums, words, at, at + 16, at);
  sums = [avalanche3(sums[0]), avalanche3(sums[1])];
  for (let at = 128; at + 32 <= length; at += 32) sums = mixed32(sums, words, at, at + 16, at - 128 + 3);
  return finished(mixed32(sums, words, length - 16, length - 32, 136 - 17 - 16), size);
}

function upTo16(words: Words, length: number): Pair {
  const last = words.u64(length - 8);
  const product = (words.u64(0) ^ last ^ secrets(32, 40)) * PRIME64_1;
  const keyed = last ^ secrets(48, 56);
  const high = u64((product >> 64n) + keyed + (keyed & LOW) * (PRIME32_2 - 1n));
  const low = u64(u64(product) + (BigInt(length - 1) << 54n)) ^ swapped(high);
  const again = low * PRIME64_2;
  return [avalanche3(u64(again)), avalanche3(u64((again >> 64n) + high * PRIME64_2))];
}

function finished([low, high]: Pair, size: bigint): Pair {
  return [
    avalanche3(u64(low + high)),
    u64(-avalanche3(u64(low * PRIME64_1 + high * PRIME64_4 + size * PRIME64_2))),
  ];
}
