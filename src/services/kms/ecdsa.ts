import { createECDH, type KeyObject, randomBytes } from "node:crypto";
import { tagged } from "../../core/der.ts";
import { sure } from "../../core/sure.ts";

/**
 * ECDSA over a digest that is at hand: KMS signs what clients have hashed themselves, and Node hashes whatever it signs.
 * FIPS 186-5, section 6.4. OpenSSL multiplies the secret nonce; only public values are multiplied here.
 */

interface Curve {
  readonly p: bigint;
  readonly a: bigint;
  readonly n: bigint;
  readonly g: Point;
}

interface Point {
  readonly x: bigint;
  readonly y: bigint;
}

const hex = (text: string) => BigInt(`0x${text.replaceAll(" ", "")}`);

/** Domain parameters: SEC 2, version 2.0. */
const CURVES: Readonly<Record<string, Curve>> = {
  prime256v1: {
    p: hex("FFFFFFFF 00000001 00000000 00000000 00000000 FFFFFFFF FFFFFFFF FFFFFFFF"),
    a: -3n,
    n: hex("FFFFFFFF 00000000 FFFFFFFF FFFFFFFF BCE6FAAD A7179E84 F3B9CAC2 FC632551"),
    g: {
      x: hex("6B17D1F2 E12C4247 F8BCE6E5 63A440F2 77037D81 2DEB33A0 F4A13945 D898C296"),
      y: hex("4FE342E2 FE1A7F9B 8EE7EB4A 7C0F9E16 2BCE3357 6B315ECE CBB64068 37BF51F5"),
    },
  },
  secp256k1: {
    p: hex("FFFFFFFF FFFFFFFF FFFFFFFF FFFFFFFF FFFFFFFF FFFFFFFF FFFFFFFE FFFFFC2F"),
    a: 0n,
    n: hex("FFFFFFFF FFFFFFFF FFFFFFFF FFFFFFFE BAAEDCE6 AF48A03B BFD25E8C D0364141"),
    g: {
      x: hex("79BE667E F9DCBBAC 55A06295 CE870B07 029BFCDB 2DCE28D9 59F2815B 16F81798"),
      y: hex("483ADA77 26A3C465 5DA4FBFC 0E1108A8 FD17B448 A6855419 9C47D08F FB10D4B8"),
    },
  },
  secp384r1: {
    p: hex(
      "FFFFFFFF FFFFFFFF FFFFFFFF FFFFFFFF FFFFFFFF FFFFFFFF FFFFFFFF FFFFFFFE FFFFFFFF 00000000 00000000 FFFFFFFF",
    ),
    a: -3n,
    n: hex(
      "FFFFFFFF FFFFFFFF FFFFFFFF FFFFFFFF FFFFFFFF FFFFFFFF C7634D81 F4372DDF 581A0DB2 48B0A77A ECEC196A CCC52973",
    ),
    g: {
      x: hex(
        "AA87CA22 BE8B0537 8EB1C71E F320AD74 6E1D3B62 8BA79B98 59F741E0 82542A38 5502F25D BF55296C 3A545E38 72760AB7",
      ),
      y: hex(
        "3617DE4A 96262C6F 5D9E98BF 9292DC29 F8F41DBD 289A147C E9DA3113 B5F0B8C0 0A60B1CE 1D7E819D 7A431D7C 90EA0E5F",
      ),
    },
  },
  secp521r1: {
    p: (1n << 521n) - 1n,
    a: -3n,
    n: hex(
      "01FF FFFFFFFF FFFFFFFF FFFFFFFF FFFFFFFF FFFFFFFF FFFFFFFF FFFFFFFF FFFFFFFA 51868783 BF2F966B 7FCC0148 F709A5D0 3BB5C9B8 899C47AE BB6FB71E 91386409",
    ),
    g: {
      x: hex(
        "00C6 858E06B7 0404E9CD 9E3ECB66 2395B442 9C648139 053FB521 F828AF60 6B4D3DBA A14B5E77 EFE75928 FE1DC127 A2FFA8DE 3348B3C1 856A429B F97E7E31 C2E5BD66",
      ),
      y: hex(
        "0118 39296A78 9A3BC004 5C8A5FB4 2C7D1BD9 98F54449 579B4468 17AFBD17 273E662C 97EE7299 5EF42640 C550B901 3FAD0761 353C7086 A272C240 88BE9476 9FD16650",
      ),
    },
  },
};

const curveNamed = (name: string) => sure(CURVES[name]); // Those of the key specs are all here.

/** @returns the signature in DER, as KMS gives it */
export function signDigest(digest: Uint8Array, privateKey: KeyObject, curveName: string): Buffer {
  const { n } = curveNamed(curveName);
  const d = fromBase64(sure(privateKey.export({ format: "jwk" }).d)); // It is private.
  const z = leftmost(digest, n);
  for (;;) {
    const nonce = randomBytes(bytesOf(n));
    const k = fromBytes(nonce);
    if (k === 0n || k >= n) continue;
    const ecdh = createECDH(curveName);
    ecdh.setPrivateKey(nonce);
    const point = ecdh.getPublicKey(null, "uncompressed");
    const r = fromBytes(point.subarray(1, 1 + (point.length - 1) / 2)) % n;
    const s = modulo(inverse(k, n) * (z + r * d), n);
    if (r !== 0n && s !== 0n) return derOf(r, s);
  }
}

export function verifyDigest(
  digest: Uint8Array,
  signature: Uint8Array,
  publicKey: KeyObject,
  curveName: string,
): boolean {
  const curve = curveNamed(curveName);
  const { n, g } = curve;
  const parts = readDer(signature);
  if (!parts || parts.some((part) => part <= 0n || part >= n)) return false;
  const [r, s] = parts;
  const jwk = publicKey.export({ format: "jwk" });
  const q = { x: fromBase64(sure(jwk.x)), y: fromBase64(sure(jwk.y)) }; // It is a point of the curve.
  const w = inverse(s, n);
  const sum = sumOf(modulo(leftmost(digest, n) * w, n), g, modulo(r * w, n), q, curve);
  return sum !== undefined && modulo(sum.x, n) === r;
}

/** As many leftmost bits of a digest as the order has. */
function leftmost(digest: Uint8Array, n: bigint): bigint {
  const excess = digest.length * 8 - n.toString(2).length;
  return fromBytes(digest) >> BigInt(Math.max(0, excess));
}

/** undefined is the point at infinity. */
function add(a: Point, b: Point, curve: Curve): Point | undefined {
  const { p } = curve;
  if (a.x === b.x && modulo(a.y + b.y, p) === 0n) return undefined;
  const slope =
    a.x === b.x
      ? (3n * a.x * a.x + curve.a) * inverse(2n * a.y, p)
      : (b.y - a.y) * inverse(modulo(b.x - a.x, p), p);
  const x = modulo(slope * slope - a.x - b.x, p);
  return { x, y: modulo(slope * (a.x - x) - a.y, p) };
}

/** Jacobian coordinates: the point (x / z², y / z³), so that nothing is divided on the way. z = 0 is infinity. */
interface Jacobian extends Point {
  readonly z: bigint;
}

function doubled({ x, y, z }: Jacobian, { a, p }: Curve): Jacobian {
  const yy = (y * y) % p;
  const s = (4n * x * yy) % p;
  const zz = (z * z) % p;
  const m = (3n * x * x + a * zz * zz) % p;
  const x3 = modulo(m * m - 2n * s, p);
  return { x: x3, y: modulo(m * (s - x3) - 8n * yy * yy, p), z: (2n * y * z) % p };
}

function plus(a: Jacobian, b: Point | undefined, curve: Curve): Jacobian {
  const { p } = curve;
  if (b === undefined) return a;
  if (a.z === 0n) return { ...b, z: 1n };
  const zz = (a.z * a.z) % p;
  const h = modulo(b.x * zz - a.x, p);
  const r = modulo(b.y * zz * a.z - a.y, p);
  if (h === 0n) return r === 0n ? doubled(a, curve) : { x: 1n, y: 1n, z: 0n };
  const hh = (h * h) % p;
  const hhh = (hh * h) % p;
  const v = (a.x * hh) % p;
  const x = modulo(r * r - hhh - 2n * v, p);
  return { x, y: modulo(r * (v - x) - a.y * hhh, p), z: (a.z * h) % p };
}

/** u·a + v·b, both at once (Shamir's trick). */
function sumOf(u: bigint, a: Point, v: bigint, b: Point, curve: Curve): Point | undefined {
  const both = add(a, b, curve);
  let sum: Jacobian = { x: 1n, y: 1n, z: 0n };
  const length = Math.max(u.toString(2).length, v.toString(2).length);
  for (let bit = BigInt(length - 1); bit >= 0n; bit--) {
    sum = doubled(sum, curve);
    const inA = (u >> bit) & 1n;
    const inB = (v >> bit) & 1n;
    if (inA && inB) sum = plus(sum, both, curve);
    else if (inA) sum = plus(sum, a, curve);
    else if (inB) sum = plus(sum, b, curve);
  }
  if (sum.z === 0n) return undefined;
  const w = inverse(sum.z, curve.p);
  return { x: modulo(sum.x * w * w, curve.p), y: modulo(sum.y * w * w * w, curve.p) };
}

const modulo = (value: bigint, by: bigint) => ((value % by) + by) % by;

/** Extended Euclid. */
function inverse(value: bigint, by: bigint): bigint {
  let [a, b, x, y] = [modulo(value, by), by, 1n, 0n];
  while (a > 1n) {
    const quotient = a / b;
    [a, b] = [b, a % b];
    [x, y] = [y, x - quotient * y];
  }
  return modulo(x, by);
}

const bytesOf = (n: bigint) => Math.ceil(n.toString(16).length / 2);
const fromBytes = (bytes: Uint8Array) =>
  bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
const fromBase64 = (text: string) => fromBytes(Buffer.from(text, "base64url"));

/** SEQUENCE { INTEGER r, INTEGER s } */
function derOf(r: bigint, s: bigint): Buffer {
  return tagged(0x30, integer(r), integer(s));
}

function integer(value: bigint): Buffer {
  const digits = value.toString(16);
  const bytes = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, "hex");
  return (bytes[0] ?? 0) & 0x80 ? tagged(0x02, Buffer.of(0), bytes) : tagged(0x02, bytes);
}

function readDer(signature: Uint8Array): [bigint, bigint] | undefined {
  const bytes = Buffer.from(signature);
  let at = bytes[1] === 0x81 ? 3 : 2;
  const length = bytes[1] === 0x81 ? bytes[2] : bytes[1];
  if (bytes[0] !== 0x30 || length !== bytes.length - at) return undefined;
  const read = () => {
    const size = bytes[at + 1] ?? 0;
    if (bytes[at] !== 0x02 || size === 0 || at + 2 + size > bytes.length) return undefined;
    const value = fromBytes(bytes.subarray(at + 2, at + 2 + size));
    at += 2 + size;
    return value;
  };
  const r = read();
  const s = read();
  return r === undefined || s === undefined || at !== bytes.length ? undefined : [r, s];
}
