import assert from "node:assert/strict";
import { once } from "node:events";
import { Agent, type IncomingMessage, request, type ServerResponse } from "node:http";
import { request as secureRequest } from "node:https";
import { connect, createServer } from "node:net";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import {
  CreateRuleCommand,
  DeregisterTargetsCommand,
  ModifyTargetGroupAttributesCommand,
  type RuleCondition,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { WebSocket, WebSocketServer } from "ws";
import { until } from "../../../test/until.ts";
import { zipOf } from "../lambda/functions.fixture.ts";
import { aTarget, balancedCloud } from "./fixture.test.ts";

const ROLE = "arn:aws:iam::000000000000:role/function";

test("requests go to healthy targets in turn, by the gateway's port and by the listener's own", async () => {
  await using lab = await balancedCloud();
  await using a = await aTarget("a");
  await using b = await aTarget("b");
  const { arn, host, made } = await lab.balancer();
  const group = await lab.group("app");
  const listener = await lab.listen(arn, group, 18_080);
  await lab.register(group, a, b);
  await lab.areAll(group, "healthy");
  const said = [];
  for (let n = 0; n < 4; n++) said.push(await (await lab.ask(host)).text());
  assert.deepEqual(said.sort(), ["a", "a", "b", "b"]);
  const own = await fetch(`http://${addressOf(made)}:18080/orders?id=1`, { method: "POST", body: "new" });
  assert.equal(own.status, 200);
  assert.match(await own.text(), /^[ab]$/);
  // Both are calls, which rules find and records show.
  const calls = lab.cloud.calls.of("alb");
  assert.equal(calls.length, 5);
  assert.deepEqual(calls.at(-1)?.input, {
    LoadBalancerArn: arn,
    ListenerArn: listener,
    Method: "POST",
    Path: "/orders",
    Host: `${addressOf(made)}:18080`,
    ExchangeId: calls.at(-1)?.input["ExchangeId"],
  });
});

const addressOf = (made: { AvailabilityZones?: { LoadBalancerAddresses?: { IpAddress?: string }[] }[] }) =>
  made.AvailabilityZones?.[0]?.LoadBalancerAddresses?.[0]?.IpAddress ?? "";

test("a target gets the client's headers with those of the load balancer, and the body both ways", async () => {
  await using lab = await balancedCloud();
  await using echo = await aTarget("echo", (request, response) => {
    response.writeHead(201, { "x-from": "target", "set-cookie": ["a=1", "b=2"] });
    request.pipe(response);
  });
  const { arn, made } = await lab.balancer();
  const group = await lab.group("app");
  await lab.listen(arn, group, 18_081);
  await lab.register(group, echo);
  await lab.areAll(group, "healthy");
  const body = "x".repeat(300_000);
  const answer = await fetch(`http://${addressOf(made)}:18081/a%20b?c=d&e`, {
    method: "PUT",
    body,
    headers: {
      "x-forwarded-for": "203.0.113.7",
      "x-amzn-trace-id": "Root=1-67891233-abcdef012345678912345678",
    },
  });
  assert.equal(answer.status, 201);
  assert.equal(answer.headers.get("x-from"), "target");
  assert.deepEqual(answer.headers.getSetCookie(), ["a=1", "b=2"]);
  assert.equal(await answer.text(), body);
  const [request] = echo.requests;
  assert.equal(request?.url, "/a%20b?c=d&e");
  assert.equal(request?.headers["x-forwarded-for"], "203.0.113.7, 127.0.0.1");
  assert.equal(request?.headers["x-forwarded-proto"], "http");
  assert.equal(request?.headers["x-forwarded-port"], "18081");
  assert.match(
    String(request?.headers["x-amzn-trace-id"]),
    /^Self=1-[\da-f]{8}-[\da-f]{24};Root=1-67891233-abcdef012345678912345678$/,
  );
});

test("the first rule whose conditions all fit decides, and the default action where none does", async () => {
  await using lab = await balancedCloud();
  await using app = await aTarget("app");
  const { arn, host } = await lab.balancer();
  const group = await lab.group("app");
  const ListenerArn = await lab.listen(arn, group, 18_082);
  await lab.register(group, app);
  await lab.areAll(group, "healthy");
  const conditions: readonly (readonly [string, RuleCondition[]])[] = [
    ["path", [{ Field: "path-pattern", Values: ["/img/*"] }]],
    ["host", [{ Field: "host-header", HostHeaderConfig: { Values: ["*.example.com"] } }]],
    ["header", [{ Field: "http-header", HttpHeaderConfig: { HttpHeaderName: "X-Beta", Values: ["y?s"] } }]],
    ["method", [{ Field: "http-request-method", HttpRequestMethodConfig: { Values: ["PURGE"] } }]],
    ["query", [{ Field: "query-string", QueryStringConfig: { Values: [{ Key: "v", Value: "2*" }] } }]],
    [
      "source",
      [
        { Field: "source-ip", SourceIpConfig: { Values: ["127.0.0.0/8"] } },
        { Field: "path-pattern", Values: ["/local"] },
      ],
    ],
  ];
  for (const [n, [MessageBody, Conditions]] of conditions.entries())
    await lab.client.send(
      new CreateRuleCommand({
        ListenerArn,
        Priority: n + 1,
        Conditions,
        Actions: [
          {
            Type: "fixed-response",
            FixedResponseConfig: { StatusCode: "418", ContentType: "text/plain", MessageBody },
          },
        ],
      }),
    );
  await lab.client.send(
    new CreateRuleCommand({
      ListenerArn,
      Priority: 90,
      Conditions: [{ Field: "path-pattern", Values: ["/old/*"] }],
      Actions: [
        { Type: "redirect", RedirectConfig: { Protocol: "HTTPS", Port: "443", StatusCode: "HTTP_301" } },
      ],
    }),
  );
  const asked: readonly (readonly [string, string, RequestInit?])[] = [
    ["path", "/img/a.png"],
    ["header", "/", { headers: { "x-beta": "YES" } }],
    ["method", "/", { method: "PURGE" }],
    ["query", "/?v=21"],
    ["source", "/local"],
    ["app", "/local/else"],
  ];
  for (const [wanted, path, init] of asked)
    assert.equal(await (await lab.ask(host, path, init as never)).text(), wanted, path);
  const moved = await lab.ask(host, "/old/a?b=c");
  assert.equal(moved.status, 301);
  assert.equal(moved.headers.get("server"), "awselb/2.0");
  assert.equal(moved.headers.get("content-length"), "134");
  assert.match(String(moved.headers.get("location")), /^https:\/\/[^/]+:443\/old\/a\?b=c$/);
});

test("without targets it is 503, with a dead one 502, with a silent one 504, each in AWS's words", async () => {
  await using lab = await balancedCloud();
  const dead = await aTarget("dead");
  await using silent = await aTarget("silent", () => {});
  const { arn, host } = await lab.balancer();
  const group = await lab.group("app");
  await lab.listen(arn, group, 18_083);
  const none = await lab.ask(host);
  assert.equal(none.status, 503);
  assert.equal(none.headers.get("server"), "awselb/2.0");
  assert.equal(
    await none.text(),
    "<html>\r\n<head><title>503 Service Temporarily Unavailable</title></head>\r\n<body>\r\n<center><h1>503 Service Temporarily Unavailable</h1></center>\r\n</body>\r\n</html>\r\n",
  );
  await lab.register(group, dead);
  await lab.areAll(group, "healthy");
  await dead.stop();
  const broken = await lab.ask(host);
  assert.equal(broken.status, 502);
  assert.equal(broken.headers.get("content-length"), "122");
  await lab.client.send(
    new DeregisterTargetsCommand({ TargetGroupArn: group, Targets: [{ Id: "127.0.0.1" }] }),
  );
  await lab.register(group, silent);
  await until(
    () => lab.health(group),
    (all) => all.some(({ port, state }) => port === silent.port && state === "healthy"),
  );
  const waiting = lab.ask(host);
  await until(() => silent.requests.length > 0);
  await lab.cloud.clock.advance(60_000);
  const late = await waiting;
  assert.equal(late.status, 504);
  assert.equal(late.headers.get("content-length"), "132");
});

test("a target may answer before it has the whole body, and is given the idle time from the last byte of either", async () => {
  await using lab = await balancedCloud();
  const answers: ServerResponse[] = [];
  let got = "";
  await using early = await aTarget("early", (incoming, response) => {
    answers.push(response);
    response.write("begun,");
    incoming.on("data", (chunk: Buffer) => {
      got += chunk;
    });
  });
  const { arn, made } = await lab.balancer();
  const group = await lab.group("app");
  await lab.listen(arn, group, 18_097);
  await lab.register(group, early);
  await lab.areAll(group, "healthy");
  const client = request({ host: addressOf(made), port: 18_097, method: "POST" });
  client.write("1");
  const [answer] = (await once(client, "response")) as [IncomingMessage];
  let said = "";
  answer.on("data", (chunk: Buffer) => {
    said += chunk;
  });
  await until(() => said === "begun,");
  for (const n of [2, 3]) {
    await lab.cloud.clock.advance(50_000);
    client.write(String(n));
    await until(() => got.endsWith(String(n)));
  }
  await lab.cloud.clock.advance(50_000);
  answers[0]?.write("more,");
  await until(() => said === "begun,more,");
  await lab.cloud.clock.advance(50_000);
  client.end();
  answers[0]?.end("done");
  await once(answer, "end");
  assert.equal(said, "begun,more,done");
});

test("a large body is handed on as the target reads it, with no listener left for any part of it", async () => {
  await using lab = await balancedCloud();
  let bytes = 0;
  await using slow = await aTarget("slow", async (incoming, response) => {
    for await (const chunk of incoming) bytes += chunk.length;
    response.end();
  });
  const { arn, made } = await lab.balancer();
  const group = await lab.group("app");
  await lab.listen(arn, group, 18_098);
  await lab.register(group, slow);
  await lab.areAll(group, "healthy");
  const warnings: string[] = [];
  const hear = ({ message }: Error) => warnings.push(message);
  process.on("warning", hear);
  const body = Buffer.alloc(8 * 1024 * 1024);
  assert.equal((await fetch(`http://${addressOf(made)}:18098/`, { method: "PUT", body })).status, 200);
  process.off("warning", hear);
  assert.equal(bytes, body.length);
  assert.deepEqual(warnings, []);
});

test("a target that fails its checks gets nothing more, and is back when it passes them again", async () => {
  await using lab = await balancedCloud();
  await using a = await aTarget("a");
  let isWell = true;
  const server = createServer((socket) => {
    socket.once("data", () =>
      socket.end(`HTTP/1.1 ${isWell ? 200 : 500} X\r\nContent-Length: 1\r\nConnection: close\r\n\r\nb`),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const b = { port: (server.address() as { port: number }).port };
  try {
    const { arn, host } = await lab.balancer();
    const group = await lab.group("app");
    await lab.listen(arn, group, 18_084);
    await lab.register(group, a, b);
    await lab.areAll(group, "healthy");
    isWell = false;
    await until(async () => {
      await lab.cloud.clock.advance(5_000);
      return (await lab.health(group)).some(({ state }) => state === "unhealthy");
    });
    assert.deepEqual(
      (await lab.health(group)).find(({ port }) => port === b.port),
      {
        id: "127.0.0.1",
        port: b.port,
        state: "unhealthy",
        reason: "Target.ResponseCodeMismatch",
        description: "Health checks failed with these codes: [500]",
      },
    );
    for (let n = 0; n < 4; n++) assert.equal(await (await lab.ask(host)).text(), "a");
    isWell = true;
    await until(async () => {
      await lab.cloud.clock.advance(5_000);
      return (await lab.health(group)).every(({ state }) => state === "healthy");
    });
  } finally {
    server.close();
  }
});

test("a target drains for its group's delay, and has gone after it", async () => {
  await using lab = await balancedCloud();
  await using a = await aTarget("a");
  await using b = await aTarget("b");
  const { arn, host } = await lab.balancer();
  const group = await lab.group("app");
  await lab.listen(arn, group, 18_085);
  await lab.register(group, a, b);
  await lab.areAll(group, "healthy");
  await lab.client.send(
    new ModifyTargetGroupAttributesCommand({
      TargetGroupArn: group,
      Attributes: [{ Key: "deregistration_delay.timeout_seconds", Value: "20" }],
    }),
  );
  await lab.client.send(
    new DeregisterTargetsCommand({
      TargetGroupArn: group,
      Targets: [{ Id: "127.0.0.1", Port: a.port }],
    }),
  );
  const draining = (await lab.health(group)).find(({ port }) => port === a.port);
  assert.equal(draining?.state, "draining");
  assert.equal(draining?.reason, "Target.DeregistrationInProgress");
  for (let n = 0; n < 3; n++) assert.equal(await (await lab.ask(host)).text(), "b");
  await lab.cloud.clock.advance(20_000);
  assert.deepEqual(
    (await lab.health(group)).map(({ port }) => port),
    [b.port],
  );
});

test("a function answers as a target, with single or with multiple values", async () => {
  await using lab = await balancedCloud();
  const code = `export const handler = async (event) => ({
    statusCode: 200,
    ...(event.multiValueHeaders
      ? { multiValueHeaders: { "Content-Type": ["application/json"], "Set-Cookie": ["a=1", "b=2"] } }
      : { headers: { "Content-Type": "application/json" } }),
    body: JSON.stringify(event),
    isBase64Encoded: false,
  });`;
  const { FunctionArn } = await lab.call("lambda", "CreateFunction", {
    FunctionName: "web",
    Runtime: "nodejs22.x",
    Handler: "index.handler",
    Role: ROLE,
    Code: { ZipFile: await zipOf({ "index.mjs": code }) },
  });
  const { arn, host } = await lab.balancer();
  const TargetGroupArn = await lab.functions("function", FunctionArn);
  await lab.listen(arn, TargetGroupArn, 18_086);
  const [health] = await lab.health(TargetGroupArn);
  assert.equal(health?.state, "unavailable");
  assert.equal(health?.reason, "Target.HealthCheckDisabled");
  const single = (await (
    await lab.ask(host, "/a%20b?x=1&x=2&y=%20", {
      method: "POST",
      body: "{}",
      headers: { "content-type": "application/json" },
    })
  ).json()) as Record<string, unknown>;
  assert.deepEqual(single["requestContext"], { elb: { targetGroupArn: TargetGroupArn } });
  assert.equal(single["path"], "/a%20b");
  assert.deepEqual(single["queryStringParameters"], { x: "2", y: "%20" });
  assert.equal(single["body"], "{}");
  assert.equal(single["isBase64Encoded"], false);
  await lab.client.send(
    new ModifyTargetGroupAttributesCommand({
      TargetGroupArn,
      Attributes: [{ Key: "lambda.multi_value_headers.enabled", Value: "true" }],
    }),
  );
  const multiple = await lab.ask(host, "/?x=1&x=2", { method: "POST", body: Buffer.from([0xff, 0x00]) });
  assert.deepEqual(multiple.headers.getSetCookie(), ["a=1", "b=2"]);
  const event = (await multiple.json()) as Record<string, unknown>;
  assert.deepEqual(event["multiValueQueryStringParameters"], { x: ["1", "2"] });
  assert.equal(event["isBase64Encoded"], true);
  assert.equal(event["body"], "/wA=");
});

test("what a function says that is no answer is 502", async () => {
  await using lab = await balancedCloud();
  const code = `export const handler = async ({ path }) => ({
    "/none": "text",
    "/status": { statusCode: "soon" },
    "/header": { statusCode: 200, headers: { "x y": "1" } },
    "/split": { statusCode: 200, headers: { a: "1\\r\\nb: 2" } },
    "/body": { statusCode: 200, body: 7 },
    "/fine": { statusCode: 200, body: "fine" },
    "/own": {
      statusCode: 200,
      headers: { "Content-Length": "1", "Transfer-Encoding": "chunked", Connection: "close", "x-own": "1" },
      body: "whole",
    },
  })[path];`;
  const { FunctionArn } = await lab.call("lambda", "CreateFunction", {
    FunctionName: "odd",
    Runtime: "nodejs22.x",
    Handler: "index.handler",
    Role: ROLE,
    Code: { ZipFile: await zipOf({ "index.mjs": code }) },
  });
  const { arn, host } = await lab.balancer();
  const TargetGroupArn = await lab.functions("odd", FunctionArn);
  await lab.listen(arn, TargetGroupArn, 18_094);
  for (const path of ["/none", "/status", "/header", "/split", "/body", "/missing"])
    assert.equal((await lab.ask(host, path)).status, 502, path);
  assert.equal(await (await lab.ask(host, "/fine")).text(), "fine");
  const own = await lab.ask(host, "/own");
  assert.deepEqual([await own.text(), own.headers.get("x-own")], ["whole", "1"]);
  assert.equal(own.headers.get("content-length"), "5");
});

test("a function that Lambda does not run is 502, whatever Lambda says of it", async () => {
  await using lab = await balancedCloud();
  const { FunctionArn } = await lab.call("lambda", "CreateFunction", {
    FunctionName: "idle",
    Runtime: "nodejs22.x",
    Handler: "index.handler",
    Role: ROLE,
    Code: {
      ZipFile: await zipOf({ "index.mjs": "export const handler = async () => ({ statusCode: 200 });" }),
    },
  });
  const { arn, host } = await lab.balancer();
  const TargetGroupArn = await lab.functions("idle", FunctionArn);
  await lab.listen(arn, TargetGroupArn, 18_096);
  assert.equal((await lab.ask(host)).status, 200);
  await lab.call("lambda", "PutFunctionConcurrency", {
    FunctionName: "idle",
    ReservedConcurrentExecutions: 0,
  });
  const throttled = await lab.ask(host);
  assert.equal(throttled.status, 502);
  assert.match(await throttled.text(), /<h1>502 Bad Gateway<\/h1>/);
  await lab.call("lambda", "DeleteFunction", { FunctionName: "idle" });
  assert.equal((await lab.ask(host)).status, 502);
});

test("a network load balancer hands connections on, and a listener of HTTPS takes TLS", async () => {
  await using lab = await balancedCloud();
  await using app = await aTarget("app");
  const net = await lab.balancer("net", "network");
  const tcp = await lab.group("tcp", { Protocol: "TCP", HealthCheckTimeoutSeconds: 5 });
  await lab.listen(net.arn, tcp, 18_087, "TCP");
  await lab.register(tcp, app);
  await lab.areAll(tcp, "healthy");
  const address = addressOf(net.made);
  assert.equal(await (await fetch(`http://${address}:18087/`)).text(), "app");
  const web = await lab.balancer("web");
  const group = await lab.group("app");
  await lab.register(group, app);
  await lab.call("elbv2", "CreateListener", {
    LoadBalancerArn: web.arn,
    Port: 18_443,
    Protocol: "HTTPS",
    Certificates: [{ CertificateArn: "arn:aws:acm:us-east-1:000000000000:certificate/c1" }],
    DefaultActions: [{ Type: "forward", TargetGroupArn: group }],
  });
  await lab.areAll(group, "healthy");
  const ask = () =>
    new Promise<string>((resolve, reject) => {
      const where = { host: addressOf(web.made), port: 18_443, rejectUnauthorized: false };
      secureRequest(where, (response) => {
        let said = "";
        response.on("data", (chunk: Buffer) => {
          said += chunk.toString();
        });
        response.on("end", () => resolve(said));
      })
        .on("error", reject)
        .end();
    });
  // Its certificate is made when it is first wanted.
  assert.equal(await until(() => ask().catch(() => "")), "app");
  assert.equal(app.requests.at(-1)?.headers["x-forwarded-proto"], "https");
});

test("a listener that is deleted while its port is being opened leaves nothing open", async () => {
  await using lab = await balancedCloud();
  const { arn, made } = await lab.balancer();
  const { Listeners } = await lab.call("elbv2", "CreateListener", {
    LoadBalancerArn: arn,
    Port: 18_444,
    Protocol: "HTTPS",
    Certificates: [{ CertificateArn: "arn:aws:acm:us-east-1:000000000000:certificate/c1" }],
    DefaultActions: [{ Type: "fixed-response", FixedResponseConfig: { StatusCode: "200" } }],
  });
  await lab.call("elbv2", "DeleteListener", { ListenerArn: Listeners[0].ListenerArn });
  await lab.cloud.settle();
  const socket = connect(18_444, addressOf(made));
  const [{ code }] = await once(socket, "error");
  assert.equal(code, "ECONNREFUSED");
});

test("a client stays with its target by its cookie, whatever turn it is", async () => {
  await using lab = await balancedCloud();
  await using a = await aTarget("a");
  await using b = await aTarget("b");
  const { arn, host } = await lab.balancer();
  const group = await lab.group("app");
  await lab.listen(arn, group, 18_088);
  await lab.register(group, a, b);
  await lab.areAll(group, "healthy");
  await lab.client.send(
    new ModifyTargetGroupAttributesCommand({
      TargetGroupArn: group,
      Attributes: [{ Key: "stickiness.enabled", Value: "true" }],
    }),
  );
  const first = await lab.ask(host);
  const cookies = first.headers.getSetCookie();
  assert.deepEqual(
    cookies.map((cookie) => cookie.split("=")[0]),
    ["AWSALB", "AWSALBCORS"],
  );
  const cookie = cookies[0]?.split(";")[0] ?? "";
  const name = await first.text();
  for (let n = 0; n < 3; n++)
    assert.equal(await (await lab.ask(host, "/", { headers: { cookie } })).text(), name);
});

test("rules strike requests by the load balancer, at both ports, and connections at its own", async () => {
  await using lab = await balancedCloud();
  await using app = await aTarget("app");
  const { arn, host, made } = await lab.balancer();
  const other = await lab.balancer("other");
  const group = await lab.group("app");
  const second = await lab.group("second");
  await lab.listen(arn, group, 18_089);
  await lab.listen(other.arn, second, 18_090);
  await lab.register(group, app);
  await lab.register(second, app);
  await lab.areAll(group, "healthy");
  await lab.areAll(second, "healthy");
  const own = `http://${addressOf(made)}:18089/`;
  const rule = await lab.cloud.faults.add({
    effect: "error",
    params: { code: "ServiceUnavailable", status: 503 },
    match: { service: "alb", resource: arn },
  });
  for (const answer of [await lab.ask(host), await fetch(own)]) {
    assert.equal(answer.status, 503);
    assert.match(await answer.text(), /<h1>503 Service Temporarily Unavailable<\/h1>/);
  }
  assert.equal((await lab.ask(other.host)).status, 200);
  await lab.cloud.faults.remove(rule.id);
  assert.equal((await fetch(own)).status, 200);
  const dropping = await lab.cloud.faults.add({ effect: "reset", match: { service: "alb", resource: arn } });
  await assert.rejects(fetch(own));
  await lab.cloud.faults.remove(dropping.id);
  await lab.cloud.faults.add({ point: "elbv2:connection", effect: "refuse", match: { resource: arn } });
  const refused = await until(
    () =>
      new Promise<string>((resolve) => {
        const socket = connect(18_089, addressOf(made));
        socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? ""));
        socket.once("connect", () => {
          socket.destroy();
          resolve("connected");
        });
      }),
    (code) => code !== "connected",
  );
  assert.equal(refused, "ECONNREFUSED");
});

test("CloudWatch has what load balancers measure, of targets' answers and of their own", async () => {
  await using lab = await balancedCloud();
  await using app = await aTarget("app");
  const { arn, host } = await lab.balancer();
  const group = await lab.group("app");
  await lab.listen(arn, group, 18_091);
  const sum = async (MetricName: string, more: { Name: string; Value: string }[] = []) => {
    const nowMs = lab.cloud.clock.now();
    const { Datapoints } = await lab.call("cloudwatch", "GetMetricStatistics", {
      Namespace: "AWS/ApplicationELB",
      MetricName,
      Dimensions: [{ Name: "LoadBalancer", Value: arn.split(":loadbalancer/")[1] }, ...more],
      StartTime: new Date(nowMs - 3_600_000),
      EndTime: new Date(nowMs + 60_000),
      Period: 3600,
      Statistics: ["Sum", "Maximum"],
    });
    return (Datapoints as { Sum: number; Unit: string }[])[0];
  };
  // CloudWatch counts from its first call on.
  await sum("RequestCount");
  await lab.ask(host);
  await lab.register(group, app);
  await lab.areAll(group, "healthy");
  await lab.ask(host);
  const struck = await lab.cloud.faults.add({
    effect: "error",
    params: { code: "ServiceUnavailable", status: 503 },
    match: { service: "alb" },
  });
  await lab.ask(host);
  await lab.cloud.faults.remove(struck.id);
  const targetGroup = { Name: "TargetGroup", Value: group.split(":").at(-1) ?? "" };
  await until(async () => (await sum("RequestCount"))?.Sum === 3);
  assert.equal((await sum("HTTPCode_ELB_503_Count"))?.Sum, 2);
  assert.equal((await sum("HTTPCode_ELB_5XX_Count"))?.Sum, 2);
  assert.equal((await sum("HTTPCode_Target_2XX_Count"))?.Sum, 1);
  assert.equal((await sum("TargetResponseTime", [targetGroup]))?.Unit, "Seconds");
  await lab.cloud.clock.advance(60_000);
  await until(
    async () => ((await sum("HealthyHostCount", [targetGroup])) as { Maximum?: number })?.Maximum === 1,
  );
});

test("a listener's own port serves where policies decide as well", async () => {
  await using lab = await balancedCloud({ iam: "enforce" });
  await using app = await aTarget("app");
  const { arn, made } = await lab.balancer();
  const group = await lab.group("app");
  await lab.listen(arn, group, 18_092);
  await lab.register(group, app);
  await lab.areAll(group, "healthy");
  assert.equal(await (await fetch(`http://${addressOf(made)}:18092/`)).text(), "app");
});

test("a target that a rule makes unreachable is 504 when connecting takes too long, and one that refuses 502", async () => {
  await using lab = await balancedCloud();
  await using app = await aTarget("app");
  const { arn, host } = await lab.balancer();
  const group = await lab.group("app");
  await lab.listen(arn, group, 18_093);
  await lab.register(group, app);
  await lab.areAll(group, "healthy");
  const point = "elbv2:target";
  const match = { operation: "Send", input: "AvailabilityZone == 'us-east-1a'" };
  const refusing = await lab.cloud.faults.add({ point, effect: "refuse", match });
  assert.equal((await lab.ask(host)).status, 502);
  await lab.cloud.faults.remove(refusing.id);
  await lab.cloud.faults.add({ point, effect: "unreachable", match });
  lab.cloud.clock.setRate(0);
  const statuses: number[] = [];
  const waiting = lab.ask(host).then(({ status }) => statuses.push(status));
  await until(async () => {
    await lab.cloud.clock.advance(1_000);
    return statuses.length > 0;
  });
  await waiting;
  assert.deepEqual(statuses, [504]);
  assert.equal(app.requests.length, 0);
});

test("a client that offers HTTP/2 with its request, as Java's does, is answered by HTTP/1.1", async () => {
  await using lab = await balancedCloud();
  await using echo = await aTarget("echo", (incoming, response) => void incoming.pipe(response));
  const { arn, made } = await lab.balancer();
  const group = await lab.group("app");
  await lab.listen(arn, group, 18_099);
  await lab.register(group, echo);
  await lab.areAll(group, "healthy");
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const offer = {
    connection: "Upgrade, HTTP2-Settings",
    upgrade: "h2c",
    "http2-settings": "AAMAAABkAAQAoAAA",
  };
  for (const body of ["", "first", "second".repeat(50_000)]) {
    const client = request({
      host: addressOf(made),
      port: 18_099,
      method: body === "" ? "GET" : "POST",
      headers: { ...offer, ...(body !== "" && { "content-length": body.length }) },
      agent,
    });
    client.end(body);
    const [answer] = (await once(client, "response")) as [IncomingMessage];
    assert.equal(answer.statusCode, 200);
    assert.equal(await text(answer), body);
  }
  agent.destroy();
  assert.equal(echo.requests.length, 3);
});

test("a WebSocket goes through a listener's own port, both ways, and is refused as its target refuses it", async () => {
  await using lab = await balancedCloud();
  await using app = await aTarget("app");
  const sockets = new WebSocketServer({ server: app.server, path: "/socket" });
  sockets.on("connection", (socket) => socket.on("message", (data) => socket.send(`got ${data}`)));
  const { arn, made } = await lab.balancer();
  const group = await lab.group("app");
  await lab.listen(arn, group, 18_095);
  await lab.register(group, app);
  await lab.areAll(group, "healthy");
  const where = `ws://${addressOf(made)}:18095`;
  const client = new WebSocket(`${where}/socket`);
  const said = await new Promise((resolve, reject) => {
    client.on("open", () => client.send("hello"));
    client.on("message", (data) => resolve(String(data)));
    client.on("error", reject);
  });
  assert.equal(said, "got hello");
  client.terminate();
  const refused = new WebSocket(`${where}/other`);
  const message = await new Promise<string>((resolve) => {
    refused.on("error", (error) => resolve(error.message));
  });
  assert.match(message, /Unexpected server response: 400/);
  sockets.close();
});
