import { lowerName, trimmedValue } from "../../core/header-text.ts";

/** The head of a request that leaves no room for two readings. */
export interface Head {
  readonly method: string;
  /** As sent: path and query. */
  readonly target: string;
  /** Names in lower case, each there once. */
  readonly headers: Record<string, string>;
  /** Names and values by turns, as the client spelled and ordered them. */
  readonly rawHeaders: string[];
  /** How many bytes of body follow. */
  readonly bodyBytes: number;
}

/**
 * A request line in origin form and at least one header, each on a line of its own: no folded lines, no space before a colon,
 * no bare CR or LF, no byte that is not text. https://www.rfc-editor.org/rfc/rfc9112
 */
const PLAIN =
  /^(GET|POST|PUT|DELETE|PATCH|HEAD|OPTIONS) (\/[!-~]*) HTTP\/1\.1\r\n(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t -~\x80-\xff]*\r\n)+$/;

/** What these say about the connection or the body is more than a length. */
const SPECIAL = new Set(["transfer-encoding", "upgrade", "expect", "trailer", "te", "http2-settings"]);

const LENGTH = /^\d{1,9}$/;

/**
 * Reads the head of an ordinary request. Undefined for every other one, right or wrong: chunks, upgrades, a client that waits to be asked
 * for its body or wants its connection closed, a header twice, two lengths, none of HTTP/1.1's. Node's parser has the word on those.
 * @param text one character a byte, from the request line to the last header's line end
 */
export function readHead(text: string): Head | undefined {
  const plain = PLAIN.exec(text);
  if (plain === null) return undefined;
  const [, method, target] = plain as unknown as [string, string, string];
  const headers: Record<string, string> = {};
  const rawHeaders: string[] = [];
  for (let at = method.length + target.length + 12; at < text.length; ) {
    const colon = text.indexOf(":", at);
    const end = text.indexOf("\r\n", colon);
    const raw = text.slice(at, colon);
    const name = lowerName(raw);
    const value = trimmedValue(text, colon + 1, end);
    // Also what every object has from birth: `constructor`, `__proto__`.
    if (headers[name] !== undefined || SPECIAL.has(name)) return undefined;
    headers[name] = value;
    rawHeaders.push(raw, value);
    at = end + 2;
  }
  const { host, connection, "content-length": length } = headers;
  if (host === undefined) return undefined;
  if (connection !== undefined && connection.toLowerCase() !== "keep-alive") return undefined;
  if (length !== undefined && !LENGTH.test(length)) return undefined;
  return { method, target, headers, rawHeaders, bodyBytes: length === undefined ? 0 : Number(length) };
}
