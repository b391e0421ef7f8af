/**
 * One message of an `application/vnd.amazon.eventstream` body: lengths, a CRC of them, headers, a payload, a CRC of all.
 * https://smithy.io/2.0/aws/amazon-eventstream.html
 */

import { zlib } from "./zlib.ts";

export type HeaderValue =
  | boolean
  | string
  | Uint8Array
  | Date
  | { readonly type: "byte" | "short" | "integer" | "long"; readonly value: number };

export interface EventMessage {
  readonly headers: Readonly<Record<string, HeaderValue>>;
  readonly payload: Uint8Array;
}

/** The content type of a body that consists of such messages. */
export function isEventStreamType(contentType: string): boolean {
  return contentType.startsWith("application/vnd.amazon.eventstream");
}

/** Frames one message. */
export function encodeMessage({ headers, payload }: EventMessage): Uint8Array {
  const headerBytes = encodeHeaders(headers);
  const total = 16 + headerBytes.length + payload.length;
  const message = Buffer.alloc(total);
  message.writeUInt32BE(total, 0);
  message.writeUInt32BE(headerBytes.length, 4);
  message.writeUInt32BE(zlib().crc32(message.subarray(0, 8)), 8);
  message.set(headerBytes, 12);
  message.set(payload, 12 + headerBytes.length);
  message.writeUInt32BE(zlib().crc32(message.subarray(0, total - 4)), total - 4);
  return message;
}

/** The headers of a message as they stand in it. */
export function encodeHeaders(headers: EventMessage["headers"]): Buffer {
  return Buffer.concat(Object.entries(headers).map(([name, value]) => encodeHeader(name, value)));
}

function encodeHeader(name: string, value: HeaderValue): Buffer {
  const nameBytes = Buffer.from(name, "utf8");
  return Buffer.concat([Buffer.from([nameBytes.length]), nameBytes, encodeHeaderValue(value)]);
}

function encodeHeaderValue(value: HeaderValue): Buffer {
  if (typeof value === "boolean") return Buffer.from([value ? 0 : 1]);
  if (typeof value === "string") return withLength(7, Buffer.from(value, "utf8"));
  if (value instanceof Uint8Array) return withLength(6, value);
  if (value instanceof Date) return int64(8, value.getTime());
  const number = Buffer.alloc({ byte: 2, short: 3, integer: 5, long: 9 }[value.type]);
  if (value.type === "byte") number.writeInt8(value.value, number.writeUInt8(2));
  else if (value.type === "short") number.writeInt16BE(value.value, number.writeUInt8(3));
  else if (value.type === "integer") number.writeInt32BE(value.value, number.writeUInt8(4));
  else return int64(5, value.value);
  return number;
}

function withLength(type: number, bytes: Uint8Array): Buffer {
  const head = Buffer.alloc(3);
  head.writeUInt16BE(bytes.length, head.writeUInt8(type));
  return Buffer.concat([head, bytes]);
}

function int64(type: number, value: number): Buffer {
  const bytes = Buffer.alloc(9);
  bytes.writeBigInt64BE(BigInt(Math.trunc(value)), bytes.writeUInt8(type));
  return bytes;
}

/** Reads framed messages; throws when a CRC does not match. For tests and upstreams. */
export function decodeMessages(bytes: Uint8Array): EventMessage[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const messages: EventMessage[] = [];
  for (let start = 0; start < buffer.length; ) {
    const total = buffer.readUInt32BE(start);
    const headerLength = buffer.readUInt32BE(start + 4);
    const end = start + total;
    if (zlib().crc32(buffer.subarray(start, start + 8)) !== buffer.readUInt32BE(start + 8))
      throw new Error("prelude CRC");
    if (zlib().crc32(buffer.subarray(start, end - 4)) !== buffer.readUInt32BE(end - 4))
      throw new Error("message CRC");
    const headersEnd = start + 12 + headerLength;
    messages.push({
      headers: decodeHeaders(buffer.subarray(start + 12, headersEnd)),
      payload: buffer.subarray(headersEnd, end - 4),
    });
    start = end;
  }
  return messages;
}

function decodeHeaders(bytes: Buffer): Record<string, HeaderValue> {
  const headers: Record<string, HeaderValue> = {};
  for (let at = 0; at < bytes.length; ) {
    const nameEnd = at + 1 + bytes.readUInt8(at);
    const name = bytes.toString("utf8", at + 1, nameEnd);
    const type = bytes.readUInt8(nameEnd);
    at = nameEnd + 1;
    const fixed = [0, 0, 1, 2, 4, 8, -1, -1, 8, 16][type];
    if (fixed === undefined) throw new Error(`An event's header "${name}" has the unknown type ${type}.`);
    const length = fixed >= 0 ? fixed : bytes.readUInt16BE(at);
    if (fixed < 0) at += 2;
    headers[name] = decodeHeaderValue(type, bytes.subarray(at, at + length));
    at += length;
  }
  return headers;
}

function decodeHeaderValue(type: number, bytes: Buffer): HeaderValue {
  switch (type) {
    case 0:
      return true;
    case 1:
      return false;
    case 2:
      return { type: "byte", value: bytes.readInt8() };
    case 3:
      return { type: "short", value: bytes.readInt16BE() };
    case 4:
      return { type: "integer", value: bytes.readInt32BE() };
    case 5:
      return { type: "long", value: Number(bytes.readBigInt64BE()) };
    case 7:
      return bytes.toString("utf8");
    case 8:
      return new Date(Number(bytes.readBigInt64BE()));
    default:
      return new Uint8Array(bytes);
  }
}
