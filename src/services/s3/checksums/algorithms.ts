import { createHash } from "node:crypto";
import { zlib } from "../../../core/zlib.ts";
import { CRC32, CRC32C, CRC64NVME, type Polynomial } from "./combine.ts";
import { crcOf } from "./crc.ts";
import { Xxhash3, Xxhash64 } from "./xxhash.ts";

/** A checksum in the making. */
export interface Digest {
  update(data: Uint8Array): void;
  digest(): Buffer;
}

export interface ChecksumAlgorithm {
  /** `CRC32C`; the member that carries it is `ChecksumCRC32C`, the header `x-amz-checksum-crc32c`. */
  readonly name: AlgorithmName;
  readonly sizeBytes: number;
  /** CRCs of parts make the CRC of the whole; hashes do not. */
  readonly polynomial?: Polynomial;
  make(): Digest;
}

export type AlgorithmName =
  | "CRC32"
  | "CRC32C"
  | "CRC64NVME"
  | "SHA1"
  | "SHA256"
  | "SHA512"
  | "MD5"
  | "XXHASH64"
  | "XXHASH3"
  | "XXHASH128";

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html */
export const ALGORITHMS: Readonly<Record<AlgorithmName, ChecksumAlgorithm>> = {
  CRC32: { name: "CRC32", sizeBytes: 4, polynomial: CRC32, make: () => new Crc32() },
  CRC32C: { name: "CRC32C", sizeBytes: 4, polynomial: CRC32C, make: crcOf(CRC32C) },
  CRC64NVME: { name: "CRC64NVME", sizeBytes: 8, polynomial: CRC64NVME, make: crcOf(CRC64NVME) },
  SHA1: { name: "SHA1", sizeBytes: 20, make: () => createHash("sha1") },
  SHA256: { name: "SHA256", sizeBytes: 32, make: () => createHash("sha256") },
  SHA512: { name: "SHA512", sizeBytes: 64, make: () => createHash("sha512") },
  MD5: { name: "MD5", sizeBytes: 16, make: () => createHash("md5") },
  XXHASH64: { name: "XXHASH64", sizeBytes: 8, make: () => new Xxhash64() },
  XXHASH3: { name: "XXHASH3", sizeBytes: 8, make: () => new Xxhash3(64) },
  XXHASH128: { name: "XXHASH128", sizeBytes: 16, make: () => new Xxhash3(128) },
};

/** What S3 computes when a client gives nothing. */
export const DEFAULT_ALGORITHM = ALGORITHMS.CRC64NVME;

export const algorithmOf = (name: string): ChecksumAlgorithm | undefined =>
  Object.hasOwn(ALGORITHMS, name) ? ALGORITHMS[name as AlgorithmName] : undefined;

/** zlib's own, which uses the processor's instructions for it. */
class Crc32 implements Digest {
  #value = 0;

  update(data: Uint8Array): void {
    this.#value = zlib().crc32(data, this.#value);
  }

  digest(): Buffer {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(this.#value >>> 0);
    return bytes;
  }
}
