import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { testCloud } from "../cloud.ts";
import { until } from "../until.ts";

/* A gateway that ends lets nobody new in, and gives those who wait for their answers the time that it was told. */

const CLI = new URL("../../src/cli/main.ts", import.meta.url).pathname;

/** An endpoint that answers when it is told to. */
async function slowEndpoint() {
  const waiting: ServerResponse[] = [];
  const server = createServer((incoming, response) => {
    incoming.resume();
    incoming.once("end", () => waiting.push(response));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Resolves when so many calls wait for their answers. */
    async hasHeard(calls: number) {
      await until(() => waiting.length >= calls);
    },
    answer() {
      for (const response of waiting.splice(0))
        response.writeHead(200, { "content-type": "application/x-amz-json-1.0" }).end('{"QueueUrls":[]}');
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

const CALL = {
  method: "POST",
  headers: { "x-amz-target": "AmazonSQS.ListQueues", "content-type": "application/x-amz-json-1.0" },
};

async function send(url: string, agent: Agent | false = false): Promise<IncomingMessage & { body: string }> {
  const asked = request(url, { ...CALL, agent });
  asked.end("{}");
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  return Object.assign(response, { body: await text(response) });
}

const gatewayTo = (url: string, drainMs: number) =>
  testCloud({ isGateway: true, services: [], allowAnyRegion: true, upstreams: { "*": { url } }, drainMs });

test("calls under way are answered whole, nobody new is let in, and who looks on is not waited for", async () => {
  await using upstream = await slowEndpoint();
  const gateway = await gatewayTo(upstream.url, 600_000);
  const { url } = gateway;
  // The events of the admin API go on for ever.
  const events = await fetch(`${url}/_squall/events`);
  const call = send(url);
  await upstream.hasHeard(1);
  const stopped = gateway.stop();
  await until(() =>
    fetch(`${url}/_squall/health`).then(
      () => false,
      () => true,
    ),
  );
  upstream.answer();
  const { statusCode, body } = await call;
  assert.deepEqual([statusCode, body], [200, '{"QueueUrls":[]}']);
  await stopped;
  await assert.rejects(events.text());
});

test("a connection that is kept is let go with its next answer", async () => {
  await using upstream = await slowEndpoint();
  const gateway = await gatewayTo(upstream.url, 600_000);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const first = send(gateway.url, agent);
  await upstream.hasHeard(1);
  upstream.answer();
  assert.equal((await first).headers.connection, "keep-alive");
  // Another's call keeps the gateway, while this one asks again.
  const others = send(gateway.url);
  await upstream.hasHeard(1);
  const stopped = gateway.stop();
  await until(() =>
    fetch(`${gateway.url}/_squall/health`).then(
      () => false,
      () => true,
    ),
  );
  const second = send(gateway.url, agent);
  await upstream.hasHeard(2);
  upstream.answer();
  assert.deepEqual([(await second).statusCode, (await second).headers.connection], [200, "close"]);
  assert.equal((await others).statusCode, 200);
  await stopped;
  agent.destroy();
});

test("a call that outlasts the time is cut", async () => {
  await using upstream = await slowEndpoint();
  const gateway = await gatewayTo(upstream.url, 1);
  const call = send(gateway.url);
  const cut = assert.rejects(call, { code: "ECONNRESET" });
  await upstream.hasHeard(1);
  await gateway.stop();
  await cut;
});

for (const workers of ["1", "2"])
  test(`squall gateway with ${workers === "1" ? "one process" : "workers"} answers what is under way when SIGTERM comes`, async (t) => {
    await using upstream = await slowEndpoint();
    const args = ["gateway", "--to", upstream.url, "--port", "0", "--workers", workers, "--drain", "10m"];
    const child = spawn(process.execPath, [...process.execArgv, CLI, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, NODE_OPTIONS: "", SQUALL_FLEET: "" },
    });
    t.after(() => child.kill("SIGKILL"));
    let said = "";
    for (const output of [child.stdout, child.stderr]) output.on("data", (chunk) => (said += chunk));
    const ended = once(child, "exit");
    await until(() => said.includes("Ready.\n") || child.exitCode !== null);
    const url = /listens on (http:\S+?),/.exec(said)?.[1] ?? assert.fail(said);
    // By two connections: of workers each has one.
    const calls = [send(url), send(url)];
    await upstream.hasHeard(2);
    child.kill("SIGTERM");
    // A connection that no worker takes any more is left to itself until the last of them ends.
    await until(() =>
      fetch(`${url}/_squall/health`, { signal: AbortSignal.timeout(1000) }).then(
        () => false,
        () => true,
      ),
    );
    upstream.answer();
    for (const call of calls) assert.equal((await call).statusCode, 200);
    assert.deepEqual(await ended, [0, null], said);
  });
