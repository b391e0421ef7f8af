import {
  constants,
  createHash,
  type KeyObject,
  privateEncrypt,
  publicDecrypt,
  randomBytes,
  timingSafeEqual,
} from "node:crypto";
import { sure } from "../../core/sure.ts";

/** RSA signatures over a digest that is at hand (RFC 8017, sections 8.1 and 8.2): Node hashes whatever it signs. */

/** DER of a DigestInfo up to the digest itself: RFC 8017, section 9.2, note 1. */
const DIGEST_INFO = {
  sha256: "3031300d060960864801650304020105000420",
  sha384: "3041300d060960864801650304020205000430",
  sha512: "3051300d060960864801650304020305000440",
};

const digestInfo = (hash: string, digest: Uint8Array) =>
  Buffer.concat([Buffer.from(DIGEST_INFO[hash as keyof typeof DIGEST_INFO], "hex"), digest]);

export const signPkcs1 = (hash: string, digest: Uint8Array, key: KeyObject): Buffer =>
  privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, digestInfo(hash, digest));

export function verifyPkcs1(
  hash: string,
  digest: Uint8Array,
  signature: Uint8Array,
  key: KeyObject,
): boolean {
  const found = decrypted(signature, key, constants.RSA_PKCS1_PADDING);
  return found?.equals(digestInfo(hash, digest)) ?? false;
}

/** The salt is as long as the digest, as KMS has it. */
export function signPss(hash: string, digest: Uint8Array, key: KeyObject): Buffer {
  const bits = modulusBits(key) - 1;
  const length = Math.ceil(bits / 8);
  const salt = randomBytes(digest.length);
  const h = hashed(hash, Buffer.alloc(8), digest, salt);
  const block = Buffer.alloc(length - h.length - 1);
  block[block.length - salt.length - 1] = 1;
  block.set(salt, block.length - salt.length);
  const masked = xor(block, mask(hash, h, block.length));
  masked[0] = (masked[0] ?? 0) & (0xff >> (8 * length - bits));
  const encoded = Buffer.concat([masked, h, Buffer.of(0xbc)]);
  return privateEncrypt(
    { key, padding: constants.RSA_NO_PADDING },
    leftPadded(encoded, modulusBits(key) / 8),
  );
}

export function verifyPss(hash: string, digest: Uint8Array, signature: Uint8Array, key: KeyObject): boolean {
  const bits = modulusBits(key) - 1;
  const length = Math.ceil(bits / 8);
  const encoded = decrypted(signature, key, constants.RSA_NO_PADDING)?.subarray(-length);
  if (encoded?.at(-1) !== 0xbc) return false;
  const masked = encoded.subarray(0, length - digest.length - 1);
  const h = encoded.subarray(masked.length, -1);
  const block = xor(masked, mask(hash, h, masked.length));
  block[0] = (block[0] ?? 0) & (0xff >> (8 * length - bits));
  const saltAt = block.length - digest.length;
  if (block[saltAt - 1] !== 1 || block.subarray(0, saltAt - 1).some((byte) => byte !== 0)) return false;
  return timingSafeEqual(h, hashed(hash, Buffer.alloc(8), digest, block.subarray(saltAt)));
}

const modulusBits = (key: KeyObject) => sure(key.asymmetricKeyDetails?.modulusLength); // An RSA key has one.

function decrypted(signature: Uint8Array, key: KeyObject, padding: number): Buffer | undefined {
  try {
    return publicDecrypt({ key, padding }, signature);
  } catch {
    // Not made with this key: no signature of it.
    return undefined;
  }
}

function hashed(hash: string, ...parts: readonly Uint8Array[]): Buffer {
  const sum = createHash(hash);
  for (const part of parts) sum.update(part);
  return sum.digest();
}

/** MGF1 */
function mask(hash: string, seed: Uint8Array, length: number): Buffer {
  const parts: Buffer[] = [];
  for (let counter = 0, size = 0; size < length; counter++) {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    const part = hashed(hash, seed, count);
    parts.push(part);
    size += part.length;
  }
  return Buffer.concat(parts).subarray(0, length);
}

const xor = (a: Uint8Array, b: Uint8Array) => Buffer.from(a.map((byte, at) => byte ^ (b[at] ?? 0)));

const leftPadded = (bytes: Buffer, length: number) =>
  Buffer.concat([Buffer.alloc(length - bytes.length), bytes]);
