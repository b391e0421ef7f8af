import { createHash } from "node:crypto";

/** Hashes under the names that intrinsic functions and `$hash` have for them. */
const HASHES: Readonly<Record<string, string>> = {
  MD5: "md5",
  "SHA-1": "sha1",
  "SHA-256": "sha256",
  "SHA-384": "sha384",
  "SHA-512": "sha512",
};

/** A text's hash in hexadecimal; undefined for an algorithm that there is not. */
export function digest(text: unknown, algorithm: unknown): string | undefined {
  const name = String(algorithm);
  const hash = Object.hasOwn(HASHES, name) ? HASHES[name] : undefined;
  return hash && createHash(hash).update(String(text)).digest("hex");
}

/** A number in [0, 1): the same for the same seed. */
export function drawn(seed: unknown): number {
  return createHash("sha256").update(String(seed)).digest().readUInt32BE(0) / 2 ** 32;
}
