/** A view of bytes as a Buffer, without copying. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Bytes as text (UTF-8). */
export function utf8(bytes: Uint8Array): string {
  return asBuffer(bytes).toString("utf8");
}

/** What a handler may give as a blob: bytes, or text that stands for its UTF-8 bytes. */
export function asBytes(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (typeof value === "string") return Buffer.from(value, "utf8");
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  throw new TypeError("a blob must be a Uint8Array");
}

export const toBase64 = (value: unknown): string => asBuffer(asBytes(value)).toString("base64");

/** Strict base64 (padding may be missing); undefined when the text is none. */
export function fromBase64(text: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  const buffer = Buffer.from(text, "base64");
  if (text.length % 4 === 1) return undefined;
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
