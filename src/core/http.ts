/** HTTP as Squall sees it: whole or streamed requests in, whole or streamed responses out, free of any socket. */
import { setImmediate as nextTurn } from "node:timers/promises";

/** A body that is read as it comes, once. */
export interface BodyStream extends AsyncIterable<Uint8Array> {
  /** How many bytes it has, when its sender says so beforehand. */
  readonly length?: number;
  /** Headers that came behind the body (checksums), lower case; none until its end has been read. */
  readonly trailers: Readonly<Record<string, string>>;
}

/** What happens to a body on its way: bytes in, bytes out. */
export type BodyStep = (chunks: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

/** A request's body while it is still on its way in. */
export interface IncomingBody extends BodyStream {
  /** Has what is read go through a step first. */
  bend(step: BodyStep): void;
  /** Lets the body come in while nobody reads it yet, up to so many bytes: a client that leaves has then sent it. */
  receive(atMostBytes: number): void;
  /** Reads what nobody wants and throws it away; behind so many bytes the connection closes. */
  discard(atMostBytes: number): void;
  /** Keeps the `100 Continue` back for which a client waits that sent `Expect: 100-continue`. */
  withholdContinue(): void;
}

/** One HTTP request. Header names are lower case; `path` and `query` are as sent, still percent-encoded. */
export interface HttpRequest {
  readonly method: string;
  /** The raw path, starting with `/`, without the query string. */
  readonly path: string;
  /** The raw query string, without `?`; empty when there is none. */
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Names and values by turns, as the client spelled and ordered them; absent for a request that Squall made itself. */
  readonly rawHeaders?: readonly string[];
  /** The whole body; empty when `stream` brings it. */
  readonly body: Uint8Array;
  /** The body as it comes, for an operation that takes a stream. */
  readonly stream?: IncomingBody;
  /** The peer's address, for access logs and `sourceIp`. */
  readonly remoteAddress?: string;
}

/** One HTTP response. A body that is an async iterable is streamed as it comes. */
export interface HttpResponse {
  status: number;
  headers: Record<string, string | string[]>;
  body?: Uint8Array | string | AsyncIterable<Uint8Array>;
  /** The body is an event stream's messages, whatever its content type says: Lambda's is what a function said of its own. */
  isEventStream?: true;
  /** For an answer that another endpoint sends: tells how its body has ended. Absent for one that is there whole. */
  whenOver?: WhenOver;
}

/** `broken-off`: its sender went away before it had sent all. A client that leaves ends it as well, and that breaks nothing off. */
export type WhenOver = (over: (ending: "whole" | "broken-off") => void) => void;

/** Thrown by a response's body that shall not end well: the connection closes where it is, after `bytes` written past HTTP. */
export class Severed extends Error {
  readonly bytes: Uint8Array | undefined;

  constructor(bytes?: Uint8Array) {
    super("The response is cut off here.");
    this.bytes = bytes;
  }
}

/** A body that ends badly behind these: its client gets as much as there was, and sees that it is not all. */
export async function* severedAfter(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
  throw new Severed();
}

/** An answer in JSON of a page of the admin API. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): HttpResponse {
  return {
    status,
    headers: { "content-type": "application/json", ...headers },
    body: `${JSON.stringify(body, jsonValue)}\n`,
  };
}

/** So much of a long answer is written at once. */
const PIECE_LENGTH = 64 * 1024;

/** An answer like `json` that may be long: it is written as it is read, and others have their turn meanwhile. A list in it may be any iterable. */
export function longJson(body: Readonly<Record<string, unknown>>): HttpResponse {
  return { status: 200, headers: { "content-type": "application/json" }, body: new Pieces(textOf(body)) };
}

/** A long text that is there, and comes to its end by itself. */
export class Pieces implements AsyncIterable<Uint8Array> {
  readonly #texts: Iterable<string>;

  constructor(texts: Iterable<string>) {
    this.#texts = texts;
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return inPieces(this.#texts);
  }
}

async function* inPieces(texts: Iterable<string>): AsyncGenerator<Uint8Array, void> {
  let piece = "";
  for (const text of texts) {
    piece += text;
    if (piece.length < PIECE_LENGTH) continue;
    yield Buffer.from(piece);
    piece = "";
    await nextTurn();
  }
  yield Buffer.from(`${piece}\n`);
}

/** The text of JSON, an item of a list at a time. */
function* textOf(value: unknown): Iterable<string> {
  if (typeof value !== "object" || value === null || "toJSON" in value) {
    yield JSON.stringify(value, jsonValue) ?? "null";
    return;
  }
  const isList = Symbol.iterator in value;
  let before = isList ? "[" : "{";
  if (isList) {
    for (const item of value as Iterable<unknown>) {
      yield before;
      before = ",";
      yield* textOf(item);
    }
  } else {
    for (const [name, member] of Object.entries(value)) {
      if (member === undefined) continue;
      yield `${before}${JSON.stringify(name)}:`;
      before = ",";
      yield* textOf(member);
    }
  }
  if (before !== ",") yield before;
  yield isList ? "]" : "}";
}

function jsonValue(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
