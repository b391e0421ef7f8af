import assert from "node:assert/strict";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { lookup } from "./loopback.ts";

const addressOf = (name: string) =>
  new Promise<unknown>((resolve, reject) =>
    lookup(name, { all: false }, (error, address) => (error ? reject(error) : resolve(address))),
  );

test("this machine's own names are loopback, at any depth and in any case", async () => {
  for (const name of [
    "localhost.localstack.cloud",
    "a1.execute-api.localhost.localstack.cloud",
    "Bucket.S3.LOCALHOST.localstack.cloud",
    "api.localhost",
  ]) {
    assert.equal(await addressOf(name), "127.0.0.1", name);
  }
});

test("a name that only looks like one of them is the system's to resolve", async () => {
  for (const name of ["mylocalhost.localstack.cloud.invalid", "xlocalhost.invalid"]) {
    await assert.rejects(addressOf(name), name);
  }
});

test("a backend that listens on ::1 alone is reached as localhost where the system says so", async (t) => {
  const server = createServer((_, response) => response.end("here"));
  const listens = await new Promise<boolean>((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(0, "::1", () => resolve(true));
  });
  if (!listens) return t.skip("no IPv6 on this machine");
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const reached = (withLookup: boolean) =>
    new Promise<boolean>((resolve) => {
      const call = request({ host: "localhost", port, ...(withLookup && { lookup }) }, (response) => {
        response.resume().on("end", () => resolve(true));
      });
      call.on("error", () => resolve(false));
      call.end();
    });
  assert.equal(await reached(true), await reached(false));
});
