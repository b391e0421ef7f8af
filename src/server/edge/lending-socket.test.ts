import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, Socket } from "node:net";
import { test } from "node:test";
import { kept, LendingSocket } from "./lending-socket.ts";

/** Both ends of a connection. */
async function connection(): Promise<AsyncDisposable & { client: Socket; over: Socket }> {
  const server = createServer({ pauseOnConnect: true }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
  const [accepted] = (await once(server, "connection")) as [Socket];
  const over = LendingSocket.over(accepted);
  return {
    client,
    over,
    [Symbol.asyncDispose]: async () => {
      client.destroy();
      over.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

test("an accepted connection is opened anew here, with its own address and end", async () => {
  await using ends = await connection();
  const { client, over } = ends;
  assert.ok(over instanceof LendingSocket);
  assert.equal(over.remotePort, client.localPort);
  over.write("to the client");
  assert.equal(String((await once(client, "data"))[0]), "to the client");
  client.end();
  over.resume();
  await once(over, "end");
});

test("what comes is lent, goes through the stream before and after, and is kept by who asks", async () => {
  await using ends = await connection();
  const { client, over } = ends;
  assert.ok(over instanceof LendingSocket);
  client.write("before");
  assert.equal(String((await once(over, "data"))[0]), "before");

  const lent = Promise.withResolvers<[seen: Buffer, own: Buffer]>();
  over.lendTo((bytes) => lent.resolve([bytes, kept(bytes)]));
  client.write("lent");
  const [seen, own] = await lent.promise;
  assert.equal(String(seen), "lent");
  assert.equal(kept(own), own);

  over.lendTo(undefined);
  client.write("after");
  const [after] = (await once(over, "data")) as [Buffer];
  assert.equal(String(after), "after");
  assert.equal(String(own), "lent");
  assert.notEqual(String(seen), "lent");
});

test("a socket that Node has made in another way stays as it is", () => {
  const socket = new Socket();
  assert.equal(LendingSocket.over(socket), socket);
});
