import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { needs } from "../needs.ts";

const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

function scratch(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "squall-drop-in-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function put(path: string, text: string, mode = 0o644): void {
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, mode);
}

/** A `squall start`, until its output shows what is waited for. */
async function squall(
  t: TestContext,
  args: string[],
  shows: RegExp,
  environment: Record<string, string> = {},
) {
  const child = spawn(process.execPath, [main, "start", ...args], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  t.after(async () => {
    child.kill();
    await exited;
  });
  let output = "";
  const shown = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        if (shows.test(output)) resolve();
      });
    }
  });
  await Promise.race([shown, exited]);
  assert.match(output, shows);
  return { output: () => output, exited, url: /listens on (http:\S+),/.exec(output)?.[1] ?? "" };
}

async function get(url: string): Promise<Record<string, unknown>> {
  const response = await fetch(url);
  return (await response.json()) as Record<string, unknown>;
}

test(
  "an existing compose file with an init script starts unchanged, without Docker",
  needs("aws", "python3"),
  async (t) => {
    const folder = scratch(t);
    put(
      join(folder, "docker-compose.yml"),
      `services:
  localstack:
    container_name: "\${LOCALSTACK_DOCKER_NAME:-localstack-main}"
    image: localstack/localstack-pro:3.0
    ports:
      - "127.0.0.1:4566:4566"
      - "127.0.0.1:4510-4559:4510-4559"
    environment:
      - DEBUG=\${DEBUG:-1}
      - LOCALSTACK_AUTH_TOKEN=\${LOCALSTACK_AUTH_TOKEN:?}
      - LAMBDA_DOCKER_NETWORK=host
    volumes:
      - "./init:/etc/localstack/init/ready.d"
      - "/var/run/docker.sock:/var/run/docker.sock"
`,
    );
    put(
      join(folder, "init/10-queue.sh"),
      "#!/bin/sh\nawslocal sqs create-queue --cli-input-json file:///etc/localstack/init/ready.d/queue.json\n",
      0o755,
    );
    put(join(folder, "init/20-more.py"), "import os\nprint('python sees', os.environ['AWS_ENDPOINT_URL'])\n");
    put(join(folder, "init/30-broken.sh"), "#!/bin/sh\nexit 3\n", 0o755);
    put(join(folder, "init/40-forgotten.sh"), "#!/bin/sh\ntrue\n");
    put(join(folder, "init/queue.json"), '{"QueueName":"from-compose"}');

    const running = await squall(
      t,
      ["--compose", join(folder, "docker-compose.yml"), "--port", "0"],
      /40-forgotten.sh: it is not executable/,
    );
    assert.match(running.output(), /^Ready\.$/m);
    assert.match(running.output(), /30-broken\.sh: it ended with exit code 3/);
    assert.match(running.output(), new RegExp(`python sees ${running.url}`));
    assert.match(running.output(), /"QueueUrl": "http:\/\/127\.0\.0\.1:\d+\/000000000000\/from-compose"/);

    const init = await get(`${running.url}/_localstack/init/ready`);
    assert.deepEqual(init, {
      completed: true,
      scripts: [
        { stage: "READY", name: "10-queue.sh", state: "SUCCESSFUL" },
        { stage: "READY", name: "20-more.py", state: "SUCCESSFUL" },
        { stage: "READY", name: "30-broken.sh", state: "ERROR" },
        { stage: "READY", name: "40-forgotten.sh", state: "ERROR" },
      ],
    });
    assert.equal((await fetch(`${running.url}/_localstack/init/nowhere`)).status, 404);
  },
);

test("LocalStack's pages answer", async (t) => {
  const { url } = await squall(t, ["--port", "0"], /^Ready\.$/m);
  const health = await get(`${url}/_localstack/health`);
  assert.equal((health["services"] as Record<string, string>)["sqs"], "available");
  assert.equal((await fetch(`${url}/_localstack/health`, { method: "HEAD" })).status, 200);
  assert.equal(typeof (await get(`${url}/_localstack/info`))["uptime"], "number");
  assert.equal((await fetch(`${url}/_localstack/state/reset`, { method: "POST" })).status, 200);
});

const mistakes: { name: string; args: (folder: string) => string[]; says: RegExp }[] = [
  {
    name: "a compose file that is not there",
    args: (f) => ["--compose", join(f, "no.yml")],
    says: /no\.yml cannot be read as a compose file/,
  },
  {
    name: "a compose file without LocalStack",
    args: (f) => {
      put(join(f, "c.yml"), "services:\n  db:\n    image: postgres\n");
      return ["--compose", join(f, "c.yml")];
    },
    says: /has no service with a localstack image/,
  },
  {
    name: "an init folder that is not there",
    args: (f) => ["--init", join(f, "no")],
    says: /The init folder .* is not there/,
  },
  { name: "an unknown option", args: () => ["--prot", "1"], says: /There is no option --prot/ },
  {
    name: "an unknown setting",
    args: () => ["--sqs-colour", "red"],
    says: /There is no setting --sqs-colour\. There is --sqs-/,
  },
  {
    name: "a setting's impossible value",
    args: () => ["--events-api-calls", "some"],
    says: /--events-api-calls wants one of off, management, all, not "some"/,
  },
  {
    name: "an impossible port",
    args: () => ["--port", "70000"],
    says: /--port wants a port from 0 to 65535/,
  },
  {
    name: "a broken rules file",
    args: (f) => {
      put(join(f, "rules.yaml"), "- effect: error\n  service: dynamodbb\n  error: throttle\n");
      return ["--faults", join(f, "rules.yaml")];
    },
    says: /rules\.yaml:2: There is no service "dynamodbb"\. Did you mean "dynamodb"\?/,
  },
];

for (const { name, args, says } of mistakes) {
  test(`${name} is answered with a sentence, not a stack`, async (t) => {
    const folder = scratch(t);
    const { output, exited } = await squall(t, ["--port", "0", ...args(folder)], says);
    assert.equal(await exited, 1);
    assert.doesNotMatch(output(), /\n\s+at /);
  });
}

test("a port that is taken is answered with what to do", async (t) => {
  const first = await squall(t, ["--port", "0"], /^Ready\.$/m);
  const port = new URL(first.url).port;
  const second = await squall(t, ["--port", port], /is taken/);
  assert.match(
    second.output(),
    new RegExp(
      `Port ${port} is taken\\. Stop what listens there \\(squall doctor says what it is\\), or choose another with --port\\.`,
    ),
  );
  assert.equal(await second.exited, 1);
});

test("DYNAMODB_ERROR_PROBABILITY strikes the very first call", async (t) => {
  const { url } = await squall(t, ["--port", "0"], /^Ready\.$/m, { DYNAMODB_ERROR_PROBABILITY: "1" });
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": "DynamoDB_20120810.GetItem",
      authorization:
        "AWS4-HMAC-SHA256 Credential=test/20261123/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
    },
    body: JSON.stringify({ TableName: "t", Key: { id: { S: "1" } } }),
  });
  assert.equal(response.status, 400);
  assert.match(await response.text(), /ProvisionedThroughputExceededException/);
});
