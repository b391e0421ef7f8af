import assert from "node:assert/strict";
import { once } from "node:events";
import { Agent, type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { newAccount, testCloud } from "../../test/cloud.ts";

test("a client that offers HTTP/2 with its request, as Java's does, is answered by HTTP/1.1", async () => {
  await using cloud = await testCloud();
  const credential = `${newAccount()}/20260101/us-east-1/s3/aws4_request`;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = async (method: string, path: string, body = "") => {
    const headers = {
      connection: "Upgrade, HTTP2-Settings",
      upgrade: "h2c",
      "http2-settings": "AAMAAABkAAQAoAAA",
      "content-length": body.length,
      authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=0`,
    };
    const client = request(`${cloud.url}${path}`, { method, headers, agent });
    client.end(body);
    const [answer] = (await once(client, "response")) as [IncomingMessage];
    return [answer.statusCode, await text(answer)];
  };
  assert.deepEqual(await ask("PUT", "/offers"), [200, ""]);
  const body = "offered".repeat(20_000);
  assert.deepEqual(await ask("PUT", "/offers/key", body), [200, ""]);
  assert.deepEqual(await ask("GET", "/offers/key"), [200, body]);
  agent.destroy();
});
