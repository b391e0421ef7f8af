import type { Duplex } from "node:stream";
import type { Replying } from "./replying.ts";

/** Tells a client whose bytes are no HTTP, or too many for a head. */
export function refuseMalformed(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const status =
    error.code === "HPE_HEADER_OVERFLOW" ? "431 Request Header Fields Too Large" : "400 Bad Request";
  const body = JSON.stringify({ message: `This is not HTTP that Squall understands: ${error.message}` });
  endWith(socket, status, body, "content-type: application/json\r\n");
}

/** Ends a connection of which there is nothing but its socket: no request, no WebSocket, no tunnel comes of it. */
export function endWith(socket: Duplex, status: string, body: string, headers = ""): void {
  socket.end(
    `HTTP/1.1 ${status}\r\nconnection: close\r\n${headers}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

/** Answers a request that nobody has looked into. */
export function refuse(response: Replying, status: number, message: string): void {
  const { headers, body } = refusal(status, message);
  response.writeHead(status, headers);
  response.end(body);
}

/** The answer to a request that Squall itself turns away, whatever it asks for. */
export function refusal(status: number, message: string) {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify({ message }) };
}
