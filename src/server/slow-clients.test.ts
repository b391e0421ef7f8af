import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { Log } from "../core/log.ts";
import type { Gateway } from "../gateway/pipeline.ts";
import type { Admin } from "./admin.ts";
import type { Guard } from "./guard.ts";
import { HttpServer } from "./http.ts";
import type { HttpsFront } from "./https/https-front.ts";

/** A server whose gateway nobody gets as far as. */
async function impatient() {
  const gateway = { foresee: () => ({ streams: false }) } as unknown as Gateway;
  const admin = { takesStream: () => false } as unknown as Admin;
  const server = new HttpServer(
    { gateway, admin, guard: {} as Guard, log: new Log({ level: "ERROR", write: () => {}, nowMs: () => 0 }) },
    {
      host: "127.0.0.1",
      port: 0,
      largestBodyBytes: 1000,
      largestStreamBytes: 1000,
      mostRequests: 10,
      mostBodyBytes: 1_000_000,
      patienceMs: 50,
    },
  );
  // The other half of a handshake that a client does not end is never said.
  server.secure({ secure: () => {} } as unknown as HttpsFront);
  return { server, port: await server.listen() };
}

const SLOW: Readonly<Record<string, string>> = {
  "says nothing": "",
  "does not end a head": "GET / HTTP/1.1\r\nHost: localhost\r\nX-A: ",
  "does not end a body": "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nabc",
  "does not end a chunk": "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nff\r\na",
  "does not end a handshake of TLS": "\u0016\u0003\u0001\u0002",
  "begins HTTP/2 and stops": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
};

for (const [what, bytes] of Object.entries(SLOW)) {
  test(`a client that ${what} is left`, { timeout: 20_000 }, async () => {
    const { server, port } = await impatient();
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => {});
    socket.resume();
    if (bytes !== "") socket.write(bytes);
    await once(socket, "close");
    assert.ok(socket.destroyed);
    await server.close();
  });
}
