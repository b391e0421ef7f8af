import type { HttpResponse } from "../../../core/http.ts";

/** A request of a client's to a listener. */
export interface Exchange {
  readonly method: string;
  /** As sent, still percent-encoded. */
  readonly path: string;
  /** Without `?`; empty when there is none. */
  readonly query: string;
  /** Names and values as the client spelled and ordered them. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array | AsyncIterable<Uint8Array>;
  readonly clientIp: string;
  readonly clientPort?: number | undefined;
  /** The protocol that the connection is to go on in: `websocket`. */
  readonly upgrade?: string | undefined;
  /** Aborted when the client has left. */
  readonly signal: AbortSignal;
}

/** All values of a header, in their order. */
export const valuesOfHeader = ({ headers }: Exchange, wanted: string): string[] =>
  headers.flatMap(([name, value]) => (name.toLowerCase() === wanted ? [value] : []));

export const hostOf = (exchange: Exchange): string => valuesOfHeader(exchange, "host")[0] ?? "";

/** The pairs of Node's list of names and values by turns. */
export function pairsOf(raw: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let n = 0; n + 1 < raw.length; n += 2) pairs.push([raw[n] ?? "", raw[n + 1] ?? ""]);
  return pairs;
}

/** What a load balancer calls itself in answers of its own. */
export const SERVER = "awselb/2.0";

const TITLES: Readonly<Record<number, string>> = {
  301: "Moved Permanently",
  302: "Found",
  400: "Bad Request",
  403: "Forbidden",
  413: "Request Entity Too Large",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Temporarily Unavailable",
  504: "Gateway Time-out",
};

/** An answer of the load balancer's own, as it words it. https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html#http-502-issues and its neighbours */
export function ownPage(status: number, headers: Readonly<Record<string, string>> = {}): HttpResponse {
  const title = `${status} ${TITLES[status] ?? "Error"}`;
  return {
    status,
    headers: { server: SERVER, "content-type": "text/html", ...headers },
    body: [
      "<html>",
      `<head><title>${title}</title></head>`,
      "<body>",
      `<center><h1>${title}</h1></center>`,
      "</body>",
      "</html>",
      "",
    ].join("\r\n"),
  };
}
