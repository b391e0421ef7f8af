// biome-ignore-all lint/style/noNonNullAssertion: the table has a word for every byte
import { copyBytes } from "../blocks.ts";
import type { Polynomial } from "./combine.ts";
import { type CrcModule, crcModule, DATA_BYTES, dataAt, TABLES } from "./crc-module.ts";

/** A module, and what it knows of its polynomial. */
interface Engine extends CrcModule {
  /** How far behind itself a byte is put, which takes it away; none for what is not folded. */
  readonly distances: readonly number[];
  readonly farthest: number;
  readonly dataAt: number;
}

/** A CRC in the making. Its remainder and its result begin and end inverted, as all of S3's do. */
class Crc {
  readonly #engine: () => Engine;
  readonly #bits: bigint;
  #value: bigint;

  constructor(engine: () => Engine, bits: bigint) {
    this.#engine = engine;
    this.#bits = bits;
    this.#value = onesOf(bits);
  }

  update(data: Uint8Array): void {
    const engine = this.#engine();
    for (let from = 0; from < data.length; from += DATA_BYTES) {
      const piece = data.length <= DATA_BYTES ? data : data.subarray(from, from + DATA_BYTES);
      copyBytes(piece, engine.memory, engine.dataAt);
      const { farthest } = engine;
      // What is short is not worth it.
      this.#value =
        farthest > 0 && piece.length > 4 * farthest
          ? folded(engine, this.#value, piece.length)
          : remainder(engine, this.#value, engine.dataAt, piece.length);
    }
  }

  digest(): Buffer {
    const value = this.#value ^ onesOf(this.#bits);
    return Buffer.from(value.toString(16).padStart(Number(this.#bits) / 4, "0"), "hex");
  }
}

const remainder = ({ update }: Engine, value: bigint, at: number, length: number) =>
  BigInt.asUintN(64, update(value, at, at + length));

/** The same of a long text, whose bytes are folded into its last ones first. */
function folded(engine: Engine, value: bigint, length: number): bigint {
  const { memory, distances, farthest, dataAt: at } = engine;
  // A remainder is the same as the text's first bytes.
  const start = new DataView(memory.buffer, at, 8);
  start.setBigUint64(0, start.getBigUint64(0, true) ^ value, true);
  const left = at + 16 * Math.floor((length - farthest) / 16);
  engine.fold(at, left);
  for (const distance of distances) engine.add(left, left - distance, left + distance);
  return remainder(engine, 0n, left, at + length - left);
}

const onesOf = (bits: bigint): bigint => (1n << bits) - 1n;

/** Makes CRCs of one polynomial; their tables are made for the first of them. */
export function crcOf(polynomial: Polynomial): () => Crc {
  let made: Engine | undefined;
  const engine = () => {
    made ??= engineOf(polynomial);
    return made;
  };
  return () => new Crc(engine, polynomial.bits);
}

function engineOf(polynomial: Polynomial): Engine {
  const powers = polynomial.multiple ?? [];
  const farthest = Math.max(0, ...powers);
  const distances = powers.map((power) => farthest - power).filter((distance) => distance > 0);
  const module = withTables(crcModule(distances), polynomial);
  return { ...module, distances, farthest, dataAt: dataAt(farthest) };
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
