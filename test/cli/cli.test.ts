import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { CreateQueueCommand, ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Cloud } from "../../src/index.ts";
import { clientOptions, testCloud } from "../cloud.ts";

const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

interface Result {
  readonly code: number;
  readonly output: string;
}

function squall(cloud: Pick<Cloud, "url">, ...args: string[]): Promise<Result> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [main, ...args],
      // Squalls that run on this machine are nobody's business here.
      { env: { ...process.env, SQUALL_URL: cloud.url, SQUALL_RUN_DIR: join(tmpdir(), "squall-none-runs") } },
      (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === "number" ? error.code : 0, output: stdout + stderr });
      },
    );
  });
}

test("rules are added, listed and removed from the command line", async () => {
  await using cloud = await testCloud();
  const added = await squall(
    cloud,
    "faults",
    "add",
    "error",
    "--param",
    "kind=throttle",
    "--service",
    "sqs",
    "--times",
    "2",
  );
  assert.equal(added.code, 0, added.output);
  assert.match(added.output, /rule-1 .* error kind=throttle .* service=sqs/);
  await assert.rejects(new SQSClient(clientOptions(cloud)).send(new ListQueuesCommand({})), {
    name: "RequestThrottled",
  });
  const listed = await squall(cloud, "faults", "list", "--json");
  const [rule] = JSON.parse(listed.output) as { id: string; times: number; fired: number }[];
  assert.deepEqual([rule?.id, rule?.times, rule?.fired], ["rule-1", 2, 1]);
  assert.equal((await squall(cloud, "faults", "remove", "rule-1")).output, "Removed rule-1.\n");
  assert.equal((await squall(cloud, "faults")).output, "There are no rules.\n");
});

test("a rule on connections is added with an expression over what is connected to", async () => {
  await using cloud = await testCloud();
  const line =
    "faults add latency --point rds:connection --resource cluster:shop --param ms=200 --param direction=up";
  const added = await squall(cloud, ...line.split(" "), "--input", "Endpoint == 'reader'");
  assert.equal(added.code, 0, added.output);
  const [rule] = cloud.faults.list();
  assert.deepEqual(
    [rule?.point, rule?.match, rule?.params],
    [
      "rds:connection",
      { resource: "cluster:shop", input: "Endpoint == 'reader'" },
      { ms: 200, jitter: 0, direction: "up" },
    ],
  );
});

test("a rule that can never match is refused with the right name", async () => {
  await using cloud = await testCloud();
  const refused = await squall(cloud, "faults", "add", "latency", "--param", "ms=5", "--service", "dynamobd");
  assert.equal(refused.code, 1);
  assert.equal(refused.output, 'squall: There is no service "dynamobd". Did you mean "dynamodb"?\n');
});

test("calls are shown with their resource and the rule that struck, and the clock is moved", async () => {
  await using cloud = await testCloud();
  await cloud.faults.add({ effect: "error", params: { kind: "internal" }, match: { service: "sqs" } });
  await new SQSClient(clientOptions(cloud)).send(new ListQueuesCommand({})).catch(() => {});
  await new SQSClient(clientOptions(cloud))
    .send(new CreateQueueCommand({ QueueName: "jobs" }))
    .catch(() => {});
  const shown = await squall(cloud, "calls");
  assert.match(shown.output, /sqs\.CreateQueue => 500 \w+ on jobs {2}\d+ ms/);
  assert.match(shown.output, /sqs\.ListQueues => 500 \w+ .*\[error by rule-1\]/);
  const before = cloud.clock.now();
  assert.match((await squall(cloud, "clock", "advance", "PT1H")).output, /\(real time\)/);
  assert.ok(cloud.clock.now() - before >= 3_600_000);
});

test("state is saved to a file and loaded from it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "squall-cli-"));
  try {
    await using cloud = await testCloud();
    await cloud.call("sqs", "CreateQueue", { QueueName: "kept" });
    const file = join(folder, "state.zip");
    // Progress is told beside it where it takes more than a second.
    const saved = (await squall(cloud, "state", "save", file)).output;
    assert.equal(saved.replace(/^Saving.*…\n/m, ""), `Saved to ${file}.\n`);
    const again = (await squall(cloud, "state", "save", file)).output;
    assert.equal(again, `squall: ${file} is there already. --force replaces it.\n`);
    assert.equal((await squall(cloud, "reset")).output, "Emptied everything.\n");
    const loaded = (await squall(cloud, "state", "load", file)).output;
    assert.equal(loaded.replace(/^Loading.*…\n/m, ""), `Loaded ${file}.\n`);
    const { QueueUrls } = await cloud.call<{ QueueUrls: string[] }>("sqs", "ListQueues", {});
    assert.equal(QueueUrls.length, 1);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("without a squall there is a sentence that says what to do", async () => {
  const { code, output } = await squall({ url: "http://127.0.0.1:9" }, "faults");
  assert.equal(code, 1);
  assert.match(
    output,
    /^squall: No squall answers at http:\/\/127\.0\.0\.1:9 .* Start one with "squall start"/,
  );
});

test("a rules file that is not there is named", async () => {
  const { code, output } = await squall({ url: "" }, "start", "--port", "0", "--faults", "none.yaml");
  assert.deepEqual([code, output], [1, "squall: The rules file none.yaml is not there.\n"]);
});

test("the demo plays the tutorial to its end", async () => {
  const { code, output } = await squall({ url: "" }, "demo", "--port", "0");
  assert.equal(code, 0, output);
  assert.match(output, /A DynamoDB error occurred\. Message sent to queue\./);
  assert.match(output, /Scan finds prod-1003 prod-2004/);
  assert.match(output, /Done in \d/);
});

test("the least policy of a role is reported, when it is noted", async () => {
  await using off = await testCloud();
  const refused = await squall(off, "iam", "report");
  assert.equal(refused.code, 1);
  assert.match(refused.output, /Nothing is noted: start squall with --iam audit or --iam enforce\./);

  await using cloud = await testCloud({ iam: "audit" });
  const role = "arn:aws:iam::000000000000:role/nobody";
  await cloud.call("sqs", "ListQueues", {}, { as: role });
  const { code, output } = await squall(cloud, "iam", "report");
  assert.equal(code, 0, output);
  assert.match(output, /^arn:aws:iam::000000000000:role\/nobody \(nobody made it\)\n {2}needs:/);
  assert.match(output, /1 × sqs:ListQueues on \* \(sqs\.ListQueues\)/);
  const { principals } = JSON.parse((await squall(cloud, "iam", "report", "--json")).output);
  assert.deepEqual(principals[0].needs, {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: ["sqs:ListQueues"], Resource: ["*"] }],
  });
});
