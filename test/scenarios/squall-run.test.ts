import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { SQS } from "@aws-sdk/client-sqs";
import { startSquall } from "../../src/testing.ts";
import { until } from "../until.ts";

const CLI = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "squall-run-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const ask = (target: string, input: object) =>
  `await fetch(process.env.AWS_ENDPOINT_URL, { method: "POST", body: ${JSON.stringify(JSON.stringify(input))}, headers: {
    "x-amz-target": "AmazonSQS.${target}", "content-type": "application/x-amz-json-1.0",
    authorization: "AWS4-HMAC-SHA256 Credential=" + process.env.AWS_ACCESS_KEY_ID + "/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0" } })`;

const file = (name: string, text: string): string => {
  const path = join(folder, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, text);
  return path;
};

/** Lists the queues, ends with 7 when that fails, and says what there is. */
const LISTS = file(
  "lists.mjs",
  `const answer = ${ask("ListQueues", {})};
console.log("queues:", await answer.text());
process.exit(answer.ok ? 0 : 7);`,
);
/** Its own exit code, whatever happens. */
const ends = (code: number) => ["-e", `process.exit(${code})`];

function begin(...args: string[]) {
  const child = spawn(process.execPath, ["--conditions=squall-source", CLI, "run", ...args], { cwd: folder });
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk) => {
    out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    err += chunk;
  });
  return { child, ended: once(child, "close"), said: () => ({ out, err }) };
}

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const { ended, said } = begin(...args);
  const [code] = await ended;
  return { code, ...said() };
}

const command = (...args: string[]) => ["--", process.execPath, ...args];

test("a command finds a cloud by its variables, and its exit code is told on", async () => {
  const good = await run(...command(LISTS));
  assert.equal(good.code, 0, good.err);
  assert.match(good.out, /queues: \{\}/);
  assert.match(good.err, /squall: passed: 1 call, 0 struck, 0 tried again, 0 failed for good\. Seed \w+\./);
  const bad = await run("--seed", "mine", ...command(...ends(3)));
  assert.equal(bad.code, 3);
  assert.match(bad.err, /failed \(exit 3\): 0 calls.*Seed mine\./);
});

test("--faults strike, and --junit keeps the verdict", async () => {
  const faults = file(
    "storm.yaml",
    "rules: [{ match: { service: sqs }, effect: error, params: { kind: unavailable } }]",
  );
  const { code, err } = await run("--faults", faults, "--junit", "out/verdict.xml", ...command(LISTS));
  assert.equal(code, 7, err);
  assert.match(err, /1 call, 1 struck, 0 tried again, 1 failed for good/);
  const xml = readFileSync(join(folder, "out/verdict.xml"), "utf8");
  assert.match(xml, /<testsuite name="squall run" tests="1" failures="1"/);
  assert.match(xml, /<failure message="exit 7"/);
});

test("--experiment runs meanwhile, and one that cannot run fails the run", async () => {
  const template = (action: string, parameters: object) =>
    file(
      `${action}.json`,
      JSON.stringify({
        description: "an outage",
        roleArn: "arn:aws:iam::000000000000:role/fis",
        stopConditions: [{ source: "none" }],
        targets: {},
        actions: { wait: { actionId: "aws:fis:wait", parameters } },
      }),
    );
  const good = await run(
    ...["--experiment", template("waits", { duration: "PT1M" }), "--junit", "fis.xml"],
    ...command(LISTS),
  );
  assert.equal(good.code, 0, good.err);
  assert.match(readFileSync(join(folder, "fis.xml"), "utf8"), /tests="2" failures="0"/);
  const bad = await run("--experiment", template("soon", { duration: "soon" }), ...command(LISTS));
  assert.equal(bad.code, 1);
  assert.match(bad.err, /duration/);
});

test("--state begins with what was saved", async () => {
  await using cloud = await startSquall();
  await new SQS(cloud.client()).createQueue({ QueueName: "kept" });
  const saved = await fetch(`${cloud.url}/_squall/state`);
  writeFileSync(join(folder, "state.zip"), new Uint8Array(await saved.arrayBuffer()));
  const { code, out, err } = await run("--state", "state.zip", ...command(LISTS));
  assert.equal(code, 0, err);
  assert.match(out, /\/kept"/);
});

test("--init hooks and a --compose file's are run before the command", async () => {
  const hook = "init/ready.d/queues.mjs";
  file(hook, ask("CreateQueue", { QueueName: "hooked" }));
  const shell = file(
    "init/ready.d/make.sh",
    `#!/bin/sh\n"${process.execPath}" "$(dirname "$0")/queues.mjs"\n`,
  );
  chmodSync(shell, 0o755);
  // Only the script is a hook.
  file("init/lib/queues.mjs", readFileSync(join(folder, hook), "utf8"));
  rmSync(join(folder, hook));
  writeFileSync(shell, `#!/bin/sh\n"${process.execPath}" "$(dirname "$0")/../lib/queues.mjs"\n`);
  const hooked = await run("--init", "init", ...command(LISTS));
  assert.equal(hooked.code, 0, hooked.err);
  assert.match(hooked.out, /\/hooked"/);
  file(
    "compose.yaml",
    `services:
  localstack:
    image: localstack/localstack
    volumes: ["./init/ready.d:/etc/localstack/init/ready.d", "./init/lib:/etc/localstack/init/lib"]
`,
  );
  const composed = await run("--compose", "compose.yaml", ...command(LISTS));
  assert.equal(composed.code, 0, composed.err);
  assert.match(composed.out, /\/hooked"/);
});

test("--keep leaves the cloud there until Ctrl-C, and then tells the command's exit code", async () => {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    const { child, ended, said } = begin("--keep", ...command(...ends(3)));
    const [, url] = await until(
      () => /The cloud is kept at (\S+)/.exec(said().err) ?? [],
      ({ length }) => length > 0,
    );
    assert.equal((await fetch(`${url}/_squall/health`)).status, 200);
    child.kill(signal);
    assert.deepEqual(await ended, [3, null]);
    await assert.rejects(fetch(`${url}/_squall/health`));
  }
});

test("what is wrong is said in one line, and nothing runs", async () => {
  const cases: [string[], RegExp][] = [
    [["--faults", "none.yaml", ...command(LISTS)], /none\.yaml/],
    [
      ["--faults", file("wrong.yaml", "rules: [{ efect: error }]"), ...command(LISTS)],
      /wrong\.yaml:1: A rule has no field "efect"\. Did you mean "effect"\?/,
    ],
    [["--state", "none.zip", ...command(LISTS)], /none\.zip/],
    [["--experiment", "none.json", ...command(LISTS)], /none\.json/],
    [["--init", "nowhere", ...command(LISTS)], /nowhere/],
    [["--compose", "nowhere.yaml", ...command(LISTS)], /nowhere\.yaml/],
    [["--junit", "/dev/null/x.xml", ...command(LISTS)], /\/dev\/null\/x\.xml cannot be written/],
    [["--", "no-such-program"], /no-such-program cannot be run \(ENOENT\)/],
  ];
  for (const [args, said] of cases) {
    const { code, out, err } = await run(...args);
    assert.equal(code, 1, `${args.join(" ")}: ${err}`);
    assert.match(err, said);
    assert.doesNotMatch(err, /\n\s+at /);
    assert.equal(out, "");
  }
});
