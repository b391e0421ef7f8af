/** Texts and byte strings in pieces (RFC 8949, 3.2.3), which cborg does not read, put together. */
import { serializationException } from "./errors.ts";
import { MAX_DEPTH } from "./limits.ts";

const BREAK = 0xff;
const BYTES_IN_PIECES = 0x5f;
const TEXT_IN_PIECES = 0x7f;

/** The same CBOR with every string in one piece; a body without such pieces is given back as it is. */
export function definiteCbor(body: Uint8Array): Uint8Array {
  if (!body.includes(BYTES_IN_PIECES) && !body.includes(TEXT_IN_PIECES)) return body;
  const out: Uint8Array[] = [];
  const end = copyItem(body, 0, out, 0);
  return Buffer.concat([...out, body.subarray(end)]);
}

/** Copies one data item and says where the next begins. */
function copyItem(body: Uint8Array, at: number, out: Uint8Array[], depth: number): number {
  if (depth > MAX_DEPTH) throw serializationException("");
  const first = byteAt(body, at);
  if (first === BYTES_IN_PIECES || first === TEXT_IN_PIECES) return joinPieces(body, at, out);
  const major = first >> 5;
  const open = (first & 31) === 31;
  const { argument, next } = open ? { argument: 0, next: at + 1 } : head(body, at);
  const isString = major === 2 || major === 3;
  const end = isString ? next + argument : next;
  if (end > body.length) throw serializationException("");
  out.push(body.subarray(at, end));
  if (isString || major < 2 || major === 7) return end;
  const items = major === 6 ? 1 : major === 5 ? argument * 2 : argument;
  return open ? copyUntilBreak(body, end, out, depth) : copyItems(body, end, items, out, depth);
}

function copyItems(body: Uint8Array, at: number, count: number, out: Uint8Array[], depth: number): number {
  let next = at;
  for (let index = 0; index < count; index++) next = copyItem(body, next, out, depth + 1);
  return next;
}

function copyUntilBreak(body: Uint8Array, at: number, out: Uint8Array[], depth: number): number {
  let next = at;
  while (byteAt(body, next) !== BREAK) next = copyItem(body, next, out, depth + 1);
  out.push(body.subarray(next, next + 1));
  return next + 1;
}

function joinPieces(body: Uint8Array, at: number, out: Uint8Array[]): number {
  const major = byteAt(body, at) & 0xe0;
  const pieces: Uint8Array[] = [];
  let next = at + 1;
  while (byteAt(body, next) !== BREAK) {
    const first = byteAt(body, next);
    if ((first & 0xe0) !== major || (first & 31) === 31) throw serializationException("");
    const piece = head(body, next);
    next = piece.next + piece.argument;
    if (next > body.length) throw serializationException("");
    pieces.push(body.subarray(piece.next, next));
  }
  const joined = Buffer.concat(pieces);
  // The shortest head is the only one that a strict reader takes.
  out.push(shortest(major, joined.length), joined);
  return next + 1;
}

function shortest(major: number, length: number): Uint8Array {
  if (length < 24) return Uint8Array.of(major | length);
  if (length < 0x100) return Uint8Array.of(major | 24, length);
  if (length < 0x10000) return Uint8Array.of(major | 25, length >> 8, length & 0xff);
  return Uint8Array.of(major | 26, length >>> 24, (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff);
}

/** An item's argument (its length, count or value) and where its content begins. */
function head(body: Uint8Array, at: number): { argument: number; next: number } {
  const info = byteAt(body, at) & 31;
  if (info < 24) return { argument: info, next: at + 1 };
  if (info > 27) throw serializationException("");
  const size = 2 ** (info - 24);
  let argument = 0;
  for (let index = 1; index <= size; index++) argument = argument * 256 + byteAt(body, at + index);
  return { argument, next: at + 1 + size };
}

function byteAt(body: Uint8Array, at: number): number {
  const byte = body[at];
  if (byte === undefined) throw serializationException("");
  return byte;
}
