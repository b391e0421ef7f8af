import type { IncomingMessage } from "node:http";

/**
 * Is a request that offers another protocol one for WebSocket? Of others, HTTP/2 above all, which Java's client offers with the first
 * request of every connection, a server need not know: https://www.rfc-editor.org/rfc/rfc9110#section-7.8
 */
export const isForWebSocket = ({ headers }: IncomingMessage): boolean =>
  headers.upgrade?.toLowerCase() === "websocket";
