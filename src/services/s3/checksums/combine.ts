// biome-ignore-all lint/style/noNonNullAssertion: every power is made before the next
/**
 * The CRC of two texts one behind the other, from their CRCs: what FULL_OBJECT checksums of multipart uploads are made of
 * without reading any part again. Polynomials are reflected, as in zlib's crc32_combine.
 */
export interface Polynomial {
  readonly bits: bigint;
  readonly value: bigint;
  /** Of a multiple of it that has few terms and is no longer than some thousand bytes: its powers, in bytes. */
  readonly multiple?: readonly number[];
}

export const CRC32: Polynomial = { bits: 32n, value: 0xedb88320n };
export const CRC32C: Polynomial = { bits: 32n, value: 0x82f63b78n };
export const CRC64NVME: Polynomial = {
  bits: 64n,
  value: 0x9a6c9329ac4bc9b5n,
  // One of those that a search for nine powers below 9,000 has found, whose two highest are sixteen bytes apart at least.
  multiple: [0, 242, 448, 3169, 4111, 4604, 5794, 6927, 7697],
};

/** @param lengths of the second text, in bytes; equal parts are the rule, so the last power is kept */
export class Combiner {
  readonly #polynomial: Polynomial;
  /** x^(2^n) */
  readonly #powers: bigint[];
  #lastLength = -1;
  #lastShift = 0n;

  constructor(polynomial: Polynomial) {
    this.#polynomial = polynomial;
    this.#powers = [1n << (polynomial.bits - 2n)];
  }

  combine(first: Buffer, second: Buffer, secondLength: number): Buffer {
    if (secondLength !== this.#lastLength) {
      this.#lastLength = secondLength;
      this.#lastShift = this.#shiftBy(secondLength);
    }
    const moved = this.#multiply(this.#lastShift, bigintOf(first));
    const hex = (moved ^ bigintOf(second)).toString(16).padStart(Number(this.#polynomial.bits) / 4, "0");
    return Buffer.from(hex, "hex");
  }

  /** x^(8 × length) modulo the polynomial. */
  #shiftBy(length: number): bigint {
    let power = 1n << (this.#polynomial.bits - 1n);
    let left = BigInt(length) << 3n;
    for (let n = 0; left > 0n; n++, left >>= 1n) {
      this.#powers[n] ??= this.#multiply(this.#powers[n - 1]!, this.#powers[n - 1]!);
      if (left & 1n) power = this.#multiply(this.#powers[n]!, power);
    }
    return power;
  }

  #multiply(a: bigint, b: bigint): bigint {
    const { bits, value } = this.#polynomial;
    let product = 0n;
    for (let mask = 1n << (bits - 1n); mask > 0n; mask >>= 1n) {
      if (a & mask) product ^= b;
      b = b & 1n ? (b >> 1n) ^ value : b >> 1n;
    }
    return product;
  }
}

const bigintOf = (bytes: Buffer) => BigInt(`0x${bytes.toString("hex") || "0"}`);
