import type { Socket } from "node:net";

/** As much of Node's `ServerResponse` as an answer needs: what HTTP/1.1's, HTTP/2's and the short way have in common. */
export interface Replying {
  readonly socket: Socket | null;
  readonly destroyed: boolean;
  readonly headersSent: boolean;
  readonly writableEnded: boolean;
  readonly writableFinished: boolean;
  readonly writableLength: number;
  setHeader(name: string, value: string): unknown;
  writeHead(status: number, headers: Record<string, string | string[]>): unknown;
  flushHeaders(): void;
  write(piece: Uint8Array): boolean;
  end(body?: string | Uint8Array): unknown;
  destroy(error?: Error): unknown;
  setTimeout(ms: number, listener: () => void): unknown;
  on(event: "close" | "drain", listener: () => void): unknown;
  once(event: "close" | "finish", listener: () => void): unknown;
  off(event: "close" | "drain", listener: () => void): unknown;
}
