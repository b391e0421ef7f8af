// biome-ignore-all lint/style/noNonNullAssertion: elements within the bounds beside them

/** In bytes: what a record's header can say. */
export const LONGEST_KEY = 0xffff;

export const EMPTY = new Uint8Array(0);

/** A key that is looked for, as bytes. The array is used again. */
export class Probe {
  bytes: Buffer = Buffer.allocUnsafeSlow(1024);
  length = 0;

  set(key: string): this {
    const { length } = key;
    if (length * 3 > this.bytes.length) this.bytes = Buffer.allocUnsafeSlow(length * 3);
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

  precedes(other: Probe): boolean {
    return this.bytes.compare(other.bytes, 0, other.length, 0, this.length) < 0;
  }
}

/** The first four bytes of a stretch as a number that sorts as they do; what is missing is 0. */
export function headOf(bytes: Uint8Array, start: number, end: number): number {
  if (end - start >= 4)
    return (
      ((bytes[start]! << 24) | (bytes[start + 1]! << 16) | (bytes[start + 2]! << 8) | bytes[start + 3]!) >>> 0
    );
  let head = 0;
  for (let i = 0; i < 4; i++) head = (head << 8) | (start + i < end ? bytes[start + i]! : 0);
  return head >>> 0;
}

/** The order of `sought`, from `from` on, and of so many bytes elsewhere. */
export function compare(
  sought: Uint8Array,
  from: number,
  length: number,
  bytes: Uint8Array,
  start: number,
  rest: number,
): number {
  const left = length - from;
  const shorter = left < rest ? left : rest;
  for (let i = 0; i < shorter; i++) {
    const difference = sought[from + i]! - bytes[start + i]!;
    if (difference !== 0) return difference;
  }
  return left - rest;
}

export function commonLength(a: Uint8Array, b: Uint8Array, length = b.length): number {
  const most = Math.min(a.length, length);
  let common = 0;
  while (common < most && a[common] === b[common]) common++;
  return common;
}

/** The shortest key that is behind `before` and not behind `key`. */
export function shortest(before: Uint8Array, key: Uint8Array, length: number): Uint8Array {
  return Uint8Array.prototype.slice.call(key, 0, commonLength(before, key, length) + 1);
}
