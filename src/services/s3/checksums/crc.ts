// biome-ignore-all lint/style/noNonNullAssertion: the table has a word for every byte
import type { Polynomial } from "./combine.ts";
import { type CrcModule, crcModule, DATA_AT, DATA_BYTES, TABLES } from "./crc-module.ts";

/** A CRC in the making. Its remainder and its result begin and end inverted, as all of S3's do. */
class Crc {
  readonly #engine: () => CrcModule;
  readonly #bits: bigint;
  #value: bigint;

  constructor(engine: () => CrcModule, bits: bigint) {
    this.#engine = engine;
    this.#bits = bits;
    this.#value = onesOf(bits);
  }

  update(data: Uint8Array): void {
    const { memory, update } = this.#engine();
    for (let from = 0; from < data.length; from += DATA_BYTES) {
      const piece = data.length <= DATA_BYTES ? data : data.subarray(from, from + DATA_BYTES);
      memory.set(piece, DATA_AT);
      this.#value = BigInt.asUintN(64, update(this.#value, DATA_AT, DATA_AT + piece.length));
    }
  }

  digest(): Buffer {
    const value = this.#value ^ onesOf(this.#bits);
    return Buffer.from(value.toString(16).padStart(Number(this.#bits) / 4, "0"), "hex");
  }
}

const onesOf = (bits: bigint): bigint => (1n << bits) - 1n;

/** Makes CRCs of one polynomial; their tables are made for the first of them. */
export function crcOf(polynomial: Polynomial): () => Crc {
  let made: CrcModule | undefined;
  const engine = () => {
    made ??= withTables(crcModule(), polynomial);
    return made;
  };
  return () => new Crc(engine, polynomial.bits);
}

function withTables(module: CrcModule, { value: polynomial }: Polynomial): CrcModule {
  const words = new BigUint64Array(module.memory.buffer, 0, TABLES * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ polynomial : crc >> 1n;
    words[byte] = crc;
  }
  for (let at = 256; at < words.length; at++) {
    // Within the tables by construction.
    const crc = words[at - 256]!;
    words[at] = (crc >> 8n) ^ words[Number(crc & 255n)]!;
  }
  return module;
}
