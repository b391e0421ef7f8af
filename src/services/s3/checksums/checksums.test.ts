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

/** By how many bytes: what the AWS Common Runtime makes of them as XXHASH64, XXHASH3 and XXHASH128. */
const XXHASHES: readonly (readonly [bytes: number, ...values: string[]])[] = [
  [0, "ef46db3751d8e999", "2d06800538d394c2", "99aa06d3014798d86001c324468d497f"],
  [1, "e934a84adb052768", "c44bdff4074eecdb", "a6cd5e9392000f6ac44bdff4074eecdb"],
  [3, "e5d2be4ae4b3469a", "3698b80191e625f9", "4af3603b5bd30dfe3698b80191e625f9"],
  [4, "3b4d7f7c6bd1ae90", "2e4ac2f1c52157fc", "11527735d62fce43eecdfa5a3b083ba8"],
  [8, "506834122cb7b4d0", "60e1baa91347a1f2", "791e22cdc30880ba073a25812fe4f600"],
  [9, "661013d5133c10bd", "8da08375c329edc0", "6390811e52150041162c201fe2f26b34"],
  [16, "5d6443b3c4f10941", "2806bb5fa905d046", "a8bf496d9efb1dc0483b93ba161acd06"],
  [17, "74518d213300b863", "e76468dc63d6874b", "6822a4ba2640659a2057497c30b52e06"],
  [32, "74ea20b17b4e3d76", "5eb50cf0a2a9c793", "09f95621ab4b7fbdcdedae058f90d483"],
  [33, "b0c6cc9b15b68872", "623d5d5015d29897", "f4ac4f02f0d1712aad8dc90f87a57c24"],
  [64, "620171e43c97751a", "c3942fe2c84ced82", "162c9cbd6006b74ce9d41feffd9a2e42"],
  [65, "7e0f128dca190760", "8a908baab27d7bd1", "bbd28d85773d75e0746d62ddb589fc48"],
  [96, "d6a9be6fea095214", "348f3cd8164fe84c", "6c4f1377637a5837bf571358043e8b75"],
  [97, "711e1817ddc16770", "0c01f13f68e8f0ef", "aba2a7897a70afea904c980a2270d15b"],
  [128, "83b9156b5092e6ad", "8adc447050953023", "d775cfb0baa2d9a8d5ecd05e1bb0b97c"],
  [129, "9f45f66909698b65", "849a8c091e07156e", "8857c305c8af13fe0e41d4540133ca24"],
  [160, "1e6fb55ad8dd18ed", "233de394c507d9ab", "2e604e54b51215761c3aa564e99e32f6"],
  [240, "d38080108279c841", "ff7920feea7bbf02", "468bd6f035a263a410bace503ddd1644"],
  [241, "5c17cedcc46516b9", "f76ec5a73ed8d806", "7bde03463b1e99eef76ec5a73ed8d806"],
  [1024, "c2a4129b69f32c66", "512a0059a2d5e1b5", "7b123edcf4562308512a0059a2d5e1b5"],
  [1025, "b10e8e897aed205f", "6388c77bf41631bf", "15cf8e0e48b8c8126388c77bf41631bf"],
  [5000, "442edbb52452809c", "a74f3bb100fae14e", "46d3963827b996f0a74f3bb100fae14e"],
];

test("XXHASH checksums are those of the AWS Common Runtime, at every turn of the algorithm and in whatever pieces", () => {
  const byte = (_: unknown, i: number) => (i * 31 + 7 * (i >> 3) + (i >> 8)) & 255;
  for (const [bytes, ...values] of XXHASHES) {
    const text = Uint8Array.from({ length: bytes }, byte);
    for (const piece of [1, 7, 64, 300, 5000]) {
      const pieces = Array.from({ length: Math.ceil(bytes / piece) }, (_, n) =>
        text.subarray(n * piece, (n + 1) * piece),
      );
      const made = (["XXHASH64", "XXHASH3", "XXHASH128"] as const).map((name) =>
        digestOf(name, ...pieces).toString("hex"),
      );
      assert.deepEqual(made, values, `${bytes} bytes, ${piece} at once`);
    }
  }
});
