import { createHash, type KeyObject } from "node:crypto";
import { sure } from "../../core/sure.ts";

/**
 * Ed25519 over a digest (Ed25519ph): RFC 8032, section 5.1, which OpenSSL knows and Node does not offer. Not in constant time: what
 * is signed here is signed on one's own machine.
 */

const P = (1n << 255n) - 19n;
/** The order of the base point. */
const L = (1n << 252n) + 27742317777372353535851937790883648493n;
const D = modulo(-121665n * inverse(121666n));
const ROOT_OF_MINUS_ONE = power(2n, (P - 1n) / 4n);
const DOM2 = Buffer.concat([Buffer.from("SigEd25519 no Ed25519 collisions"), Buffer.of(1, 0)]);

/** Extended coordinates: x = X/Z, y = Y/Z, x·y = T/Z. */
interface Point {
  readonly x: bigint;
  readonly y: bigint;
  readonly z: bigint;
  readonly t: bigint;
}

const BASE = pointAt(modulo(4n * inverse(5n)), 0n) as Point; // It is on the curve.
const NOTHING: Point = { x: 0n, y: 1n, z: 1n, t: 0n };

/** @param digest SHA-512 of what is signed */
export function signPrehashed(digest: Uint8Array, privateKey: KeyObject): Buffer {
  const { d, x } = privateKey.export({ format: "jwk" });
  const hash = sha512(Buffer.from(sure(d), "base64url")); // It is private.
  const scalar = hash.subarray(0, 32);
  scalar[0] = sure(scalar[0]) & 248;
  scalar[31] = (sure(scalar[31]) & 127) | 64;
  const publicKey = Buffer.from(sure(x), "base64url");
  const r = fromLittle(sha512(DOM2, hash.subarray(32), digest)) % L;
  const R = encoded(times(r, BASE));
  const k = fromLittle(sha512(DOM2, R, publicKey, digest)) % L;
  return Buffer.concat([R, toLittle((r + k * fromLittle(scalar)) % L)]);
}

export function verifyPrehashed(digest: Uint8Array, signature: Uint8Array, publicKey: KeyObject): boolean {
  if (signature.length !== 64) return false;
  const bytes = Buffer.from(signature);
  const A = Buffer.from(sure(publicKey.export({ format: "jwk" }).x), "base64url");
  const [key, R, s] = [decoded(A), decoded(bytes.subarray(0, 32)), fromLittle(bytes.subarray(32))];
  if (!key || !R || s >= L) return false;
  const k = fromLittle(sha512(DOM2, bytes.subarray(0, 32), A, digest)) % L;
  const [left, right] = [times(s, BASE), add(R, times(k, key))];
  return (
    modulo(left.x * right.z - right.x * left.z) === 0n && modulo(left.y * right.z - right.y * left.z) === 0n
  );
}

function add(a: Point, b: Point): Point {
  const A = modulo((a.y - a.x) * (b.y - b.x));
  const B = modulo((a.y + a.x) * (b.y + b.x));
  const C = modulo(2n * a.t * b.t * D);
  const Z = modulo(2n * a.z * b.z);
  const [e, f, g, h] = [B - A, Z - C, Z + C, B + A];
  return { x: modulo(e * f), y: modulo(g * h), z: modulo(f * g), t: modulo(e * h) };
}

function times(scalar: bigint, point: Point): Point {
  let [sum, double] = [NOTHING, point];
  for (let left = scalar; left > 0n; left >>= 1n) {
    if (left & 1n) sum = add(sum, double);
    double = add(double, double);
  }
  return sum;
}

function encoded({ x, y, z }: Point): Buffer {
  const inverseZ = inverse(z);
  const bytes = toLittle(modulo(y * inverseZ));
  bytes[31] = sure(bytes[31]) | (Number(modulo(x * inverseZ) & 1n) << 7);
  return bytes;
}

function decoded(bytes: Uint8Array): Point | undefined {
  const number = fromLittle(bytes);
  const y = number & ((1n << 255n) - 1n);
  return y < P ? pointAt(y, number >> 255n) : undefined;
}

/** The point with this y whose x has this lowest bit; undefined when there is none. */
function pointAt(y: bigint, bit: bigint): Point | undefined {
  const u = modulo(y * y - 1n);
  const v = modulo(D * y * y + 1n);
  const square = modulo(u * inverse(v));
  let x = power(square, (P + 3n) / 8n);
  if (modulo(x * x) !== square) x = modulo(x * ROOT_OF_MINUS_ONE);
  if (modulo(x * x) !== square || (x === 0n && bit === 1n)) return undefined;
  if ((x & 1n) !== bit) x = P - x;
  return { x, y, z: 1n, t: modulo(x * y) };
}

function modulo(value: bigint): bigint {
  const rest = value % P;
  return rest < 0n ? rest + P : rest;
}

function power(base: bigint, exponent: bigint): bigint {
  let [result, square] = [1n, modulo(base)];
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = modulo(result * square);
    square = modulo(square * square);
  }
  return result;
}

function inverse(value: bigint): bigint {
  return power(value, P - 2n);
}

const sha512 = (...parts: readonly Uint8Array[]): Buffer =>
  createHash("sha512").update(Buffer.concat(parts)).digest();
const fromLittle = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);
const toLittle = (value: bigint) => Buffer.from(value.toString(16).padStart(64, "0"), "hex").reverse();
