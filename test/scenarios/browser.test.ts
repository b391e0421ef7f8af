import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import {
  ApiGatewayV2Client,
  CreateApiCommand,
  CreateIntegrationCommand,
  CreateRouteCommand,
  CreateStageCommand,
} from "@aws-sdk/client-apigatewayv2";
import { ECS } from "@aws-sdk/client-ecs";
import { AddPermissionCommand, CreateFunctionUrlConfigCommand } from "@aws-sdk/client-lambda";
import { Clock } from "../../src/core/clock.ts";
import { Random } from "../../src/core/random.ts";
import type { Cloud, CloudOptions } from "../../src/index.ts";
import { Bed } from "../../src/services/apigateway/bed.fixture.ts";
import { MetadataService } from "../../src/services/ec2/instances/running/metadata-service.ts";
import { Browser } from "../browser.ts";
import { clientOptions, testCloud } from "../cloud.ts";
import { needs } from "../needs.ts";
import { until } from "../until.ts";

/** A browser that hangs must not hold the others up. */
const browsing = { ...needs("chromium"), timeout: 120_000 };

/** A cloud, what it answered over HTTP, and a browser to which every `.example` is this machine. */
async function setUp(options: CloudOptions = {}) {
  const answers: string[] = [];
  const cloud = await testCloud({
    logLevel: "DEBUG",
    log: ({ message }) => void answers.push(message),
    ...options,
  });
  const browser = await Browser.start(["*.example"]);
  const site = createHttpServer((request, response) => {
    const asked = new URL(request.url ?? "/", "http://site.example").searchParams;
    const [to, report] = [asked.get("to"), asked.get("report")];
    const headers = {
      "content-type": "text/html",
      ...(report !== null && { "content-security-policy": `img-src 'none'; report-uri ${report}` }),
    };
    if (to !== null) response.writeHead(302, { location: to }).end();
    else response.writeHead(200, headers).end("<!doctype html><title>a site</title><img src=x>");
  });
  site.listen(0, "127.0.0.1");
  await once(site, "listening");
  return {
    ...{ cloud, browser, answers, site },
    /** Where a page of another site is. */
    evil: `http://evil.example:${portOf(site)}/`,
    port: portOf(site),
    async [Symbol.asyncDispose]() {
      await browser[Symbol.asyncDispose]();
      site.closeAllConnections();
      site.close();
      await cloud.stop();
    },
  };
}

const portOf = (server: { address(): unknown }): number => (server.address() as AddressInfo).port;

const CREATE = "Action=CreateUser&Version=2010-05-08&UserName=mallory";
const TARGET = `{ "content-type": "application/x-amz-json-1.0", "x-amz-target": "AmazonSQS.ListQueues" }`;

/** Scripts that a page of another site runs against `SITE`; each comes to an end when the browser has its answer. */
const ATTACKS: Readonly<Record<string, string>> = {
  "an image": `new Promise((end) => { const image = new Image(); image.onload = image.onerror = end; image.src = SITE + "/?${CREATE}"; }).then(() => "sent")`,
  "a script": `new Promise((end) => { const script = document.createElement("script"); script.onload = script.onerror = end; script.src = SITE + "/?${CREATE}"; document.head.append(script); }).then(() => "sent")`,
  "an image without a referrer": `new Promise((end) => { const image = new Image(); image.referrerPolicy = "no-referrer"; image.onload = image.onerror = end; image.src = SITE + "/?${CREATE}"; }).then(() => "sent")`,
  "a form": `new Promise((end) => { const frame = document.createElement("iframe"); frame.name = "sink"; document.body.append(frame); frame.onload = () => end("sent"); const form = document.createElement("form"); form.method = "POST"; form.action = SITE + "/restapis/_user_request_"; form.target = "sink"; for (const [name, value] of new URLSearchParams("${CREATE}")) { const input = document.createElement("input"); input.name = name; input.value = value; form.append(input); } document.body.append(form); form.submit(); })`,
  "a form of a sandboxed frame": `new Promise((end) => { const frame = document.createElement("iframe"); frame.sandbox = "allow-scripts allow-forms"; let loads = 0; frame.onload = () => { if (++loads === 2) end("sent"); }; frame.srcdoc = '<form method="POST" action="' + SITE + '/"><input name="Action" value="CreateUser"><input name="Version" value="2010-05-08"><input name="UserName" value="mallory"></form><script>onload = () => document.forms[0].submit()</scr' + 'ipt>'; document.body.append(frame); })`,
  "a simple fetch": `fetch(SITE + "/", { method: "POST", body: new URLSearchParams("${CREATE}") }).then((answer) => answer.text(), () => "sent")`,
  "a fetch that asks for no CORS": `fetch(SITE + "/?${CREATE}", { mode: "no-cors" }).then(() => "sent")`,
  "a fetch of text to create a function": `fetch(SITE + "/2015-03-31/functions?X-Amz-Credential=test%2F20261128%2Fus-east-1%2Flambda%2Faws4_request", { method: "POST", mode: "no-cors", body: "{}" }).then(() => "sent")`,
  "a preflighted fetch": `fetch(SITE + "/", { method: "POST", headers: ${TARGET}, body: "{}" }).then((answer) => answer.text(), () => "sent")`,
  "a fetch from the admin API": `fetch(SITE + "/_squall/calls").then((answer) => answer.text(), () => "sent")`,
  "a fetch that empties everything": `fetch(SITE + "/_localstack/state/reset", { method: "POST", mode: "no-cors" }).then(() => "sent")`,
  "a fetch of text to add an instance": `fetch(SITE + "/_squall/instances", { method: "POST", mode: "no-cors", body: '{"name":"m","command":["true"]}' }).then(() => "sent")`,
  "a fetch of text to call by the admin API": `fetch(SITE + "/_squall/call", { method: "POST", mode: "no-cors", body: '{"service":"sqs","operation":"CreateQueue","input":{"QueueName":"m"}}' }).then(() => "sent")`,
  "a fetch that stops all faults": `fetch(SITE + "/_squall/stop-all", { method: "POST", mode: "no-cors" }).then(() => "sent")`,
  "a fetch of text to move the clock": `fetch(SITE + "/_squall/clock", { method: "POST", mode: "no-cors", body: '{"advance":"P30D"}' }).then(() => "sent")`,
  "a fetch that loads a state": `fetch(SITE + "/_squall/state", { method: "POST", mode: "no-cors", body: "PK" }).then(() => "sent")`,
  "a script of all that there is": `new Promise((end) => { const script = document.createElement("script"); script.onload = script.onerror = end; script.src = SITE + "/_squall/digest"; document.head.append(script); }).then(() => "sent")`,
  "a fetch of text to run a task": `fetch(SITE + "/?X-Amz-Target=AmazonEC2ContainerServiceV20141113.RunTask", { method: "POST", mode: "no-cors", headers: { "content-type": "text/plain" }, body: '{"taskDefinition":"f"}' }).then(() => "sent")`,
  "an image that makes a VPC": `new Promise((end) => { const image = new Image(); image.onload = image.onerror = end; image.src = SITE + "/?Action=CreateVpc&Version=2016-11-15&CidrBlock=10.0.0.0/16"; }).then(() => "sent")`,
  "a form that makes a stack": `new Promise((end) => { const frame = document.createElement("iframe"); frame.name = "sink2"; document.body.append(frame); frame.onload = () => end("sent"); const form = document.createElement("form"); form.method = "POST"; form.action = SITE + "/"; form.target = "sink2"; for (const [name, value] of new URLSearchParams("Action=CreateStack&Version=2010-05-15&StackName=m&TemplateBody=%7B%7D")) { const input = document.createElement("input"); input.name = name; input.value = value; form.append(input); } document.body.append(form); form.submit(); })`,
  "a beacon": `navigator.sendBeacon(SITE + "/", new URLSearchParams("${CREATE}")), new Promise((end) => setTimeout(() => end("sent"), 300))`,
  "a ping of a link": `new Promise((end) => { const link = document.createElement("a"); link.href = "#here"; link.referrerPolicy = "no-referrer"; link.ping = SITE + "/?${CREATE}"; document.body.append(link); link.click(); setTimeout(end, 300); }).then(() => "sent")`,
  "a prefetch": `new Promise((end) => { const link = document.createElement("link"); link.rel = "prefetch"; link.onload = link.onerror = end; link.href = SITE + "/?${CREATE}"; document.head.append(link); }).then(() => "sent")`,
  "a style sheet": `new Promise((end) => { const link = document.createElement("link"); link.rel = "stylesheet"; link.onload = link.onerror = end; link.href = SITE + "/?${CREATE}"; document.head.append(link); }).then(() => "sent")`,
  "a video": `new Promise((end) => { const video = document.createElement("video"); video.onerror = end; video.src = SITE + "/?${CREATE}"; document.body.append(video); }).then(() => "sent")`,
  "a frame of the dashboard": `new Promise((end) => { const frame = document.createElement("iframe"); frame.onload = end; frame.src = SITE + "/_squall/ui"; document.body.append(frame); }).then(() => "sent")`,
  "a report of a policy that is broken": `new Promise((end) => { const frame = document.createElement("iframe"); frame.onload = () => setTimeout(end, 500); frame.src = "/?report=" + encodeURIComponent(SITE + "/?${CREATE}"); document.body.append(frame); }).then(() => "sent")`,
  "a fetch of the fleet's tokens": `fetch(SITE + "/_squall/fleet/tokens", { method: "POST", mode: "no-cors", body: '{"name":"m","role":"operator"}' }).then(() => "sent")`,
  "a fetch that ends it": `fetch(SITE + "/_squall/shutdown", { method: "POST", mode: "no-cors" }).then(() => "sent")`,
  "a WebSocket": `new Promise((end) => { const socket = new WebSocket(SITE.replace("http", "ws") + "/_squall/events"); socket.onopen = () => end("open"); socket.onerror = () => end("sent"); })`,
  "events of the admin API": `new Promise((end) => { const source = new EventSource(SITE + "/_squall/events"); source.onopen = () => end("open"); source.onerror = () => { source.close(); end("sent"); }; })`,
};

function assertUntouched(cloud: Cloud, name: string): void {
  assert.deepEqual(
    cloud.calls
      .all()
      .map(({ service, operation }) => `${service}.${operation}`)
      // A browser asks by itself for /favicon.ico, which is how one reads from S3.
      .filter((call) => call !== "s3.ListObjects"),
    [],
    name,
  );
}

test("a page of another site can make a browser do nothing to the cloud", browsing, async () => {
  await using given = await setUp({ publicHost: "localhost.test.example" });
  const { cloud, browser, evil, answers } = given;
  // Browsers send Sec-Fetch-Site to the first two only; the last is a name that is known, like localhost.localstack.cloud.
  for (const host of ["127.0.0.1", "localhost", "localhost.test.example"]) {
    const page = await browser.open(evil);
    for (const [name, script] of Object.entries(ATTACKS)) {
      answers.length = 0;
      const url = `http://${host}:${cloud.port}`;
      const outcome = await page.run(
        `(() => { const SITE = ${JSON.stringify(url)}; const late = new Promise((end) => setTimeout(end, 5000, "late")); return Promise.race([late, (${script})]); })()`,
      );
      assert.equal(outcome, "sent", `${name} at ${host}`);
      assertUntouched(cloud, `${name} at ${host}`);
      // It did arrive, and was refused (a WebSocket is refused before it is one).
      if (name !== "a WebSocket")
        assert.ok(
          answers.some((line) => line.endsWith("=> 403")),
          `${name} at ${host}: ${answers}`,
        );
    }
  }
});

test("an address that somebody typed leads on to no AWS call", browsing, async () => {
  await using given = await setUp();
  const { cloud, browser, evil, answers } = given;
  const page = await browser.open("about:blank");
  await page.go(`${evil}?to=${encodeURIComponent(`http://localhost:${cloud.port}/?${CREATE}`)}`);
  assertUntouched(cloud, "a redirection");
  assert.ok(answers.some((line) => line.endsWith("=> 403")));
});

test("the admin API's pages open in the address bar", browsing, async () => {
  await using given = await setUp();
  const { cloud, browser } = given;
  const page = await browser.open(`http://localhost:${cloud.port}/_squall/health`);
  assert.match(await page.run<string>("document.body.innerText"), /"status":\s*"running"/);
});

/** A port behind which an attacker's site stands first, and Squall afterwards: what a rebound name does. */
async function rebindable(site: number, cloud: number): Promise<Server & { to: number }> {
  const server = Object.assign(
    createServer((socket) => {
      const other = connect(server.to, "127.0.0.1");
      socket.pipe(other).pipe(socket);
      socket.on("error", () => other.destroy());
      other.on("error", () => socket.destroy());
      socket.on("close", () => other.destroy());
      other.on("close", () => socket.destroy());
    }),
    { to: site, cloud },
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  server.unref();
  return server;
}

test("a name that is bound anew to this machine opens nothing", browsing, async () => {
  await using given = await setUp();
  const { cloud, browser, port } = given;
  for (const host of [
    "rebound.example",
    "a1.execute-api.evil.example",
    "a1.lambda-url.us-east-1.evil.example",
  ]) {
    const front = await rebindable(port, cloud.port);
    const page = await browser.open(`http://${host}:${portOf(front)}/`);
    assert.equal(await page.run("document.title"), "a site");
    front.to = cloud.port;
    const asked = (script: string) => page.run<number>(`${script}.then((answer) => answer.status)`);
    // The attacker's own server closes the connection that the browser would use again.
    given.site.closeAllConnections();
    const attempts = [
      'fetch("/?Action=ListUsers&Version=2010-05-08")',
      `fetch("/", { method: "POST", headers: ${TARGET}, body: "{}" })`,
      `fetch("/", { method: "POST", body: new URLSearchParams("${CREATE}") })`,
      'fetch("/_squall/calls")',
      'fetch("/_squall/reset", { method: "POST" })',
      'fetch("/anything", { headers: { "x-forwarded-host": "a1.execute-api.localhost" } })',
      'fetch("/restapis/a1/dev/_user_request_/")',
    ];
    for (const attempt of attempts) assert.equal(await asked(attempt), 403, `${host} ${attempt}`);
    assertUntouched(cloud, host);
    front.close();
  }
});

test("pages use data planes as their CORS settings say", browsing, async () => {
  await using given = await setUp();
  const { cloud, browser, evil, port } = given;
  const bed = new Bed(cloud);
  const arn = await bed.createFunction(
    "hello",
    'async (event) => ({ statusCode: 200, headers: { "content-type": "text/plain" }, body: "hello " + (event.body ?? "") })',
  );
  const apis = new ApiGatewayV2Client(clientOptions(cloud, bed.account));
  const shop = `http://shop.example:${port}`;
  const { ApiId } = await apis.send(
    new CreateApiCommand({
      Name: "shop",
      ProtocolType: "HTTP",
      CorsConfiguration: { AllowOrigins: [shop], AllowMethods: ["*"], AllowHeaders: ["content-type"] },
    }),
  );
  const { IntegrationId } = await apis.send(
    new CreateIntegrationCommand({
      ApiId,
      IntegrationType: "AWS_PROXY",
      IntegrationUri: arn,
      PayloadFormatVersion: "2.0",
    }),
  );
  await apis.send(
    new CreateRouteCommand({ ApiId, RouteKey: "$default", Target: `integrations/${IntegrationId}` }),
  );
  await apis.send(new CreateStageCommand({ ApiId, StageName: "$default", AutoDeploy: true }));
  const url = await bed.lambda.send(
    new CreateFunctionUrlConfigCommand({
      FunctionName: "hello",
      AuthType: "NONE",
      Cors: { AllowOrigins: [shop], AllowMethods: ["*"], AllowHeaders: ["content-type"] },
    }),
  );
  await bed.lambda.send(
    new AddPermissionCommand({
      FunctionName: "hello",
      StatementId: "all",
      Action: "lambda:InvokeFunctionUrl",
      Principal: "*",
      FunctionUrlAuthType: "NONE",
    }),
  );
  const places = [
    `http://${ApiId}.execute-api.localhost:${cloud.port}/`,
    `http://localhost:${cloud.port}/_aws/execute-api/${ApiId}/%24default/`,
    `http://${new URL(url.FunctionUrl!).hostname.split(".")[0]}.lambda-url.us-east-1.localhost:${cloud.port}/`,
  ];
  const friend = await browser.open(`${shop}/`);
  const stranger = await browser.open(evil);
  for (const place of places) {
    const read = (init: string) =>
      `fetch(${JSON.stringify(place)}, ${init}).then((answer) => answer.text(), () => "unreadable")`;
    const simple = "{}";
    const preflighted = `{ method: "POST", headers: { "content-type": "application/json" }, body: "{}" }`;
    assert.match(await friend.run<string>(read(simple)), /^hello/, place);
    assert.match(await friend.run<string>(read(preflighted)), /^hello/, place);
    assert.equal(await stranger.run(read(simple)), "unreadable", place);
    assert.equal(await stranger.run(read(preflighted)), "unreadable", place);
  }
});

test("a page connects to a WebSocket API", browsing, async () => {
  await using given = await setUp();
  const { cloud, browser, evil } = given;
  const apis = new ApiGatewayV2Client(clientOptions(cloud));
  const { ApiId } = await apis.send(
    new CreateApiCommand({
      Name: "talk",
      ProtocolType: "WEBSOCKET",
      RouteSelectionExpression: "$request.body.action",
    }),
  );
  await apis.send(new CreateStageCommand({ ApiId, StageName: "dev", AutoDeploy: true }));
  const page = await browser.open(evil);
  const opened = await page.run(
    `new Promise((end) => { const socket = new WebSocket("ws://${ApiId}.execute-api.localhost:${cloud.port}/dev"); socket.onopen = () => end("open"); socket.onerror = () => end("refused"); })`,
  );
  assert.equal(opened, "open");
});

test(
  "a page whose origin is allowed, and one of this machine, call AWS and read the answer",
  browsing,
  async () => {
    await using given = await setUp();
    const { browser, port, cloud } = given;
    await using allowing = await testCloud({ allowedOrigins: [`http://tool.example:${port}`] });
    const script = (to: Cloud) =>
      `fetch("http://localhost:${to.port}/", { method: "POST", headers: ${TARGET}, body: "{}" }).then((answer) => answer.status, () => "refused")`;
    const tool = await browser.open(`http://tool.example:${port}/`);
    assert.equal(await tool.run(script(allowing)), 200);
    assert.equal(await tool.run(script(cloud)), "refused");
    const own = await browser.open(`http://localhost:${port}/`);
    assert.equal(await own.run(script(cloud)), 200);
    const other = await browser.open(`http://127.0.0.1:${port}/`);
    assert.equal(await other.run(script(cloud)), 200);
  },
);

test(
  "a page of another site reads no credentials of tasks and instances, and gets no tokens",
  browsing,
  async () => {
    await using given = await setUp();
    const { cloud, browser, evil, answers } = given;
    const folder = mkdtempSync(join(tmpdir(), "browser-test-"));
    const told = join(folder, "variables");
    const ecs = new ECS(clientOptions(cloud));
    await ecs.registerTaskDefinition({
      family: "f",
      containerDefinitions: [
        {
          name: "a",
          image: "a",
          memory: 64,
          command: ["sh", "-c", `env > ${told}; mv ${told} ${told}.all; sleep 600`],
        },
      ],
    });
    await ecs.runTask({ taskDefinition: "f" });
    await until(() => existsSync(`${told}.all`));
    const variables = readFileSync(`${told}.all`, "utf8");
    const variable = (name: string) => new RegExp(`^${name}=(.*)$`, "m").exec(variables)?.[1] ?? "";
    const credentials = variable("AWS_CONTAINER_CREDENTIALS_FULL_URI");
    const headers = { authorization: variable("AWS_CONTAINER_AUTHORIZATION_TOKEN") };
    assert.equal((await fetch(credentials, { headers })).status, 200, "its own process is given them");

    let reads = 0;
    const metadata = await MetadataService.open(
      {
        options: () => ({ HttpEndpoint: "enabled", HttpTokens: "optional" }),
        read: async () => {
          reads++;
          return {};
        },
      },
      { clock: new Clock(), random: new Random("test") },
    );
    assert.equal((await fetch(`${metadata.url}/latest/meta-data/`)).status, 404);
    assert.equal(reads, 1);

    const page = await browser.open(evil);
    answers.length = 0;
    const secret = JSON.stringify(headers.authorization);
    const places = [
      credentials,
      variable("ECS_CONTAINER_METADATA_URI_V4"),
      `${variable("ECS_CONTAINER_METADATA_URI_V4")}/task`,
      `${metadata.url}/latest/meta-data/iam/security-credentials/role`,
      `${metadata.url}/latest/api/token`,
    ].map((place) => JSON.stringify(place));
    const scripts = places.flatMap((place) => [
      `fetch(${place}).then((answer) => answer.text(), () => "nothing")`,
      `fetch(${place}, { mode: "no-cors" }).then((answer) => answer.text(), () => "nothing")`,
      `fetch(${place}, { headers: { authorization: ${secret} } }).then((answer) => answer.text(), () => "nothing")`,
      `fetch(${place}, { method: "PUT", headers: { "x-aws-ec2-metadata-token-ttl-seconds": "60" } }).then((answer) => answer.text(), () => "nothing")`,
      `new Promise((end) => { const image = new Image(); image.onload = image.onerror = () => end("nothing"); image.src = ${place}; })`,
    ]);
    for (const script of scripts) assert.ok(["", "nothing"].includes(await page.run<string>(script)), script);
    assert.equal(reads, 1, "the metadata service was asked nothing");
    const arrived = answers.filter((line) => line.includes("/_squall/ecs/"));
    assert.ok(arrived.length > 0);
    assert.deepEqual(
      arrived.filter((line) => !line.endsWith("=> 403")),
      [],
    );
    assert.ok(!answers.some((line) => line.includes(headers.authorization)), "a token stands in no log");
    metadata.close();
    rmSync(folder, { recursive: true });
  },
);
