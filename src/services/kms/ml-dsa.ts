import { createHash, type KeyObject, randomBytes } from "node:crypto";
import { sure } from "../../core/sure.ts";

/**
 * ML-DSA over a representative μ that is at hand (`EXTERNAL_MU`): OpenSSL's interface for it is none of Node's. FIPS 204, algorithms 7
 * and 8; names are the standard's. Nothing here runs in constant time: the keys are those of a local test.
 */

interface ParameterSet {
  readonly k: number;
  readonly l: number;
  readonly eta: number;
  readonly tau: number;
  readonly gamma1Bits: number;
  readonly gamma2: number;
  readonly omega: number;
  /** Bytes of the commitment's hash. */
  readonly challenge: number;
}

const Q = 8380417;
const N = 256;
const D = 13;

const PARAMETER_SETS: Readonly<Record<string, ParameterSet>> = {
  "ml-dsa-44": {
    k: 4,
    l: 4,
    eta: 2,
    tau: 39,
    gamma1Bits: 17,
    gamma2: (Q - 1) / 88,
    omega: 80,
    challenge: 32,
  },
  "ml-dsa-65": {
    k: 6,
    l: 5,
    eta: 4,
    tau: 49,
    gamma1Bits: 19,
    gamma2: (Q - 1) / 32,
    omega: 55,
    challenge: 48,
  },
  "ml-dsa-87": {
    k: 8,
    l: 7,
    eta: 2,
    tau: 60,
    gamma1Bits: 19,
    gamma2: (Q - 1) / 32,
    omega: 75,
    challenge: 64,
  },
};

export const MU_BYTES = 64;

/** Coefficients of a polynomial, between 0 and q. */
type Poly = readonly number[];

export function signMu(mu: Uint8Array, privateKey: KeyObject, setName: string): Buffer {
  const set = sure(PARAMETER_SETS[setName]); // Those of the key specs are all here.
  const { k, l, eta, tau, gamma1Bits, gamma2, omega, challenge } = set;
  const { rho, K, s1, s2, t0 } = readPrivateKey(privateKey, set);
  const [A, s1Hat, s2Hat, t0Hat] = [expandA(rho, set), s1.map(ntt), s2.map(ntt), t0.map(ntt)];
  const gamma1 = 2 ** gamma1Bits;
  const beta = tau * eta;
  const seed = shake256(64, K, randomBytes(32), mu);
  for (let kappa = 0; ; kappa += l) {
    const y = range(l).map((r) => {
      const bytes = shake256(32 * (gamma1Bits + 1), seed, twoBytes(kappa + r));
      return unpacked(bytes, gamma1Bits + 1, gamma1);
    });
    const w = product(A, y.map(ntt)).map(inverseNtt);
    const w1 = w.map((poly) => poly.map((r) => decomposed(r, gamma2)[0]));
    const cTilde = shake256(challenge, mu, packedHigh(w1, set));
    const c = ntt(sampleInBall(cTilde, tau));
    const z = y.map((poly, r) => sum(poly, inverseNtt(times(c, sure(s1Hat[r])))));
    const less = w.map((poly, r) => difference(poly, inverseNtt(times(c, sure(s2Hat[r])))));
    const low = less.map((poly) => poly.map((r) => modulo(decomposed(r, gamma2)[1])));
    if (norm(z) >= gamma1 - beta || norm(low) >= gamma2 - beta) continue;
    const ct0 = t0Hat.map((poly) => inverseNtt(times(c, poly)));
    const hints = less.map((poly, at) => {
      const more = sum(poly, sure(ct0[at]));
      return poly.map((r, i) => (decomposed(r, gamma2)[0] === decomposed(sure(more[i]), gamma2)[0] ? 0 : 1));
    });
    if (norm(ct0) >= gamma2 || hints.flat().filter(Boolean).length > omega) continue;
    const packed = z.map((poly) =>
      packedFrom(
        poly.map((one) => modulo(gamma1 - one)),
        gamma1Bits + 1,
      ),
    );
    return Buffer.concat([cTilde, ...packed, packedHints(hints, omega, k)]);
  }
}

export function verifyMu(
  mu: Uint8Array,
  signature: Uint8Array,
  publicKey: KeyObject,
  setName: string,
): boolean {
  const set = sure(PARAMETER_SETS[setName]);
  const { k, l, eta, tau, gamma1Bits, gamma2, omega, challenge } = set;
  const zBytes = 32 * (gamma1Bits + 1);
  if (signature.length !== challenge + l * zBytes + omega + k) return false;
  const bytes = Buffer.from(signature);
  const cTilde = bytes.subarray(0, challenge);
  const gamma1 = 2 ** gamma1Bits;
  const z = range(l).map((r) =>
    unpacked(bytes.subarray(challenge + r * zBytes, challenge + (r + 1) * zBytes), gamma1Bits + 1, gamma1),
  );
  const hints = readHints(bytes.subarray(challenge + l * zBytes), omega, k);
  if (!hints || norm(z) >= gamma1 - tau * eta) return false;
  const encoded = publicKey.export({ type: "spki", format: "der" }).subarray(-(32 + 320 * k));
  const rho = encoded.subarray(0, 32);
  const c = ntt(sampleInBall(cTilde, tau));
  const m = (Q - 1) / (2 * gamma2);
  const w1 = product(expandA(rho, set), z.map(ntt)).map((poly, row) => {
    const t1 = fields(encoded.subarray(32 + 320 * row, 32 + 320 * (row + 1)), 10);
    const t = ntt(t1.map((one) => one * 2 ** D));
    const w = inverseNtt(difference(poly, times(c, t)));
    return w.map((r, i) => {
      const [high, low] = decomposed(r, gamma2);
      if (!hints[row]?.[i]) return high;
      return low > 0 ? (high + 1) % m : (high - 1 + m) % m;
    });
  });
  return cTilde.equals(shake256(challenge, mu, packedHigh(w1, set)));
}

/** The expanded key stands last in PKCS #8, with or without the seed before it. */
function readPrivateKey(key: KeyObject, { k, l, eta }: ParameterSet) {
  const smallBits = eta === 2 ? 3 : 4;
  const [small, large] = [32 * smallBits, 32 * D];
  const bytes = key.export({ type: "pkcs8", format: "der" }).subarray(-(128 + small * (k + l) + large * k));
  const polys = (count: number, from: number, size: number, bits: number, most: number) =>
    range(count).map((at) => unpacked(bytes.subarray(from + at * size, from + (at + 1) * size), bits, most));
  return {
    rho: bytes.subarray(0, 32),
    K: bytes.subarray(32, 64),
    s1: polys(l, 128, small, smallBits, eta),
    s2: polys(k, 128 + small * l, small, smallBits, eta),
    t0: polys(k, 128 + small * (k + l), large, D, 2 ** (D - 1)),
  };
}

const range = (count: number): number[] => [...Array(count).keys()];
const modulo = (value: number) => ((value % Q) + Q) % Q;
const twoBytes = (value: number) => Uint8Array.of(value & 255, value >> 8);

function shake(name: "shake128" | "shake256", outputLength: number, parts: readonly Uint8Array[]): Buffer {
  const hash = createHash(name, { outputLength });
  for (const part of parts) hash.update(part);
  return hash.digest();
}
const shake256 = (length: number, ...parts: Uint8Array[]) => shake("shake256", length, parts);

/** 1753 to the power of k's bits in reverse. */
const ZETAS: readonly number[] = (() => {
  const powers = [1];
  while (powers.length < N) powers.push((sure(powers.at(-1)) * 1753) % Q);
  return range(N).map((k) =>
    sure(powers[Number.parseInt(k.toString(2).padStart(8, "0").split("").reverse().join(""), 2)]),
  );
})();

function ntt(poly: Poly): number[] {
  const w = [...poly];
  let m = 0;
  for (let length = 128; length >= 1; length /= 2)
    for (let start = 0; start < N; start += 2 * length) {
      const zeta = sure(ZETAS[++m]);
      for (let j = start; j < start + length; j++) {
        const [a, t] = [sure(w[j]), (zeta * sure(w[j + length])) % Q];
        w[j] = (a + t) % Q;
        w[j + length] = (a - t + Q) % Q;
      }
    }
  return w;
}

const OF_256 = 8347681; // The inverse of 256.

function inverseNtt(poly: Poly): number[] {
  const w = [...poly];
  let m = N;
  for (let length = 1; length < N; length *= 2)
    for (let start = 0; start < N; start += 2 * length) {
      const zeta = Q - sure(ZETAS[--m]);
      for (let j = start; j < start + length; j++) {
        const [a, b] = [sure(w[j]), sure(w[j + length])];
        w[j] = (a + b) % Q;
        w[j + length] = (zeta * ((a - b + Q) % Q)) % Q;
      }
    }
  return w.map((one) => (one * OF_256) % Q);
}

const times = (a: Poly, b: Poly) => a.map((one, i) => (one * sure(b[i])) % Q);
const sum = (a: Poly, b: Poly) => a.map((one, i) => (one + sure(b[i])) % Q);
const difference = (a: Poly, b: Poly) => a.map((one, i) => (one - sure(b[i]) + Q) % Q);

/** A matrix by a vector. */
const product = (A: readonly (readonly Poly[])[], vector: readonly Poly[]) =>
  A.map((row) => row.map((poly, at) => times(poly, sure(vector[at]))).reduce(sum));

/** The largest distance of a coefficient from zero, either way. */
const norm = (polys: readonly Poly[]) => Math.max(...polys.flat().map((one) => Math.min(one, Q - one)));

const expandA = (rho: Uint8Array, { k, l }: ParameterSet): number[][][] =>
  range(k).map((r) => range(l).map((s) => uniform([rho, Uint8Array.of(s, r)])));

function uniform(seed: readonly Uint8Array[]): number[] {
  return enough(N, (length) => {
    const bytes = shake("shake128", 3 * length, seed);
    const found: number[] = [];
    for (let at = 0; at < bytes.length; at += 3) {
      const value = bytes.readUIntLE(at, 3) & 0x7fffff;
      if (value < Q) found.push(value);
    }
    return found.slice(0, N);
  });
}

/** Some bytes of a stream do not count: as many are read as leave enough. */
function enough<T>(count: number, read: (length: number) => readonly T[]): T[] {
  for (let length = count + 24; ; length *= 2) {
    const found = read(length);
    if (found.length === count) return [...found];
  }
}

function sampleInBall(seed: Uint8Array, tau: number): number[] {
  const c: number[] = Array(N).fill(0);
  const places = enough(tau, (length) => {
    const found: number[] = [];
    for (const byte of shake256(8 + length, seed).subarray(8))
      if (found.length < tau && byte <= N - tau + found.length) found.push(byte);
    return found;
  });
  const signs = shake256(8, seed).readBigUInt64LE();
  for (const [at, j] of places.entries()) {
    const i = N - tau + at;
    c[i] = sure(c[j]);
    c[j] = (signs >> BigInt(at)) & 1n ? Q - 1 : 1;
  }
  return c;
}

/** What r is of 2γ2, and what remains, which may be less than zero. */
function decomposed(r: number, gamma2: number): [high: number, low: number] {
  const rest = r % (2 * gamma2);
  const low = rest > gamma2 ? rest - 2 * gamma2 : rest;
  return r - low === Q - 1 ? [0, low - 1] : [(r - low) / (2 * gamma2), low];
}

/** Numbers of so many bits each, the least bit first. */
function fields(bytes: Uint8Array, bits: number): number[] {
  const found: number[] = [];
  let [held, value] = [0, 0];
  for (const byte of bytes) {
    value += byte * 2 ** held;
    held += 8;
    while (held >= bits) {
      found.push(value % 2 ** bits);
      value = Math.floor(value / 2 ** bits);
      held -= bits;
    }
  }
  return found;
}

function packedFrom(values: readonly number[], bits: number): Buffer {
  const bytes: number[] = [];
  let [held, value] = [0, 0];
  for (const one of values) {
    value += one * 2 ** held;
    held += bits;
    while (held >= 8) {
      bytes.push(value % 256);
      value = Math.floor(value / 256);
      held -= 8;
    }
  }
  return Buffer.from(bytes);
}

/** Coefficients that are kept as what they are less than the most. */
const unpacked = (bytes: Uint8Array, bits: number, most: number) =>
  fields(bytes, bits).map((value) => modulo(most - value));

const packedHigh = (w1: readonly Poly[], { gamma2 }: ParameterSet) =>
  Buffer.concat(w1.map((poly) => packedFrom(poly, gamma2 === (Q - 1) / 88 ? 6 : 4)));

function packedHints(hints: readonly Poly[], omega: number, k: number): Buffer {
  const packed = Buffer.alloc(omega + k);
  let at = 0;
  for (const [row, poly] of hints.entries()) {
    for (const [i, hint] of poly.entries()) if (hint) packed[at++] = i;
    packed[omega + row] = at;
  }
  return packed;
}

/** Undefined for what nobody packs so. */
function readHints(bytes: Buffer, omega: number, k: number): number[][] | undefined {
  const hints = range(k).map(() => Array<number>(N).fill(0));
  let at = 0;
  for (const [row, poly] of hints.entries()) {
    const end = sure(bytes[omega + row]);
    if (end < at || end > omega) return undefined;
    for (const first = at; at < end; at++) {
      const i = sure(bytes[at]);
      if (at > first && i <= sure(bytes[at - 1])) return undefined;
      poly[i] = 1;
    }
  }
  return bytes.subarray(at, omega).some(Boolean) ? undefined : hints;
}
