import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import {
  CreateQueueCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { CallRecord, Cloud, FaultRuleInput } from "../../src/index.ts";
import { clientOptions, testCloud } from "../cloud.ts";

async function ask(
  cloud: Cloud,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
) {
  const response = await fetch(cloud.url + path, {
    method,
    headers,
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: (text ? JSON.parse(text) : undefined) as never,
  };
}

/** As fetch, with headers that fetch keeps to itself. */
function raw(
  cloud: Cloud,
  path: string,
  headers: Record<string, string>,
  method = "GET",
): Promise<{ status: number; headers: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    request(cloud.url + path, { method, headers }, (response) => {
      response.resume();
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers }));
    })
      .on("error", reject)
      .end();
  });
}

test("rules are added, listed, changed and removed over HTTP", async () => {
  await using cloud = await testCloud();
  const added = await ask(cloud, "POST", "/_squall/faults", {
    effect: "error",
    params: { kind: "throttle" },
    match: { service: "sqs", operation: "ListQueues" },
  });
  assert.equal(added.status, 201);
  const { id } = added.body as { id: string };
  await assert.rejects(new SQSClient(clientOptions(cloud)).send(new ListQueuesCommand({})), {
    name: "RequestThrottled",
  });
  const listed = (await ask(cloud, "GET", "/_squall/faults")).body as {
    rules: { id: string; matched: number; fired: number }[];
  };
  assert.deepEqual(
    listed.rules.map(({ id, matched, fired }) => ({ id, matched, fired })),
    [{ id, matched: 1, fired: 1 }],
  );
  const changed = await ask(cloud, "PATCH", `/_squall/faults/${id}`, { percentage: 0 });
  assert.equal((changed.body as { percentage: number }).percentage, 0);
  await new SQSClient(clientOptions(cloud)).send(new ListQueuesCommand({}));
  assert.equal((await ask(cloud, "DELETE", `/_squall/faults/${id}`)).status, 200);
  assert.equal((await ask(cloud, "GET", `/_squall/faults/${id}`)).status, 404);
});

test("a list of rules is added whole or not at all, and a wrong name is answered with the nearest right one", async () => {
  await using cloud = await testCloud();
  const refused = await ask(cloud, "POST", "/_squall/faults", [
    { effect: "reset", match: { service: "sqs" } },
    { effect: "error", params: { kind: "throttle" }, match: { service: "sqs", operation: "SendMesage" } },
  ]);
  assert.equal(refused.status, 400);
  assert.match(
    (refused.body as { message: string }).message,
    /no operation "SendMesage"\. Did you mean "SendMessage"\?/,
  );
  assert.deepEqual(cloud.faults.list(), []);
});

test("what is not JSON, and what is nowhere, is said so", async () => {
  await using cloud = await testCloud();
  assert.match(
    ((await ask(cloud, "POST", "/_squall/faults", "{nope")).body as { message: string }).message,
    /The body is not JSON/,
  );
  assert.equal((await ask(cloud, "GET", "/_squall/nowhere")).status, 404);
  const wrongMethod = await ask(cloud, "PUT", "/_squall/clock");
  assert.equal(wrongMethod.status, 405);
  assert.equal(wrongMethod.headers.get("allow"), "GET, POST");
});

test("calls are filtered, and followed as server-sent events from any call on", async () => {
  await using cloud = await testCloud();
  const client = new SQSClient(clientOptions(cloud));
  await client.send(new CreateQueueCommand({ QueueName: "seen" }));
  await client.send(new ListQueuesCommand({}));
  const only = (await ask(cloud, "GET", "/_squall/calls?service=sqs&operation=List*")).body as {
    calls: CallRecord[];
    last: number;
  };
  assert.deepEqual(
    only.calls.map((call) => call.operation),
    ["ListQueues"],
  );
  assert.equal(only.last, 2);

  const response = await fetch(`${cloud.url}/_squall/events`, { headers: { "last-event-id": "1" } });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const readUntil = async (wanted: RegExp) => {
    while (!wanted.test(text)) text += (await reader.read()).value;
  };
  await readUntil(/id: 2\n/);
  assert.doesNotMatch(text, /id: 1\n/);
  await client.send(new ListQueuesCommand({}));
  await readUntil(/id: 3\n.*ListQueues/);
  await cloud.faults.add({ effect: "reset", match: { service: "kms" } });
  await readUntil(/event: fault\.rule\n/);
  await reader.cancel();
});

test("the clock is moved over HTTP, and what waits goes with it", async () => {
  await using cloud = await testCloud({ clockRate: 0 });
  const client = new SQSClient(clientOptions(cloud));
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: "slow" }));
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "later", DelaySeconds: 300 }));
  const before = (await ask(cloud, "GET", "/_squall/clock")).body as { epochMs: number };
  assert.equal((await client.send(new ReceiveMessageCommand({ QueueUrl }))).Messages, undefined);
  const after = (await ask(cloud, "POST", "/_squall/clock", { advance: "PT5M" })).body as { epochMs: number };
  assert.equal(after.epochMs - before.epochMs, 300_000);
  assert.equal((await client.send(new ReceiveMessageCommand({ QueueUrl }))).Messages?.[0]?.Body, "later");
  assert.equal((await ask(cloud, "POST", "/_squall/clock", { advance: "five minutes" })).status, 400);
  assert.equal((await ask(cloud, "POST", "/_squall/clock", {})).status, 400);
});

test("state is saved, emptied and loaded again", async () => {
  await using cloud = await testCloud();
  const account = "111111111111";
  const client = new SQSClient(clientOptions(cloud, account));
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: "kept" }));
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "still here" }));
  const saved = new Uint8Array(await (await fetch(`${cloud.url}/_squall/state`)).arrayBuffer());
  assert.equal((await ask(cloud, "POST", "/_squall/reset")).status, 200);
  assert.equal((await client.send(new ListQueuesCommand({}))).QueueUrls, undefined);

  const other = await testCloud();
  await using _ = other;
  const loaded = await fetch(`${other.url}/_squall/state`, { method: "POST", body: saved });
  assert.equal(loaded.status, 200, await loaded.text());
  const there = new SQSClient(clientOptions(other, account));
  assert.equal((await there.send(new ReceiveMessageCommand({ QueueUrl }))).Messages?.[0]?.Body, "still here");
  const refused = await ask(other, "POST", "/_squall/state", "not a zip");
  assert.equal(refused.status, 400);
  assert.match((refused.body as { message: string }).message, /not a state file that Squall saved/);
});

test("a page from elsewhere gets 403, on the admin API and on the AWS API; one from this machine gets CORS headers", async () => {
  await using cloud = await testCloud();
  for (const path of ["/_squall/faults", "/"]) {
    assert.equal((await raw(cloud, path, { origin: "https://evil.example" })).status, 403, path);
    assert.equal((await raw(cloud, path, { origin: "https://localhost.evil.example" })).status, 403, path);
  }
  const page = await raw(cloud, "/_squall/faults", { origin: "http://localhost:3000" });
  assert.equal(page.status, 200);
  assert.equal(page.headers["access-control-allow-origin"], "http://localhost:3000");
  const answer = await raw(cloud, "/?Action=ListQueues", { origin: "http://localhost:3000" });
  assert.equal(answer.headers["access-control-allow-origin"], "http://localhost:3000");
  const preflight = await raw(
    cloud,
    "/",
    { origin: "http://localhost:3000", "access-control-request-method": "POST" },
    "OPTIONS",
  );
  assert.equal(preflight.status, 204);
  assert.match(String(preflight.headers["access-control-allow-headers"]), /x-amz-target/);
});

test("the admin API does not answer under a foreign host name", async () => {
  await using cloud = await testCloud();
  assert.equal((await raw(cloud, "/_squall/faults", { host: "rebound.example:4566" })).status, 403);
  for (const host of ["localhost:4566", "127.0.0.1", "localhost.localstack.cloud:4566", "[::1]:4566"]) {
    assert.equal((await raw(cloud, "/_squall/faults", { host })).status, 200, host);
  }
});

test("a body over the limit is refused with 413, one at the limit is taken", async () => {
  await using cloud = await testCloud({ largestBodyBytes: 1000 });
  const post = (bytes: number) =>
    fetch(`${cloud.url}/_squall/faults`, { method: "POST", body: " ".repeat(bytes) });
  const over = await post(1001);
  assert.equal(over.status, 413);
  assert.match(((await over.json()) as { message: string }).message, /1000 bytes/);
  assert.equal((await post(1000)).status, 400); // blanks are no JSON, but they were read
});

test("what is no HTTP is answered or dropped, and the server lives on", async () => {
  await using cloud = await testCloud();
  const garbage = [
    "\0\0\0\0",
    "GET\r\n\r\n",
    "POST / HTTP/1.1\r\ncontent-length: -5\r\n\r\n",
    "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
    `GET /${"a".repeat(200_000)} HTTP/1.1\r\nhost: a\r\n\r\n`,
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
    "GET / HTTP/9.9\r\n\r\n",
    "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nabc",
  ];
  for (const bytes of garbage) {
    await new Promise<void>((resolve) => {
      const socket = connect(cloud.port, "127.0.0.1", () => socket.end(bytes, "latin1"));
      socket.on("error", () => resolve());
      socket.on("close", () => resolve());
      socket.resume();
    });
  }
  assert.equal((await ask(cloud, "GET", "/_squall/health")).status, 200);
});

test("two clouds in one process know nothing of each other", async () => {
  await using one = await testCloud();
  await using two = await testCloud();
  await new SQSClient(clientOptions(one, "222222222222")).send(new CreateQueueCommand({ QueueName: "mine" }));
  assert.equal(
    (await new SQSClient(clientOptions(two, "222222222222")).send(new ListQueuesCommand({}))).QueueUrls,
    undefined,
  );
  assert.equal(two.calls.all().length, 1);
});

test("a reset keeps the rules that Squall was started with, and no others", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "squall-faults-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const faultsFile = join(folder, "faults.yaml");
  writeFileSync(faultsFile, "- { id: of-the-file, service: sqs, error: throttle, times: 1 }\n");
  const faults: FaultRuleInput[] = [{ id: "of-the-start", service: "sqs", latency: 1 }];
  await using cloud = await testCloud({ faultsFile, faults });
  const client = new SQSClient(clientOptions(cloud));
  await cloud.faults.add({ id: "of-a-test", effect: "reset", match: { service: "kms" } });
  for (let i = 0; i < 2; i++) {
    // Their counts begin again, too.
    await assert.rejects(client.send(new ListQueuesCommand({})), { name: "RequestThrottled" });
    await client.send(new ListQueuesCommand({}));
    assert.equal((await ask(cloud, "POST", "/_squall/reset")).status, 200);
    const ids = cloud.faults.list().map(({ id }) => id);
    assert.deepEqual(ids, ["of-the-start", "of-the-file"]);
  }
});
