import assert from "node:assert/strict";
import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { type TestContext, test } from "node:test";
import { Log } from "../core/log.ts";
import { InitHooks } from "../server/compat/init-hooks.ts";
import { CliError } from "./cli-error.ts";
import { readOptions, type StartFlags } from "./start-options.ts";

const upstreamsOf = (flags: StartFlags) => readOptions(flags, [], {}).upstreams;
const refused = (flags: StartFlags, message: RegExp) =>
  assert.throws(
    () => upstreamsOf(flags),
    (error) => error instanceof CliError && message.test(error.message),
  );

test("--upstream-ca and --upstream-timeout hold for every upstream", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "squall-ca-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const upstreamCa = join(folder, "ca.pem");
  const ca = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  writeFileSync(upstreamCa, ca);
  const upstream = ["s3=https://127.0.0.1:9000", "*=aws"];
  assert.deepEqual(upstreamsOf({ upstream, upstreamCa, upstreamTimeout: "30s", allowRealAws: true }), {
    s3: { url: "https://127.0.0.1:9000", ca, timeoutMs: 30_000, allowsRealAws: true },
    "*": { url: "aws", ca, timeoutMs: 30_000, allowsRealAws: true },
  });
  assert.deepEqual(upstreamsOf({ upstream: ["*=http://127.0.0.1:5000"] }), {
    "*": { url: "http://127.0.0.1:5000" },
  });
  writeFileSync(upstreamCa, "no certificate");
  refused({ upstreamCa }, /wants certificates in PEM/);
});

test("a file that is not there, and what is no duration, are refused", () => {
  refused(
    { upstreamCa: "/nowhere/ca.pem" },
    /certificates \/nowhere\/ca\.pem of --upstream-ca are not there/,
  );
  for (const upstreamTimeout of ["soon", "0"])
    refused({ upstreamTimeout }, /--upstream-timeout wants a duration/);
});

test("real AWS is no upstream unless that is said", () => {
  for (const url of ["aws", "https://sqs.eu-west-1.amazonaws.com", "https://{service}.{region}.api.aws"]) {
    refused({ upstream: [`sqs=${url}`] }, /is real AWS, .*--allow-real-aws/);
    assert.equal(upstreamsOf({ upstream: [`sqs=${url}`], allowRealAws: true })?.["sqs"]?.allowsRealAws, true);
  }
});

test("what an upstream's URL says beside a place, and a second place, are refused", () => {
  for (const url of [
    "http://app:secret@127.0.0.1",
    "https://key@127.0.0.1/x",
    "http://127.0.0.1/?x=1",
    "http://127.0.0.1/#x",
  ]) {
    const message = /^--upstream s3=… wants a URL of a scheme, a host, a port and a path: .* goes nowhere\.$/;
    refused({ upstream: [`s3=${url}`] }, message);
  }
  const [one, other] = ["http://127.0.0.1:1/prefix", "http://127.0.0.1:2"];
  refused(
    { upstream: [`*=${one}`, `*=${other}`] },
    /says twice where everything else goes: to .*:1\/prefix and to .*:2\.$/,
  );
  refused({ upstream: [`s3=${one}`, `s3=${one}`] }, /says twice where s3 goes/);
  assert.deepEqual(upstreamsOf({ upstream: [`*=${one}`, `s3=${other}`] }), {
    "*": { url: one },
    s3: { url: other },
  });
});

test("--record-bytes takes bytes with and without a unit", () => {
  const bytesOf = (recordBytes: string) => readOptions({ recordBytes }, [], {}).recordBytes;
  assert.equal(bytesOf("1000"), 1000);
  assert.equal(bytesOf("512KiB"), 512 * 1024);
  assert.equal(bytesOf("64M"), 64 * 1024 * 1024);
  refused({ recordBytes: "many" }, /--record-bytes wants a number of bytes/);
});

test("--body-bytes takes bytes as well", () => {
  assert.equal(readOptions({ bodyBytes: "64MiB" }, [], {}).mostBodyBytes, 64 * 1024 * 1024);
  refused({ bodyBytes: "many" }, /--body-bytes wants a number of bytes/);
});

/** A compose file's LocalStack with that environment, and what its hooks get of it. */
function hooksOf(
  t: TestContext,
  lines: readonly string[],
  volumes: readonly string[] = [],
  flags: StartFlags = {},
) {
  const folder = mkdtempSync(join(tmpdir(), "squall-compose-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const list = (of: readonly string[]) => of.map((line) => `      - "${line}"\n`).join("");
  const file = join(folder, "compose.yml");
  writeFileSync(
    file,
    `services:
  aws:
    image: localstack/localstack
    environment:
${list(["DEBUG=0", ...lines])}    volumes:
${list(["./data.json:/etc/localstack/init/ready.d/data.json", ...volumes])}`,
  );
  writeFileSync(join(folder, "data.json"), "{}");
  writeFileSync(join(folder, "make.sh"), "#!/bin/sh\n");
  const shell = {
    AWS_ACCESS_KEY_ID: "AKIAREAL",
    AWS_SECRET_ACCESS_KEY: "real",
    AWS_DEFAULT_REGION: "ap-south-1",
  };
  return readOptions({ compose: file, ...flags }, [], shell).init!;
}

test("hooks keep the region and the keys of their compose file, and never the shell's", (t) => {
  const of = (lines: string[], flags?: StartFlags) => {
    const { AWS_DEFAULT_REGION, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = hooksOf(
      t,
      lines,
      [],
      flags,
    ).environment();
    return [AWS_DEFAULT_REGION, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY];
  };
  const file = [
    "AWS_DEFAULT_REGION=eu-central-1",
    "AWS_ACCESS_KEY_ID=111122223333",
    "AWS_SECRET_ACCESS_KEY=s",
  ];
  assert.deepEqual(of(file), ["eu-central-1", "eu-central-1", "111122223333", "s"]);
  assert.deepEqual(of([]), [undefined, undefined, undefined, undefined]);
  const [region, , key] = of(file, { rootKey: ["AKIA1:secret"] });
  assert.deepEqual([region, key], ["eu-central-1", undefined], "a root key is the only one that is taken");
});

test("hooks install nothing on the machine unless they may", (t) => {
  const installs = (lines: string[]) => {
    const { PATH = "" } = hooksOf(t, lines).environment()!;
    const folder = PATH.split(delimiter)[0]!;
    const file = join(folder, "apt-get");
    return existsSync(file)
      ? spawnSync(file, ["install", "-y", "jq"], { encoding: "utf8" })
      : "the machine's own";
  };
  const { status, stderr } = installs([]) as SpawnSyncReturns<string>;
  assert.equal(status, 0, "what it would install may be there");
  assert.match(stderr, /^apt-get install -y jq is not run: .* SQUALL_HOOKS_INSTALL=1\.\n$/);
  assert.equal(installs(["SQUALL_HOOKS_INSTALL=1"]), "the machine's own");
});

test("a data file that is mounted into a stage's folder is no script", (t) => {
  const { folders } = hooksOf(t, [], ["./make.sh:/etc/localstack/init/ready.d/make.sh"]);
  const hooks = new InitHooks(folders!, new Log({ level: "ERROR", write: () => {}, nowMs: () => 0 }));
  const route = hooks.routes().find(({ path }) => path === "/_localstack/init")!;
  const answer = route.handle({} as never, {}) as { body: string };
  const { scripts } = JSON.parse(String(answer.body)) as { scripts: { name: string }[] };
  assert.deepEqual(
    scripts.map(({ name }) => name),
    ["make.sh"],
  );
});
