import assert from "node:assert/strict";
import { test } from "node:test";
import { ALGORITHMS } from "./algorithms.ts";
import { Combiner } from "./combine.ts";

const crcs = ["CRC32", "CRC32C", "CRC64NVME"] as const;

/** Bit by bit, as the definitions have it. */
function naive(name: (typeof crcs)[number], data: Uint8Array): bigint {
  const { bits, value } = ALGORITHMS[name].polynomial!;
  const ones = (1n << bits) - 1n;
  let crc = ones;
  for (const byte of data) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ value : crc >> 1n;
  }
  return crc ^ ones;
}

const digestOf = (name: keyof typeof ALGORITHMS, ...chunks: Uint8Array[]) => {
  const digest = ALGORITHMS[name].make();
  for (const chunk of chunks) digest.update(chunk);
  return digest.digest();
};

test("checksums have the values that their definitions give for 123456789", () => {
  const text = Buffer.from("123456789");
  assert.equal(digestOf("CRC32", text).toString("hex"), "cbf43926");
  assert.equal(digestOf("CRC32C", text).toString("hex"), "e3069283");
  assert.equal(digestOf("CRC64NVME", text).toString("hex"), "ae8b14860a799888");
});

test("CRCs agree with their bit-by-bit definitions for all lengths and cuts", () => {
  for (const name of crcs) {
    for (let length = 0; length < 70; length++) {
      const data = Uint8Array.from({ length }, (_, at) => (at * 167 + length * 31) & 255);
      const expected = naive(name, data);
      const cut = (length * 7) % (length + 1);
      const whole = BigInt(`0x${digestOf(name, data).toString("hex")}`);
      const cutUp = BigInt(`0x${digestOf(name, data.subarray(0, cut), data.subarray(cut)).toString("hex")}`);
      assert.equal(whole, expected, `${name} of ${length} bytes`);
      assert.equal(cutUp, expected, `${name} of ${cut} and ${length - cut} bytes`);
    }
  }
});

test("a multiple that texts are folded by is one of its polynomial", () => {
  const { value, multiple = [] } = ALGORITHMS.CRC64NVME.polynomial!;
  let power = 1n << 63n;
  let sum = 0n;
  for (let bytes = 0; bytes <= Math.max(...multiple); bytes++) {
    if (multiple.includes(bytes)) sum ^= power;
    for (let bit = 0; bit < 8; bit++) power = power & 1n ? (power >> 1n) ^ value : power >> 1n;
  }
  assert.deepEqual([multiple.length, sum], [9, 0n]);
});

test("CRCs of long texts agree with their bit-by-bit definitions, and with those of the same in short pieces", () => {
  const longest = Uint8Array.from({ length: 600_000 }, (_, at) => (at * at * 31 + at * 167) >> (at % 5));
  for (const name of crcs) {
    const first = longest.subarray(0, 50_001);
    assert.equal(BigInt(`0x${digestOf(name, first).toString("hex")}`), naive(name, first), name);
    for (const length of [36_000, 36_015, 65_536, 100_003, 262_143, 262_144, 262_145, 600_000]) {
      const text = longest.subarray(longest.length - length);
      const pieces = Array.from({ length: Math.ceil(length / 1000) }, (_, n) =>
        text.subarray(n * 1000, (n + 1) * 1000),
      );
      assert.deepEqual(digestOf(name, text), digestOf(name, ...pieces), `${name} of ${length} bytes`);
      const cut = length - 40_001;
      if (cut > 0)
        assert.deepEqual(
          digestOf(name, text.subarray(0, cut), text.subarray(cut)),
          digestOf(name, text),
          `${name} of ${cut} and ${length - cut} bytes`,
        );
    }
  }
});

test("CRCs of parts combine to the CRC of the whole", () => {
  for (const name of crcs) {
    const combiner = new Combiner(ALGORITHMS[name].polynomial!);
    for (const [first, second] of [
      [0, 0],
      [0, 5],
      [5, 0],
      [1, 1],
      [1000, 1],
      [3, 70_000],
      [70_000, 70_000],
    ] as const) {
      const a = Uint8Array.from({ length: first }, (_, at) => (at * 31) & 255);
      const b = Uint8Array.from({ length: second }, (_, at) => (at * 17 + 3) & 255);
      const combined = combiner.combine(digestOf(name, a), digestOf(name, b), second);
      assert.deepEqual(combined, digestOf(name, a, b), `${name} of ${first} and ${second} bytes`);
    }
  }
});
