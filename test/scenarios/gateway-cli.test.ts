import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { testCloud } from "../cloud.ts";

const run = promisify(execFile);
const cli = new URL("../../src/cli/main.ts", import.meta.url).pathname;
const REAL = { accessKeyId: "AKIAREALREALREALREAL", secretAccessKey: "the real secret" };

/** What a person's machine has of AWS: a profile, and nothing in the environment. */
function home() {
  const folder = mkdtempSync(join(tmpdir(), "squall-home-"));
  mkdirSync(join(folder, ".aws"));
  const keys = `aws_access_key_id = ${REAL.accessKeyId}\naws_secret_access_key = ${REAL.secretAccessKey}\n`;
  writeFileSync(join(folder, ".aws", "credentials"), `[staging]\n${keys}`);
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

const environmentIn = (folder: string) => ({
  PATH: process.env["PATH"] ?? "",
  HOME: folder,
  AWS_EC2_METADATA_DISABLED: "true",
});

/** `squall gateway` as a process, when it is ready. */
async function start(folder: string, ...args: string[]) {
  const child = spawn(process.execPath, [cli, "gateway", "--port", "0", ...args], {
    env: environmentIn(folder),
  });
  let said = "";
  for await (const chunk of child.stdout) {
    said += chunk;
    if (said.includes("Ready.")) break;
  }
  const url = /listens on (http:\S+?),/.exec(said)?.[1];
  assert.ok(url, said);
  return {
    url,
    async end() {
      child.kill("SIGTERM");
      const [code] = await once(child, "exit");
      return code as number;
    },
    [Symbol.dispose]: () => void child.kill("SIGKILL"),
  };
}

test("squall gateway signs with a profile of this machine, and stops everything at a word", async () => {
  using machine = home();
  await using aws = await testCloud({ verifySignatures: true, rootKeys: [REAL] });
  using gateway = await start(
    machine.folder,
    ...[
      "--to",
      `http://{service}.{region}.localhost:${aws.port}`,
      "--profile",
      "staging",
      "--max-faults",
      "5",
    ],
  );
  const credentials = { accessKeyId: "AKIACLIENTCLIENTCLIE", secretAccessKey: "the client's own" };
  const sqs = new SQSClient({ endpoint: gateway.url, region: "eu-west-1", credentials, maxAttempts: 1 });
  await sqs.send(new ListQueuesCommand());
  assert.equal(aws.calls.of("sqs").at(-1)?.accessKeyId, REAL.accessKeyId);

  const squall = async (...args: string[]) =>
    (
      await run(process.execPath, [cli, ...args, "--url", gateway.url], {
        env: environmentIn(machine.folder),
      })
    ).stdout;
  await squall("faults", "add", "error", "--param", "kind=throttle", "--service", "sqs");
  await assert.rejects(sqs.send(new ListQueuesCommand()), { name: "RequestThrottled" });
  assert.match(await squall("stop-all", "too much"), /^Nothing fails any more: 1 rule is gone/);
  await sqs.send(new ListQueuesCommand());
  await assert.rejects(squall("faults", "add", "reset"), /All faults are stopped \(too much\)/);
  assert.match(await squall("stop-all", "--release"), /may begin again/);
  await squall("faults", "add", "reset");
  assert.equal(await gateway.end(), 0);
});

test("squall gateway does not begin in front of real AWS that was not allowed, nor without credentials", async () => {
  using machine = home();
  const refused = async (...args: string[]) => {
    const begun = run(process.execPath, [cli, "gateway", "--port", "0", ...args], {
      env: environmentIn(machine.folder),
    });
    return await begun.then(
      () => "it began",
      ({ stderr }: { stderr: string }) => stderr,
    );
  };
  assert.match(await refused("--to", "aws"), /^squall: .* is real AWS.*--allow-real-aws/);
  assert.match(
    await refused("--to", "sqs=https://sqs.eu-west-1.amazonaws.com", "--to", "http://127.0.0.1:1"),
    /real AWS/,
  );
  // Nobody is asked: the profile is not there.
  assert.match(
    await refused("--to", "aws", "--allow-real-aws", "--profile", "nobody"),
    /^squall: AWS does not say who calls: Could not load credentials/,
  );
});
