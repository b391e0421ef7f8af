import type { Parameters } from "../../core/fault.ts";
import type { HttpResponse } from "../../core/http.ts";
import { sure } from "../../core/sure.ts";
import { chunksOf, lengthOf } from "./answer.ts";
import { framesOf, isEventStream } from "./frames.ts";
import { findValue, parsePath } from "./json-path.ts";

/** Where in a body something happens. At most one of them is given. */
export interface Position {
  /** A share of the body, 0 to 1. */
  readonly at?: number;
  /** Behind so many bytes. */
  readonly atByte?: number;
  /** In the middle of the n-th message of an event stream, from 1. */
  readonly atFrame?: number;
  /** At the value of a JSON body that this path leads to. */
  readonly atPath?: string;
}

/** The parameters of an effect that happens somewhere in a body. */
export function positionParameters(byDefault: string): Parameters {
  return {
    at: {
      type: "number",
      unit: "share of the body",
      description: `Where. ${byDefault} Of a stream whose length is not known it is a share of the first piece.`,
      min: 0,
      max: 1,
    },
    atByte: { type: "integer", unit: "bytes", description: "Where, from the body's start.", min: 0 },
    atFrame: {
      type: "integer",
      description: "In the middle of the n-th message of an event stream, from 1.",
      min: 1,
    },
    atPath: {
      type: "string",
      description: "At the value in a JSON body that a path like `Items[0].id.S` leads to.",
    },
  };
}

/** What is wrong with a position; undefined when nothing is. */
export function wrongPosition({ at, atByte, atFrame, atPath }: Position): string | undefined {
  const given = [at, atByte, atFrame, atPath].filter((one) => one !== undefined).length;
  if (given > 1) return "only one of at, atByte, atFrame and atPath says where";
  if (atPath !== undefined && parsePath(atPath) === undefined) {
    return `"${atPath}" is not a path like Items[0].id.S`;
  }
  return undefined;
}

/** A piece of a body, and the place in it, when it is in this one. */
export interface Piece {
  readonly bytes: Uint8Array;
  readonly spot?: number;
}

/** What is read whole to find a path in it; a longer body is struck in the middle of that. */
const LONGEST_JSON = 16 * 1024 * 1024;

/**
 * The pieces of a body as they come; exactly one has the place in it. A body that has no such byte, message or value is
 * struck at its end (byte, message) or in its middle (value), so that a fault never passes unseen.
 * @param place the share that is meant when none is given
 */
export async function* located(
  answer: HttpResponse,
  { at, atByte, atFrame, atPath }: Position,
  place: number,
): AsyncGenerator<Piece> {
  const chunks = chunksOf(answer.body);
  if (atFrame !== undefined) yield* inFrame(isEventStream(answer) ? framesOf(chunks) : chunks, atFrame);
  else if (atPath !== undefined) yield* inValue(chunks, sure(parsePath(atPath)));
  else if (atByte !== undefined) yield* behind(chunks, atByte);
  else yield* atShare(chunks, at ?? place, lengthOf(answer));
}

async function* behind(chunks: AsyncIterable<Uint8Array>, offset: number): AsyncGenerator<Piece> {
  let passed = 0;
  let isFound = false;
  for await (const bytes of chunks) {
    const spot = offset - passed;
    const isHere: boolean = !isFound && spot < bytes.length;
    isFound ||= isHere;
    passed += bytes.length;
    yield isHere ? { bytes, spot } : { bytes };
  }
  if (!isFound) yield { bytes: new Uint8Array(), spot: 0 };
}

async function* atShare(
  chunks: AsyncIterable<Uint8Array>,
  share: number,
  length: number | undefined,
): AsyncGenerator<Piece> {
  if (length !== undefined) {
    yield* behind(chunks, Math.floor(length * share));
    return;
  }
  let isFound = false;
  for await (const bytes of chunks) {
    yield isFound ? { bytes } : { bytes, spot: Math.floor(bytes.length * share) };
    isFound = true;
  }
  if (!isFound) yield { bytes: new Uint8Array(), spot: 0 };
}

async function* inFrame(frames: AsyncIterable<Uint8Array>, wanted: number): AsyncGenerator<Piece> {
  let frame = 0;
  for await (const bytes of frames) {
    frame++;
    yield frame === wanted ? { bytes, spot: Math.floor(bytes.length / 2) } : { bytes };
  }
  if (frame < wanted) yield { bytes: new Uint8Array(), spot: 0 };
}

async function* inValue(
  chunks: AsyncIterable<Uint8Array>,
  path: readonly (string | number)[],
): AsyncGenerator<Piece> {
  const read: Uint8Array[] = [];
  let size = 0;
  const source = chunks[Symbol.asyncIterator]();
  let next = await source.next();
  while (!next.done && size <= LONGEST_JSON) {
    read.push(next.value);
    size += next.value.length;
    next = await source.next();
  }
  const bytes = Buffer.concat(read);
  yield { bytes, spot: findValue(bytes, path)?.start ?? Math.floor(bytes.length / 2) };
  for (; !next.done; next = await source.next()) yield { bytes: next.value };
}
