import { lowerName, trimmedValue } from "../core/header-text.ts";

/** The head of an upstream's answer that leaves no room for two readings, and no doubt where its body ends. */
export interface AnswerHead {
  readonly status: number;
  /** Those that are passed on. Names in lower case, each there once. */
  readonly headers: Record<string, string>;
  readonly bodyBytes: number;
  /** How long its connection may be kept for the next call. */
  readonly idleMs: number;
}

/** A status line and headers, each on a line of its own, nothing folded. https://www.rfc-editor.org/rfc/rfc9112 */
const PLAIN =
  /^HTTP\/1\.1 ([2-5]\d\d)(?: [\t -~\x80-\xff]*)?\r\n(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t -~\x80-\xff]*\r\n)*$/;
/** What these say about the connection or the body is more than a length. */
const SPECIAL: ReadonlySet<string> = new Set(["transfer-encoding", "upgrade", "trailer", "te"]);
const LENGTH = /^\d{1,9}$/;
/** A server that closes after so long may just do so as the next call comes: that much is left to it. */
const MARGIN_MS = 1000;

/**
 * Reads the head of an ordinary answer. Undefined for every other one, right or wrong: chunks, a connection that closes, a header twice, a
 * body without a length. Node's parser has the word on those.
 * @param text one character a byte, from the status line to the last header's line end
 * @param method of the request
 * @param mostIdleMs how long a connection is kept at most
 */
export function readAnswerHead(text: string, method: string, mostIdleMs: number): AnswerHead | undefined {
  const plain = PLAIN.exec(text);
  if (plain === null) return undefined;
  const status = Number(plain[1]);
  const headers: Record<string, string> = {};
  let length: string | undefined;
  let idleMs = mostIdleMs;
  for (let at = text.indexOf("\r\n") + 2; at < text.length; ) {
    const colon = text.indexOf(":", at);
    const end = text.indexOf("\r\n", colon);
    const name = lowerName(text.slice(at, colon));
    const value = trimmedValue(text, colon + 1, end);
    at = end + 2;
    // Also what every object has from birth: `constructor`, `__proto__`.
    if (headers[name] !== undefined || SPECIAL.has(name)) return undefined;
    if (name === "connection") {
      if (value.toLowerCase() !== "keep-alive") return undefined;
    } else if (name === "keep-alive") {
      const seconds = /\btimeout=(\d+)/i.exec(value)?.[1];
      if (seconds !== undefined) idleMs = Math.min(idleMs, Number(seconds) * 1000 - MARGIN_MS);
    } else headers[name] = value;
    if (name === "content-length") length = value;
  }
  if (method === "HEAD" || status === 204 || status === 304) return { status, headers, bodyBytes: 0, idleMs };
  if (length === undefined || !LENGTH.test(length)) return undefined;
  return { status, headers, bodyBytes: Number(length), idleMs };
}
