import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { zipOf } from "../../src/services/lambda/functions.fixture.ts";
import { clientEnvironment, testCloud } from "../cloud.ts";
import { needs } from "../needs.ts";

test("the AWS CLI creates, invokes, throttles and deletes a function", needs("aws", "python3"), async (t) => {
  await using cloud = await testCloud();
  const folder = mkdtempSync(join(tmpdir(), "squall-cli-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const env = clientEnvironment(cloud);
  const aws = async (...args: string[]) => {
    const { stdout } = await promisify(execFile)("aws", ["lambda", ...args, "--output", "json"], { env });
    return (stdout ? JSON.parse(stdout) : undefined) as Record<string, unknown>;
  };
  const zip = join(folder, "f.zip");
  const out = join(folder, "out.json");
  const event = join(folder, "event.json");
  writeFileSync(event, '{"name":"you"}');
  writeFileSync(
    zip,
    await zipOf({ "app.py": "def handler(event, context):\n    return {'hello': event['name']}\n" }),
  );
  const created = await aws(
    ...["create-function", "--function-name", "cli", "--runtime", "python3.11", "--handler", "app.handler"],
    ...["--role", "arn:aws:iam::000000000000:role/r", "--zip-file", `fileb://${zip}`],
  );
  assert.equal(created["State"], "Pending");
  await promisify(execFile)("aws", ["lambda", "wait", "function-active-v2", "--function-name", "cli"], {
    env,
  });
  const invoke = ["invoke", "--function-name", "cli", "--payload", `fileb://${event}`, out];
  const invoked = await aws(...invoke, "--log-type", "Tail");
  assert.equal(invoked["StatusCode"], 200);
  assert.match(Buffer.from(String(invoked["LogResult"]), "base64").toString(), /^START RequestId/);
  assert.deepEqual(JSON.parse(readFileSync(out, "utf8")), { hello: "you" });
  await aws("put-function-concurrency", "--function-name", "cli", "--reserved-concurrent-executions", "0");
  await assert.rejects(aws(...invoke), /TooManyRequestsException.*Rate Exceeded/);
  await aws("delete-function", "--function-name", "cli");
  await assert.rejects(
    aws("get-function", "--function-name", "cli"),
    /ResourceNotFoundException.*Function not found/,
  );
});
