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
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const digits = text.length - padding;
  // Node passes over what is no digit, and reads the digits of URLs: a look at what came out is quicker than one at a text of 70 MB.
  if (digits % 4 === 1 || text.includes("-") || text.includes("_")) return undefined;
  const buffer = Buffer.from(text, "base64");
  if (buffer.length !== Math.floor((digits * 3) / 4)) return undefined;
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
