import assert from "node:assert/strict";
import { test } from "node:test";
import { IAMClient, ListUsersCommand } from "@aws-sdk/client-iam";
import { CreateTopicCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { WebSocket } from "ws";
import type { CloudOptions, LogLine } from "../../src/index.ts";
import { Bed, send } from "../../src/services/apigateway/bed.fixture.ts";
import { clientOptions, newAccount, testCloud } from "../cloud.ts";

/** A cloud and what it has logged. */
async function logged(options: CloudOptions = {}) {
  const lines: LogLine[] = [];
  const waiting: (() => void)[] = [];
  const cloud = await testCloud({
    logLevel: "DEBUG",
    log: (line) => {
      lines.push(line);
      for (const look of waiting) look();
    },
    ...options,
  });
  const seen = (wanted: RegExp) =>
    new Promise<string>((resolve) => {
      const look = () => {
        const found = lines.find((line) => wanted.test(line.message));
        if (found) resolve(found.message);
      };
      waiting.push(look);
      look();
    });
  return { cloud, seen, [Symbol.asyncDispose]: () => cloud.stop() };
}

const EVERYWHERE: CloudOptions = { host: "0.0.0.0" };

test("an SDK whose name for Squall is not known is told what allows it, in its service's own form", async () => {
  await using cloud = await testCloud();
  for (const body of [
    { "content-type": "application/x-amz-json-1.0", "x-amz-target": "AmazonSQS.ListQueues" },
  ]) {
    const answer = await send(cloud, {
      host: "squall",
      method: "POST",
      path: "/",
      headers: body,
      body: "{}",
    });
    assert.equal(answer.status, 403);
    const { message } = JSON.parse(answer.body) as { message: string };
    assert.match(message, /under the name squall\. If that is its name, start it with --host-name squall/);
  }
  const query = await send(cloud, { host: "squall", path: "/?Action=ListUsers&Version=2010-05-08" });
  assert.match(query.body, /<Code>AccessDeniedException<\/Code>\s*<Message>Squall does not answer under/);
  assert.equal(cloud.calls.all().length, 0);
});

test("a refusal is told in the log, once for each name", async () => {
  const told: string[] = [];
  await using cloud = await testCloud({
    log: ({ level, message }) => void (level === "WARN" && told.push(message)),
  });
  for (const host of ["squall", "squall", "other"]) await send(cloud, { host, path: "/_squall/health" });
  assert.deepEqual(
    told.map((message) => /^Refused: .* under the name (\w+)\./.exec(message)?.[1]),
    ["squall", "other"],
  );
});

test("names that are given are answered under, and so are those below them", async () => {
  await using cloud = await testCloud({ hostNames: ["squall"], publicHost: "shared.test:80" });
  for (const host of ["squall", "sqs.us-east-1.squall", "shared.test"]) {
    assert.equal((await send(cloud, { host, path: "/_squall/health" })).status, 200, host);
  }
});

test("on an address that others reach, the log says what that means, and the admin API wants the token that it tells", async () => {
  await using bed = await logged(EVERYWHERE);
  const { cloud, seen } = bed;
  assert.match(
    await seen(/^Listening on 0\.0\.0\.0/),
    new RegExp(`0\\.0\\.0\\.0:${cloud.port}.*runs with your rights`),
  );
  const token = /wants a token: (\S+), made/.exec(await seen(/wants a token/))![1]!;
  const paths = [
    "/_squall/faults",
    "/_squall/state",
    "/_localstack/info",
    "/_localstack/chaos/faults",
    "/_aws/sqs/messages",
  ];
  for (const path of [...paths, "/_squall/nowhere"]) {
    for (const host of ["localhost", "127.0.0.1", "squall"]) {
      assert.equal((await send(cloud, { host, path })).status, 401, `${host}${path}`);
    }
    const authorization = `Bearer ${token}`;
    assert.notEqual((await send(cloud, { path, headers: { authorization } })).status, 401, path);
  }
  const basic = Buffer.from(`any:${token}`).toString("base64");
  assert.equal(
    (await send(cloud, { path: paths[0]!, headers: { authorization: `Basic ${basic}` } })).status,
    200,
  );
  const reset = { method: "POST", path: "/_localstack/health", body: '{"action":"restart"}' };
  assert.equal((await send(cloud, reset)).status, 401);
  for (const path of ["/_squall/health", "/_localstack/health", "/_localstack/init/ready"]) {
    assert.equal((await send(cloud, { path })).status, 200, `health checks read ${path}`);
  }
});

test("a WebSocket under a name that is not Squall's is refused, and so is one to anything but a WebSocket API", async () => {
  await using cloud = await testCloud();
  const open = (host: string, path: string) =>
    new Promise<number>((resolve, reject) => {
      const socket = new WebSocket(`ws://127.0.0.1:${cloud.port}${path}`, { headers: { host } });
      socket.once("unexpected-response", (_request, response) => resolve(response.statusCode ?? 0));
      socket.once("error", reject);
      socket.once("open", () => reject(new Error("It opened.")));
    });
  assert.equal(await open("a1.execute-api.evil.example", "/dev"), 403);
  assert.equal(await open("evil.example", "/_squall/events"), 403);
  assert.equal(await open("localhost", "/_squall/events"), 404);
});

test("the token is the one that is given, on loopback, too", async () => {
  await using cloud = await testCloud({ adminToken: "s3cret" });
  const ask = (token: string) =>
    send(cloud, { path: "/_squall/faults", headers: { authorization: `Bearer ${token}` } });
  assert.equal((await ask("s3cret")).status, 200);
  assert.equal((await ask("s3cre")).status, 401);
  assert.equal((await send(cloud, { path: "/_squall/faults" })).status, 401);
});

test("where neighbours can come, a compose service's name does for AWS calls, but for no browser", async () => {
  await using cloud = await testCloud(EVERYWHERE);
  const query = "/?Action=ListUsers&Version=2010-05-08";
  assert.equal((await send(cloud, { host: "squall", path: query })).status, 200);
  const browser = { "user-agent": "Mozilla/5.0" };
  assert.equal((await send(cloud, { host: "squall", path: query, headers: browser })).status, 403);
  assert.equal((await send(cloud, { host: "squall.evil.example", path: query })).status, 403);
});

const FUNCTIONS = (account: string) =>
  `/2015-03-31/functions?X-Amz-Credential=${account}%2F20261128%2Fus-east-1%2Flambda%2Faws4_request`;

test("an SNS subscription cannot be made to call AWS or the admin API in Squall", async () => {
  await using bed = await logged();
  const { cloud, seen } = bed;
  const account = newAccount();
  const sns = new SNSClient(clientOptions(cloud, account));
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "inward" }));
  for (const path of [FUNCTIONS(account), "/_squall/reset"]) {
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: "http", Endpoint: cloud.url + path }));
    assert.match(await seen(new RegExp(`POST ${path.split("?")[0]}`)), /=> 403$/);
  }
  assert.equal(cloud.calls.of("lambda").length, 0);
  await sns.send(new CreateTopicCommand({ Name: "still-here" }));
});

test("an SNS subscription reaches a data plane of Squall", async () => {
  await using cloud = await testCloud();
  const bed = new Bed(cloud);
  const api = await bed.createApi();
  await api.put(api.rootId, "POST", {
    type: "MOCK",
    requestTemplates: { "text/plain": '{"statusCode": 200}' },
  });
  await api.deploy();
  const sns = new SNSClient(clientOptions(cloud, bed.account));
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "api" }));
  const arrived = new Promise<string>((resolve) => {
    cloud.bus.subscribe("call", ({ service, operation }) => {
      if (service === "execute-api") resolve(operation);
    });
  });
  const Endpoint = `${cloud.url}/restapis/${api.id}/dev/_user_request_/`;
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: "http", Endpoint }));
  assert.equal(await arrived, "Invoke");
});

test("an HTTP integration cannot call AWS in Squall, unless that is allowed", async () => {
  for (const [allowDeliveriesToSelf, status] of [
    [false, 403],
    [true, 200],
  ] as const) {
    await using cloud = await testCloud({ allowDeliveriesToSelf });
    const bed = new Bed(cloud);
    const api = await bed.createApi();
    const uri = `${cloud.url}/?Action=ListUsers&Version=2010-05-08`;
    await api.put(api.rootId, "GET", {
      type: "HTTP_PROXY",
      integrationHttpMethod: "GET",
      uri,
      requestParameters: { "integration.request.header.X-Squall-Delivery": "'no'" },
    });
    await api.deploy();
    assert.equal((await api.send("/")).status, status);
    assert.equal(cloud.calls.of("iam", "ListUsers").length, status === 200 ? 1 : 0);
  }
});

test("clients of AWS notice nothing of all this", async () => {
  await using cloud = await testCloud();
  await new SQSClient(clientOptions(cloud)).send(new ListQueuesCommand({}));
  await new IAMClient(clientOptions(cloud)).send(new ListUsersCommand({}));
});
