import assert from "node:assert/strict";
import { once } from "node:events";
import { Agent, createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { Sha256 } from "@aws-crypto/sha256-js";
import { DynamoDBClient, GetItemCommand, ListTablesCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { CreateQueueCommand, ListQueuesCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { SignatureV4 } from "@smithy/signature-v4";
import { lookup } from "../../src/core/loopback.ts";
import { RuleError } from "../../src/faults/rule-error.ts";
import type { CloudOptions } from "../../src/index.ts";
import { testCloud } from "../cloud.ts";

/** The keys that the endpoint behind the gateway knows, and no client does. */
const REAL = { accessKeyId: "AKIAREALREALREALREAL", secretAccessKey: "the real secret" };
const CLIENTS = { accessKeyId: "AKIACLIENTCLIENTCLIE", secretAccessKey: "the client's own" };

/** An endpoint that plays AWS: it takes only what is signed with its keys, and has a host name for each service. */
const aws = () => testCloud({ verifySignatures: true, rootKeys: [REAL] });
const hostsOf = (port: number) => `http://{service}.{region}.localhost:${port}`;

const gateway = (options: CloudOptions) =>
  testCloud({ isGateway: true, services: [], allowAnyRegion: true, ...options });

/** A gateway that signs again, with the endpoint's keys. */
async function signing(options: CloudOptions = {}) {
  const upstream = await aws();
  const credentials = async () => REAL;
  const front = await gateway({
    upstreams: { "*": { url: hostsOf(upstream.port), credentials } },
    ...options,
  });
  return {
    front,
    upstream,
    async [Symbol.asyncDispose]() {
      await front.stop();
      await upstream.stop();
    },
  };
}

const clientOf = (url: string, credentials = CLIENTS, region = "eu-west-1") => ({
  endpoint: url,
  region,
  credentials,
  maxAttempts: 1,
});

test("real clients' calls are signed again with the gateway's keys, for the service and the region that they ask for", async () => {
  await using both = await signing();
  const { front, upstream } = both;
  const asked = clientOf(front.url);
  await new SQSClient(asked).send(new CreateQueueCommand({ QueueName: "orders" }));
  await new DynamoDBClient(asked).send(new ListTablesCommand());
  const { Arn } = await new STSClient(asked).send(new GetCallerIdentityCommand());
  assert.match(Arn ?? "", /:root$/);
  assert.deepEqual(
    upstream.calls
      .all()
      .map(({ service, operation, region, accessKeyId }) => [service, operation, region, accessKeyId]),
    [
      ["sqs", "CreateQueue", "eu-west-1", REAL.accessKeyId],
      ["dynamodb", "ListTables", "eu-west-1", REAL.accessKeyId],
      ["sts", "GetCallerIdentity", "eu-west-1", REAL.accessKeyId],
    ],
  );
});

test("S3 is asked in either style, streams in chunks with checksums, and by signed URLs that hold", async () => {
  await using both = await signing();
  const { front } = both;
  for (const forcePathStyle of [true, false]) {
    const s3 = new S3Client({
      ...clientOf(`http://localhost:${front.port}`),
      forcePathStyle,
      // Whether a name below localhost resolves is the system's affair.
      requestHandler: { httpAgent: new Agent({ lookup }) },
    });
    const Bucket = forcePathStyle ? "paths" : "hosts";
    await s3.send(
      new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: "eu-west-1" } }),
    );
    await s3.send(
      new PutObjectCommand({
        Bucket,
        Key: "a b+c/ü",
        Body: Buffer.alloc(200_000, "x"),
        ChecksumAlgorithm: "SHA256",
      }),
    );
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: "a b+c/ü" }));
    assert.equal((await Body!.transformToByteArray()).length, 200_000);
  }
});

test("a signed URL goes on as one, with the time that its maker gave it", async () => {
  await using both = await signing();
  const { front, upstream } = both;
  const s3 = new S3Client({ ...clientOf(front.url, CLIENTS, "us-east-1"), forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: "links" }));
  const asked = async (method: string, signingDate: Date) => {
    const signer = new SignatureV4({
      credentials: CLIENTS,
      region: "us-east-1",
      service: "s3",
      sha256: Sha256,
      uriEscapePath: false,
    });
    const { hostname, port, host } = new URL(front.url);
    const request = {
      method,
      protocol: "http:",
      hostname,
      port: Number(port),
      path: "/links/k",
      headers: { host },
    };
    const { query = {} } = await signer.presign(request, { expiresIn: 60, signingDate });
    const url = `${front.url}/links/k?${new URLSearchParams(query as Record<string, string>)}`;
    return await fetch(url, { method, ...(method === "PUT" && { body: "by a link" }) });
  };
  assert.equal((await asked("PUT", new Date())).status, 200);
  assert.equal(await (await asked("GET", new Date(Date.now() - 30_000))).text(), "by a link");
  assert.equal(upstream.calls.of("s3", "PutObject").at(-1)?.accessKeyId, REAL.accessKeyId);
  assert.match(await (await asked("GET", new Date(Date.now() - 90_000))).text(), /Request has expired/);
});

test("a page of another site gets nothing signed, and no region leads elsewhere", async () => {
  await using both = await signing();
  const { front, upstream } = both;
  const now = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  const link = (region: string) =>
    `${front.url}/b/k?${new URLSearchParams({
      "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
      "X-Amz-Credential": `AKIA/${now.slice(0, 8)}/${region}/s3/aws4_request`,
      "X-Amz-Date": now,
      "X-Amz-Expires": "600",
      "X-Amz-SignedHeaders": "host",
      "X-Amz-Signature": "abc",
    })}`;
  const page = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image" };
  // Node's fetch says of itself where it comes from; a plain request does not.
  const said = async (url: string, headers = {}) => {
    const asked = request(url, { headers }).end();
    const [answer] = await once(asked, "response");
    return `${answer.statusCode} ${await text(answer)}`;
  };
  assert.match(await said(link("us-east-1"), page), /^403 .*A page of another site/s);
  assert.match(await said(link(`x@127.0.0.1:${upstream.port}?`)), /^400 .*valid Region/s);
  assert.match(await said(link("a b")), /^400 .*valid Region/s);
  assert.equal(upstream.calls.of("s3").length, 0);
});

test("who does not sign is not signed for", async () => {
  await using both = await signing();
  const { front, upstream } = both;
  const answer = await fetch(`${front.url}/a-bucket/a-key`);
  assert.equal(answer.status, 404, "for S3 anybody may ask for a bucket that is not there");
  assert.equal(upstream.calls.of("s3").at(-1)?.accessKeyId, "");
});

test("a signature goes on as it came where the Host does, and holds", async () => {
  await using upstream = await aws();
  await using front = await gateway({
    upstreams: { "*": { url: `http://127.0.0.1:${upstream.port}`, keepsHost: true } },
  });
  await new SQSClient(clientOf(front.url, REAL)).send(new ListQueuesCommand());
  const foreign = new SQSClient(clientOf(front.url, CLIENTS)).send(new ListQueuesCommand());
  await assert.rejects(foreign, { name: /InvalidClientTokenId|UnrecognizedClient|InvalidAccessKeyId/ });
});

test("rules strike what goes on, what is named is served here, and the rest is the upstream's own", async () => {
  await using both = await signing({ services: ["sqs"] });
  const { front, upstream } = both;
  const [sqs, dynamodb] = [new SQSClient(clientOf(front.url)), new DynamoDBClient(clientOf(front.url))];
  await front.faults.add({
    effect: "error",
    params: { kind: "throttle" },
    match: { service: "dynamodb" },
    times: 1,
  });
  await assert.rejects(dynamodb.send(new ListTablesCommand()), { name: "ThrottlingException" });
  await dynamodb.send(new ListTablesCommand());
  const missing = dynamodb.send(new GetItemCommand({ TableName: "nowhere", Key: { id: { S: "1" } } }));
  await assert.rejects(missing, { name: "ResourceNotFoundException" });
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "here" }));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" }));
  assert.equal(upstream.calls.of("sqs").length, 0);
  assert.equal(upstream.calls.of("dynamodb").length, 2);
});

test("a write that rules have lost is made once, and nothing is sent twice", async () => {
  await using both = await signing();
  const { front, upstream } = both;
  await front.faults.add({ effect: "lost-reply", match: { service: "dynamodb", operation: "PutItem" } });
  const dynamodb = new DynamoDBClient(clientOf(front.url));
  await assert.rejects(dynamodb.send(new PutItemCommand({ TableName: "t", Item: { id: { S: "1" } } })));
  assert.equal(upstream.calls.of("dynamodb", "PutItem").length, 1);
});

test("limits hold whatever the rules say, and everything stops at a word", async () => {
  await using both = await signing({ limits: { most: 3, longestMs: 60_000 } });
  const { front } = both;
  const rule = await front.faults.add({
    effect: "error",
    params: { kind: "internal" },
    match: { service: "s3" },
  });
  assert.ok(rule.expiresAt !== undefined && rule.expiresAt <= front.clock.now() + 60_000);
  await assert.rejects(front.faults.add({ effect: "reset", ttl: "2m" }), RuleError);
  const s3 = new S3Client(clientOf(front.url));
  const list = () =>
    s3.send(new ListBucketsCommand()).then(
      () => "ok",
      (error: Error) => error.name,
    );
  const ends: string[] = [];
  for (let i = 0; i < 5; i++) ends.push(await list());
  assert.deepEqual(ends, ["InternalError", "InternalError", "InternalError", "ok", "ok"]);

  const stopAll = (method: string) =>
    fetch(`${front.url}/_squall/stop-all`, {
      method,
      ...(method === "POST" && { body: '{"reason":"enough"}' }),
    });
  const stopped = (await (await stopAll("POST")).json()) as Record<string, unknown>;
  assert.deepEqual([stopped["stopped"], stopped["removed"], stopped["reason"]], [true, 1, "enough"]);
  await assert.rejects(front.faults.add({ effect: "reset" }), /All faults are stopped \(enough\)/);
  const inject = { "x-squall-inject": "error; kind=internal" };
  assert.equal(
    (await fetch(`${front.url}/bucket/key`, { headers: inject })).status,
    404,
    "the upstream's own",
  );
  await front.reset();
  await assert.rejects(
    front.faults.add({ effect: "reset" }),
    /All faults are stopped/,
    "a reset releases nothing",
  );
  await stopAll("DELETE");
  await front.faults.add({ effect: "reset" });
});

test("what is no call of an API goes where its service does: function URLs, APIs, browsers' forms", async (t) => {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.headers["host"]?.replace(/:.*/, "")} ${request.url}`);
    request.resume().on("end", () => response.end("theirs"));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  await using front = await gateway({ upstreams: { "*": { url: hostsOf(port) } } });
  const ask = (host: string, path: string, body?: FormData, { port } = front) =>
    new Promise<number | undefined>((resolve, reject) => {
      const method = body === undefined ? "GET" : "POST";
      const headers = { host, ...(body && { "content-type": "multipart/form-data; boundary=x" }) };
      const asked = request({ port, host: "127.0.0.1", method, path, headers }, (answer) => {
        answer.on("data", (d: Buffer) => console.log(d.toString()));
        resolve(answer.statusCode);
      });
      asked.on("error", reject);
      asked.end(body && "--x--");
    });
  assert.equal(await ask("a1b2.execute-api.eu-west-1.localhost", "/dev/pets"), 200);
  assert.equal(await ask("a1b2.lambda-url.eu-west-1.localhost", "/hello"), 200);
  assert.equal(await ask("files.s3.eu-west-1.localhost", "/", new FormData()), 200);
  assert.deepEqual(seen, [
    "a1b2.execute-api.eu-west-1.localhost /dev/pets",
    "a1b2.lambda-url.eu-west-1.localhost /hello",
    "files.s3.eu-west-1.localhost /",
  ]);
  await using own = await testCloud({ services: ["lambda"], upstreams: { "*": { url: hostsOf(port) } } });
  await ask("a1b2.lambda-url.eu-west-1.localhost", "/hello", undefined, own);
  assert.equal(seen.length, 3, "the URLs of functions that are served here stay here");
});

test("bytes go on as they came, and pages that are no calls, too", async (t) => {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers["host"]}`);
    const [path] = (request.url ?? "").split("?");
    response.writeHead(200, { "content-type": "text/plain", "x-odd": "1" }).end(`of ${path}`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await using front = await gateway({ upstreams: { "*": { url, keepsHost: true } } });
  for (const path of ["/_localstack/health", "/moto-api/data.json?x=%20", "/anything//at/../all"]) {
    const answer = await fetch(front.url + path);
    assert.equal(answer.headers.get("x-odd"), "1");
    assert.match(await answer.text(), /^of \//);
  }
  const host = `127.0.0.1:${front.port}`;
  assert.deepEqual(seen.slice(0, 2), [
    `GET /_localstack/health ${host}`,
    `GET /moto-api/data.json?x=%20 ${host}`,
  ]);
  assert.equal((await fetch(`${front.url}/_squall/health`)).headers.get("x-odd"), null, "Squall's own stay");
});
