import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { send } from "../../src/services/apigateway/bed.fixture.ts";

const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

/** A `squall start` that is up, and what it has said so far. */
async function start(t: TestContext, args: readonly string[], environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, [main, "start", "--port", "0", ...args], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(async () => {
    const exited = once(child, "exit");
    child.kill();
    await exited;
  });
  let output = "";
  for await (const text of child.stdout.setEncoding("utf8").iterator({ destroyOnReturn: false })) {
    output += text;
    if (/^Ready\.$/m.test(output)) break;
  }
  child.stdout.resume();
  const port = Number(/listens on http:\/\/\S+:(\d+),/.exec(output)?.[1]);
  return { output, port, url: `http://127.0.0.1:${port}` };
}

const rules = (url: string, token?: string) =>
  promisify(execFile)(process.execPath, [main, "faults", "--url", url], {
    env: { ...process.env, ...(token && { SQUALL_ADMIN_TOKEN: token }) },
  });

test("an address that others reach is told as it is, and the squall command shows its token", async (t) => {
  const { output, url, port } = await start(
    t,
    ["--host", "0.0.0.0", "--host-name", "shared.test", "other.test"],
    {
      SQUALL_ADMIN_TOKEN: "s3cret",
    },
  );
  assert.match(output, /listens on http:\/\/0\.0\.0\.0:\d+,/);
  assert.match(output, /whoever reaches it may call every AWS service here/);
  assert.match(output, /wants a token: the one that was given/);
  assert.doesNotMatch(output, /s3cret/);
  assert.equal((await rules(url, "s3cret")).stdout, "There are no rules.\n");
  await assert.rejects(rules(url), /SQUALL_ADMIN_TOKEN/);
  for (const host of ["shared.test", "sqs.us-east-1.other.test"]) {
    assert.notEqual(
      (await send({ url, port } as never, { host, path: "/?Action=ListQueues" })).status,
      403,
      host,
    );
  }
});

test("a root key that is no key is refused at start", async () => {
  const started = promisify(execFile)(process.execPath, [main, "start", "--root-key", "AKIA"]);
  await assert.rejects(started, /--root-key wants <access key id>:<secret access key>\./);
});

test("with a root key of one's own none is made", async (t) => {
  const { output } = await start(t, ["--verify-signatures", "--root-key", "123456789012:secret"]);
  assert.doesNotMatch(output, /AWS_ACCESS_KEY_ID|secret/);
});
