import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { test } from "node:test";
import { resetSocket } from "./reset-socket.ts";

async function pair() {
  const server = createServer({ allowHalfOpen: true }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const client = connect(port, "127.0.0.1");
  const [here] = (await once(server, "connection")) as [Socket];
  server.close();
  const ended = Promise.withResolvers<string>();
  client.on("error", ({ code }: NodeJS.ErrnoException) => ended.resolve(code ?? ""));
  client.on("end", () => ended.resolve("end"));
  client.resume();
  return { here, ended: ended.promise };
}

const cases = {
  "that stands": () => {},
  "that waits for what it has written": (socket: Socket) => socket.write("x".repeat(10_000_000)),
  "that has just been ended": (socket: Socket) => socket.end("the last word"),
  "that is being ended behind what nobody has read": (socket: Socket) => {
    socket.write("x".repeat(10_000_000));
    socket.end();
  },
};

for (const [name, before] of Object.entries(cases))
  test(`a connection ${name} is gone when it is reset`, async () => {
    const { here, ended } = await pair();
    before(here);
    const closed = once(here, "close");
    resetSocket(here);
    await closed;
    assert.match(await ended, here.writableEnded ? /^(end|ECONNRESET)$/ : /^ECONNRESET$/);
  });

test("a connection that was ended in order can be reset when the other side has heard of it", async () => {
  const { here } = await pair();
  here.end();
  await once(here, "finish");
  const closed = once(here, "close");
  resetSocket(here);
  await closed;
});
