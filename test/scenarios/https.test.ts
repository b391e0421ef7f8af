import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { Agent, createServer as createHttps } from "node:https";
import { type AddressInfo, connect as connectTcp } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { promisify } from "node:util";
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { formatVariables } from "../../src/cli/env-format.ts";
import { lookup } from "../../src/core/loopback.ts";
import type { Cloud, CloudOptions } from "../../src/index.ts";
import { certificate, key } from "../certificate.ts";
import { clientOptions, testCloud } from "../cloud.ts";
import { needs } from "../needs.ts";

const run = promisify(execFile);
const root = mkdtempSync(join(tmpdir(), "squall-https-"));
after(() => rmSync(root, { recursive: true }));
const folder = join(root, "ca");

const cloudOf = (options: CloudOptions = {}) => testCloud({ https: { folder }, ...options });

async function authorityOf(cloud: Cloud): Promise<string> {
  const { authority } = (await (await fetch(`${cloud.url}/_squall/https`)).json()) as { authority: string };
  return authority;
}

/** What `squall env` prints, as a child's environment. */
async function environmentOf(cloud: Cloud, ...flags: string[]): Promise<NodeJS.ProcessEnv> {
  const cli = new URL("../../src/cli/main.ts", import.meta.url).pathname;
  const args = [cli, "env", "--format", "json", "--url", cloud.url, "--dir", join(root, "trust"), ...flags];
  const plain = { PATH: process.env["PATH"] ?? "", HOME: root };
  const { stdout } = await run(process.execPath, args, { env: plain });
  return { ...plain, ...JSON.parse(stdout), AWS_PAGER: "", AWS_MAX_ATTEMPTS: "1" };
}

/** How a handshake for a name ends: the name that the certificate vouches for, or what is wrong. */
async function handshake(cloud: Cloud, servername: string, ca: string): Promise<string> {
  const socket = connectTls({ host: "127.0.0.1", port: cloud.port, servername, ca });
  const ended = await Promise.race([
    once(socket, "secureConnect").then(() => "trusted"),
    once(socket, "error").then(([error]) => (error as NodeJS.ErrnoException).code ?? "error"),
  ]).catch((error: NodeJS.ErrnoException) => error.code ?? String(error));
  socket.destroy();
  return ended;
}

test("TLS is answered on the ordinary port, for AWS's names and this machine's, and plain HTTP still is", async () => {
  await using cloud = await cloudOf();
  const ca = await authorityOf(cloud);
  const names = [
    "localhost",
    "sqs.eu-west-1.amazonaws.com",
    "b.s3.localhost.localstack.cloud",
    "x.lambda-url.us-east-1.on.aws",
  ];
  for (const name of names) assert.equal(await handshake(cloud, name, ca), "trusted", name);
  assert.notEqual(await handshake(cloud, "www.example.org", ca), "trusted", "it vouches for nobody else");
  const agent = new Agent({ ca, lookup });
  const sqs = new SQSClient({
    ...clientOptions(cloud),
    endpoint: `https://localhost.localstack.cloud:${cloud.port}`,
    requestHandler: { httpsAgent: agent },
  });
  await sqs.send(new ListQueuesCommand());
  await new SQSClient(clientOptions(cloud)).send(new ListQueuesCommand());
  await cloud.faults.add({ effect: "reset", match: { service: "sqs" }, times: 1 });
  await assert.rejects(sqs.send(new ListQueuesCommand()), { code: "ECONNRESET" });
});

test("the authority is kept, for its user alone, and opened again", async () => {
  const authorities: string[] = [];
  for (let i = 0; i < 2; i++) {
    await using cloud = await cloudOf();
    authorities.push(await authorityOf(cloud));
  }
  assert.equal(authorities[0], authorities[1]);
  assert.equal(statSync(join(folder, "ca.key")).mode & 0o077, 0);
  await using plain = await testCloud();
  assert.equal((await fetch(`${plain.url}/_squall/https`)).status, 404);
});

test("a handshake fails as it does in the world: expired, another's, nobody's, reset", async () => {
  await using cloud = await cloudOf();
  const ca = await authorityOf(cloud);
  const name = "sqs.us-east-1.amazonaws.com";
  const ends: Record<string, string> = {};
  for (const effect of ["expired", "wrong-name", "untrusted", "reset"] as const) {
    await cloud.faults.add({ point: "tls:handshake", effect, match: { resource: "sqs.*" }, times: 1 });
    ends[effect] = await handshake(cloud, name, ca);
  }
  assert.deepEqual(ends, {
    expired: "CERT_HAS_EXPIRED",
    "wrong-name": "ERR_TLS_CERT_ALTNAME_INVALID",
    untrusted: "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    reset: "ECONNRESET",
  });
  assert.equal(await handshake(cloud, name, ca), "trusted", "afterwards all is well");
  await cloud.faults.add({ point: "tls:handshake", effect: "expired", match: { resource: "s3.*" } });
  assert.equal(await handshake(cloud, name, ca), "trusted", "another name is let be");
});

/** Asks the proxy for a host; the status line, and the connection. */
async function tunnel(cloud: Cloud, target: string) {
  const socket = connectTcp(cloud.port, "127.0.0.1");
  socket.write(`CONNECT ${target} HTTP/1.1\r\nhost: ${target}\r\n\r\n`);
  const [head] = (await once(socket, "data")) as [Buffer];
  return { socket, status: head.toString().split("\r\n")[0] };
}

test("other hosts are led to as they are, unless a rule names them", async (t) => {
  const other = createHttps({ cert: certificate, key }, (_request, response) =>
    response.end("the other's own"),
  );
  other.listen(0, "127.0.0.1");
  await once(other, "listening");
  t.after(() => other.close());
  const target = `127.0.0.1:${(other.address() as AddressInfo).port}`;
  await using cloud = await cloudOf();
  const { socket, status } = await tunnel(cloud, target);
  assert.match(status ?? "", /^HTTP\/1.1 200/);
  const secure: TLSSocket = connectTls({ socket, ca: certificate, host: "127.0.0.1" });
  secure.write("GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
  let text = "";
  for await (const chunk of secure) text += chunk;
  assert.match(text, /the other's own$/);
  await cloud.faults.add({ point: "proxy:connect", effect: "refuse", match: { resource: target }, times: 1 });
  const refused = await tunnel(cloud, target);
  assert.match(refused.status ?? "", /^HTTP\/1.1 502/);
  const nowhere = await tunnel(cloud, "127.0.0.1:1");
  assert.match(nowhere.status ?? "", /^HTTP\/1.1 502/);
  for (const { socket } of [refused, nowhere]) socket.destroy();
});

const BOTO3 = `
import boto3
print(boto3.client("sqs", region_name="eu-west-1").create_queue(QueueName="by-proxy")["QueueUrl"])
s3 = boto3.client("s3", region_name="eu-west-1")
s3.create_bucket(Bucket="by-proxy", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
s3.put_object(Bucket="by-proxy", Key="k", Body=b"data")
print(s3.get_object(Bucket="by-proxy", Key="k")["Body"].read().decode())
`;

test("boto3 comes through the proxy unchanged, to AWS's own names", needs("boto3"), async () => {
  await using cloud = await cloudOf();
  const env = await environmentOf(cloud, "--proxy");
  assert.equal(env["AWS_ENDPOINT_URL"], undefined);
  const { stdout } = await run("python3", ["-c", BOTO3], { env });
  // By HTTP the next call would go past the proxy, to the real one.
  assert.match(stdout, /^https:\/\/sqs\.eu-west-1\.amazonaws\.com\/\d{12}\/by-proxy\ndata\n$/);
  assert.deepEqual(
    cloud.calls.all().map(({ service, operation, region }) => `${service}.${operation} ${region}`),
    ["sqs.CreateQueue", "s3.CreateBucket", "s3.PutObject", "s3.GetObject"].map((call) => `${call} eu-west-1`),
  );
  await cloud.faults.add({ effect: "error", params: { kind: "throttle" }, match: { service: "sqs" } });
  await assert.rejects(run("python3", ["-c", BOTO3], { env }), /Throttl|RequestThrottled/);
});

test("the AWS CLI comes through the proxy unchanged", needs("aws"), async () => {
  await using cloud = await cloudOf();
  const env = await environmentOf(cloud, "--proxy");
  await run("aws", ["dynamodb", "list-tables"], { env });
  assert.equal(cloud.calls.of("dynamodb", "ListTables").length, 1);
  await cloud.faults.add({ point: "tls:handshake", effect: "expired", match: { resource: "dynamodb.*" } });
  await assert.rejects(
    run("aws", ["dynamodb", "list-tables"], { env }),
    /certificate has expired|CERTIFICATE_VERIFY_FAILED/,
  );
});

const javaSource = new URL("../sdks/java", import.meta.url).pathname;

test(
  "Java comes through the proxy unchanged, with a trust store of its own",
  needs("mvn", "javac"),
  async () => {
    await using cloud = await cloudOf();
    const java = join(root, "java");
    cpSync(javaSource, java, { recursive: true });
    await run("mvn", ["-q", "-B", "dependency:copy-dependencies"], { cwd: java, timeout: 300_000 });
    const path = join(java, "target/dependency/*");
    await run("javac", ["-cp", path, "-d", java, join(java, "src/ByProxy.java")]);
    const env = await environmentOf(cloud, "--proxy", "--java");
    const { stdout } = await run("java", ["-cp", `${path}:${java}`, "ByProxy"], { env, timeout: 60_000 });
    assert.equal(stdout, "streams=[]\n");
    assert.equal(cloud.calls.of("kinesis", "ListStreams").length, 1);
  },
);

test("variables are read by the shell that they are printed for", async () => {
  const odd = { PLAIN: "http://127.0.0.1:4566", ODD: `it's "odd" $HOME \\ \`x\`` };
  const asked = `${formatVariables(odd, "bash")}\nprintf '%s\\n%s' "$PLAIN" "$ODD"`;
  const { stdout } = await run("sh", ["-c", asked]);
  assert.deepEqual(stdout.split("\n"), Object.values(odd));
  assert.deepEqual(JSON.parse(formatVariables(odd, "json")), odd);
  assert.equal(formatVariables({ A: "it's" }, "powershell"), "$Env:A = 'it''s'");
  assert.equal(formatVariables({ A: "it's \\" }, "fish"), "set -gx A 'it\\'s \\\\'");
  assert.equal(formatVariables({ A: 'a "b" $c' }, "dotenv"), 'A="a \\"b\\" \\$c"');
  assert.throws(
    () => formatVariables(odd, "tcsh"),
    /--shell is bash, zsh, fish, powershell, dotenv, json, not "tcsh"/,
  );
});
