/*
 * A CRC's inner loop in WebAssembly: sixteen bytes a step, in registers of 64 bits that JavaScript does not have. It is
 * assembled here, instruction by instruction, so that nothing in it has to be believed:
 *
 *   update(crc: i64, at: i32, end: i32): i64
 *     while 16 bytes are left:   x = load(at) ^ crc;  y = load(at + 8)
 *                                crc = T15[x & 255] ^ T14[x >> 8 & 255] ^ … ^ T0[y >> 56]
 *     then byte by byte:         crc = crc >> 8 ^ T0[(crc ^ byte) & 255]
 *
 * Tables of 256 words of 64 bits lie from 0 on: Tn is what a byte does to the remainder when n bytes follow it.
 *
 * A text that is long is folded first, where a multiple of the polynomial with few terms is known, all of them whole bytes apart:
 * to take a byte away, times that multiple, changes no remainder, and puts the byte to a few bytes behind it. So all bytes but the
 * last go, sixteen at a time, and what they have been put to is left, as long as the multiple. Zeros lie before the text, as far
 * back as a fold looks.
 *
 *   fold(at, end)           while at < end:  bytes(at) ^= bytes(at - distance) of each distance, 16 bytes a step
 *   add(to, from, end)      while to < end:  bytes(to) ^= bytes(from)
 */
export const TABLES = 16;
const TABLES_BYTES = TABLES * 256 * 8;
const PAGES = 5;
/** So much is taken at once, at the most. */
export const DATA_BYTES = 256 * 1024;
/** Where the text lies, for a multiple that reaches so far. */
export const dataAt = (farthest: number) => TABLES_BYTES + 16 * Math.ceil(farthest / 16);

const [I32, I64, STEP] = [0x7f, 0x7e, 16];
const [CRC, AT, END, X, Y] = [0, 1, 2, 3, 4];

/** Unsigned LEB128. */
function uint(value: number): number[] {
  const bytes: number[] = [];
  for (let left = value; ; left >>>= 7) {
    if (left < 128) return [...bytes, left];
    bytes.push((left & 127) | 128);
  }
}

/** A constant below 2^31, as signed LEB128. */
function int(value: number): number[] {
  const bytes = uint(value);
  const last = bytes.at(-1) ?? 0;
  return last < 64 ? bytes : [...bytes.slice(0, -1), last | 128, 0];
}

const get = (local: number) => [0x20, local];
const set = (local: number, value: number[]) => [...value, 0x21, local];
const i32 = (value: number) => [0x41, ...int(value)];
const i64 = (value: number) => [0x42, ...int(value)];
const [I32_ADD, I32_SUB, I32_AND, I32_XOR, I32_SHL, I32_GE_S] = [0x6a, 0x6b, 0x71, 0x73, 0x74, 0x4e];
const [I64_XOR, I64_SHR_U, I32_WRAP_I64] = [0x85, 0x88, 0xa7];
const load64 = (address: number[], offset = 0) => [...address, 0x29, 0, ...uint(offset)];
const load8 = (address: number[]) => [...address, 0x2d, 0, 0];
const load128 = (address: number[], offset = 0) => [...address, 0xfd, 0x00, 0, ...uint(offset)];
const store128 = (address: number[], value: number[], offset = 0) => [
  ...[...address, ...value],
  ...[0xfd, 0x0b, 0, ...uint(offset)],
];
const store8 = (address: number[], value: number[]) => [...address, ...value, 0x3a, 0, 0];
const V128_XOR = [0xfd, 0x51];
/** `block { loop { if (local >= bound) break; … } }` */
const whileBelow = (bound: number[], body: number[], local = AT) => [
  ...[0x02, 0x40, 0x03, 0x40],
  ...[...get(local), ...bound, I32_GE_S, 0x0d, 1],
  ...body,
  ...[0x0c, 0, 0x0b, 0x0b],
];
const advance = (bytes: number, local = AT) => set(local, [...get(local), ...i32(bytes), I32_ADD]);

/** Tn[index & 255] */
const look = (table: number, index: number[]) =>
  load64([...index, ...i32(255), I32_AND, ...i32(3), I32_SHL], table * 2048);

/** The lookups of eight bytes of a local, the first of them in table `first`. */
const lookups = (local: number, first: number) =>
  Array.from({ length: 8 }, (_, n) =>
    look(first - n, [...get(local), ...(n > 0 ? [...i64(8 * n), I64_SHR_U] : []), I32_WRAP_I64]),
  );

const sixteen = [...lookups(X, 15), ...lookups(Y, 7)].flatMap((term, n) =>
  n === 0 ? term : [...term, I64_XOR],
);

const update = [
  ...[1, 2, I64],
  ...whileBelow(
    [...get(END), ...i32(15), I32_SUB],
    [
      ...set(X, [...load64(get(AT)), ...get(CRC), I64_XOR]),
      ...set(Y, load64(get(AT), 8)),
      ...set(CRC, sixteen),
      ...advance(16),
    ],
  ),
  ...whileBelow(get(END), [
    ...set(CRC, [
      ...[...get(CRC), ...i64(8), I64_SHR_U],
      ...look(0, [...get(CRC), I32_WRAP_I64, ...load8(get(AT)), I32_XOR]),
      I64_XOR,
    ]),
    ...advance(1),
  ]),
  ...get(CRC),
  0x0b,
];

/** Its address runs as far behind the text as a fold looks: offsets are never negative. */
function fold(distances: readonly number[]): number[] {
  const [P, BOUND] = [0, 1];
  const farthest = Math.max(0, ...distances);
  const terms = distances.flatMap((distance) => [...load128(get(P), farthest - distance), ...V128_XOR]);
  const step = store128(get(P), [...load128(get(P), farthest), ...terms], farthest);
  return [
    0,
    ...set(P, [...get(P), ...i32(farthest), I32_SUB]),
    ...set(BOUND, [...get(BOUND), ...i32(farthest), I32_SUB]),
    ...whileBelow(get(BOUND), [...step, ...advance(STEP, P)], P),
    0x0b,
  ];
}

function add(): number[] {
  const [TO, FROM, BOUND] = [0, 1, 2];
  const both = (bytes: number) => [...advance(bytes, TO), ...advance(bytes, FROM)];
  const sixteen = store128(get(TO), [...load128(get(TO)), ...load128(get(FROM)), ...V128_XOR]);
  const one = store8(get(TO), [...load8(get(TO)), ...load8(get(FROM)), I32_XOR]);
  return [
    0,
    ...whileBelow([...get(BOUND), ...i32(STEP - 1), I32_SUB], [...sixteen, ...both(STEP)], TO),
    ...whileBelow(get(BOUND), [...one, ...both(1)], TO),
    0x0b,
  ];
}

const section = (id: number, content: number[]) => [id, ...uint(content.length), ...content];
const name = (text: string) => [text.length, ...Buffer.from(text)];
const sized = (body: number[]) => [...uint(body.length), ...body];

const moduleOf = (distances: readonly number[]) =>
  Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [
      ...[3, 0x60, 3, I64, I32, I32, 1, I64],
      ...[0x60, 2, I32, I32, 0],
      ...[0x60, 3, I32, I32, I32, 0],
    ]),
    ...section(3, [3, 0, 1, 2]),
    ...section(5, [1, 0, PAGES]),
    ...section(7, [
      ...[4, ...name("memory"), 2, 0],
      ...[...name("update"), 0, 0, ...name("fold"), 0, 1, ...name("add"), 0, 2],
    ]),
    ...section(10, [3, ...sized(update), ...sized(fold(distances)), ...sized(add())]),
  ]);

/** What of WebAssembly is used: Node has it, and its types do not. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

/** The module with its memory, tables still to be filled. */
export interface CrcModule {
  readonly memory: Buffer;
  update(crc: bigint, at: number, end: number): bigint;
  fold(at: number, end: number): void;
  add(to: number, from: number, end: number): void;
}

/** @param distances how far behind itself a byte is put to take it away */
export function crcModule(distances: readonly number[]): CrcModule {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(moduleOf(distances)));
  const { memory, ...functions } = exports as Omit<CrcModule, "memory"> & {
    readonly memory: { readonly buffer: ArrayBuffer };
  };
  return { memory: Buffer.from(memory.buffer), ...functions };
}
