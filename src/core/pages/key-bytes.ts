// biome-ignore-all lint/style/noNonNullAssertion: elements within the bounds beside them

/** In bytes: what a record's slot can say. */
export const LONGEST_KEY = 0xffff;

/** A key as bytes: one that is looked for, or one that has been put together. The array is used again. */
export class KeyBytes {
  bytes: Buffer = Buffer.allocUnsafeSlow(1024);
  length = 0;

  set(key: string): this {
    const { length } = key;
    this.reserve(length * 3);
    const { bytes } = this;
    for (let i = 0; i < length; i++) {
      const code = key.charCodeAt(i);
      if (code > 127) {
        this.length = bytes.write(key, "utf8");
        return this;
      }
      bytes[i] = code;
    }
    this.length = length;
    return this;
  }

  /** There is room for so many bytes. What was there is gone. */
  reserve(length: number): void {
    if (length > this.bytes.length) this.bytes = Buffer.allocUnsafeSlow(length);
  }

  precedes(other: KeyBytes): boolean {
    return this.bytes.compare(other.bytes, 0, other.length, 0, this.length) < 0;
  }

  copy({ bytes, length }: KeyBytes): void {
    this.reserve(length);
    bytes.copy(this.bytes, 0, 0, length);
    this.length = length;
  }

  toString(): string {
    return this.bytes.toString("utf8", 0, this.length);
  }
}

/** So many bytes of a key are its head. */
export const HEAD = 4;

/** The four bytes from a place on as a number that sorts as they do. */
export function headAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}

/** The head of a stretch; what is missing is 0. */
export function headOf(bytes: Uint8Array, start: number, end: number): number {
  if (end - start >= HEAD) return headAt(bytes, start);
  let head = 0;
  for (let i = 0; i < HEAD; i++) head = (head << 8) | (start + i < end ? bytes[start + i]! : 0);
  return head >>> 0;
}

/**
 * Where a head of hexadecimal digits is among all of them, from 0 on, all equally far from each other: what spreads evenly begins with
 * such digits. -1 when it has others.
 */
export function evenly(head: number): number {
  const digits = ((head >>> 6) & 0x01010101) * 9 + (head & 0x0f0f0f0f);
  const letters = ((digits + 0x06060606) >>> 4) & 0x01010101;
  if (digits + 0x30303030 + letters * 0x27 !== head) return -1;
  return ((digits >>> 12) & 0xf000) | ((digits >>> 8) & 0xf00) | ((digits >>> 4) & 0xf0) | (digits & 0xf);
}

export function commonLength(a: KeyBytes, b: KeyBytes): number {
  const most = Math.min(a.length, b.length);
  const [left, right] = [a.bytes, b.bytes];
  let common = 0;
  while (common < most && left[common] === right[common]) common++;
  return common;
}
