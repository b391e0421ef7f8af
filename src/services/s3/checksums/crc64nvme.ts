/** CRC-64/NVME, eight bytes a step, in two halves of 32 bits: bigints would be a hundred times slower. */
const POLYNOMIAL_HIGH = 0x9a6c9329;
const POLYNOMIAL_LOW = 0xac4bc9b5;

const HIGH = Array.from({ length: 8 }, () => new Uint32Array(256));
const LOW = Array.from({ length: 8 }, () => new Uint32Array(256));
fillTables();

function fillTables(): void {
  for (let byte = 0; byte < 256; byte++) {
    let high = 0;
    let low = byte;
    for (let bit = 0; bit < 8; bit++) {
      const odd = low & 1;
      low = (low >>> 1) | (high << 31);
      high >>>= 1;
      if (odd) {
        low ^= POLYNOMIAL_LOW;
        high ^= POLYNOMIAL_HIGH;
      }
    }
    HIGH[0]![byte] = high;
    LOW[0]![byte] = low;
  }
  for (let n = 1; n < 8; n++) {
    for (let byte = 0; byte < 256; byte++) {
      const high = HIGH[n - 1]![byte]!;
      const low = LOW[n - 1]![byte]!;
      HIGH[n]![byte] = (high >>> 8) ^ HIGH[0]![low & 255]!;
      LOW[n]![byte] = ((low >>> 8) | (high << 24)) ^ LOW[0]![low & 255]!;
    }
  }
}

/** A CRC-64/NVME in the making. */
export class Crc64Nvme {
  #high = 0xffffffff;
  #low = 0xffffffff;

  update(data: Uint8Array): void {
    let high = this.#high;
    let low = this.#low;
    let at = 0;
    const [h0, h1, h2, h3, h4, h5, h6, h7] = HIGH as unknown as Eight;
    const [l0, l1, l2, l3, l4, l5, l6, l7] = LOW as unknown as Eight;
    // Indexes are within the arrays by construction.
    for (const end = data.length - 7; at < end; at += 8) {
      low ^= data[at]! | (data[at + 1]! << 8) | (data[at + 2]! << 16) | (data[at + 3]! << 24);
      high ^= data[at + 4]! | (data[at + 5]! << 8) | (data[at + 6]! << 16) | (data[at + 7]! << 24);
      const a = low & 255;
      const b = (low >>> 8) & 255;
      const c = (low >>> 16) & 255;
      const d = low >>> 24;
      const e = high & 255;
      const f = (high >>> 8) & 255;
      const g = (high >>> 16) & 255;
      const h = high >>> 24;
      high = h7[a]! ^ h6[b]! ^ h5[c]! ^ h4[d]! ^ h3[e]! ^ h2[f]! ^ h1[g]! ^ h0[h]!;
      low = l7[a]! ^ l6[b]! ^ l5[c]! ^ l4[d]! ^ l3[e]! ^ l2[f]! ^ l1[g]! ^ l0[h]!;
    }
    for (; at < data.length; at++) {
      const index = (low ^ data[at]!) & 255;
      low = ((low >>> 8) | (high << 24)) ^ l0[index]!;
      high = (high >>> 8) ^ h0[index]!;
    }
    this.#high = high;
    this.#low = low;
  }

  digest(): Buffer {
    const bytes = Buffer.alloc(8);
    bytes.writeUInt32BE(~this.#high >>> 0, 0);
    bytes.writeUInt32BE(~this.#low >>> 0, 4);
    return bytes;
  }
}

type Eight = readonly [
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
];
