/** HTTP as Squall sees it: whole requests in, whole or streamed responses out, free of any socket. */

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
  readonly body: Uint8Array;
  /** The peer's address, for access logs and `sourceIp`. */
  readonly remoteAddress?: string;
}

/** One HTTP response. A body that is an async iterable is streamed as it comes. */
export interface HttpResponse {
  status: number;
  headers: Record<string, string | string[]>;
  body?: Uint8Array | string | AsyncIterable<Uint8Array>;
}
