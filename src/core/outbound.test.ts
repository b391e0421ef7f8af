import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { outbound } from "./outbound.ts";

test("what Squall sends itself reaches this machine's own names, bodies, headers and all", async (t) => {
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      if (request.url === "/away") response.writeHead(302, { location: "/" }).end();
      else response.writeHead(201, { "x-seen": request.headers["x-given"] }).end(`${request.method} ${body}`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  for (const host of ["hooks.localhost.localstack.cloud", "hooks.localhost", "127.0.0.1"]) {
    const answer = await outbound(new URL(`http://${host}:${port}/`), {
      by: "test",
      method: "POST",
      headers: { "x-given": "1" },
      body: "grüße",
      timeoutMs: 5000,
    });
    assert.deepEqual([answer.status, answer.headers["x-seen"], answer.text], [201, "1", "POST grüße"]);
  }
  const away = await outbound(new URL(`http://127.0.0.1:${port}/away`), { by: "test", timeoutMs: 5000 });
  assert.equal(away.status, 302, "redirects are the caller's to follow");
});

test("what Squall sends says so, whatever headers a user gave", async (t) => {
  const server = createServer(({ headers }, response) => response.end(headers["x-squall-delivery"]));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  for (const name of ["x-squall-delivery", "X-Squall-Delivery"]) {
    const { text } = await outbound(url, { by: "events", headers: { [name]: "" }, timeoutMs: 5000 });
    assert.equal(text, "events");
  }
});

test("an answer without end is given up when it has become too long", async (t) => {
  const server = createServer((_, response) => {
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(1024 * 1024)));
      if (!response.destroyed) response.once("drain", more);
    };
    more();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.closeAllConnections());
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  await assert.rejects(outbound(new URL(`http://127.0.0.1:${port}/`), { by: "test", timeoutMs: 30_000 }), {
    message: "the answer has more than 10485760 bytes",
  });
});

test("an endpoint that does not answer is given up, one that is not there refused", async (t) => {
  const server = createServer(() => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const silent = outbound(new URL(`http://127.0.0.1:${port}/`), { by: "test", timeoutMs: 20 });
  await assert.rejects(silent, { message: "no answer within 20 ms" });
  t.after(() => server.closeAllConnections());
  server.close();
  await assert.rejects(outbound(new URL("http://127.0.0.1:1/"), { by: "test", timeoutMs: 5000 }), {
    code: "ECONNREFUSED",
  });
});
