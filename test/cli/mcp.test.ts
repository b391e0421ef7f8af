import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import type { Cloud } from "../../src/index.ts";
import { clientOptions, testCloud } from "../cloud.ts";
import { main } from "./squall-command.ts";

/** A coding agent that has started `squall mcp`, by the protocol's own client. */
async function agent(t: TestContext, cloud: Pick<Cloud, "url">, ...flags: string[]) {
  const folder = mkdtempSync(join(tmpdir(), "squall-mcp-"));
  const client = new Client({ name: "test", version: "1" });
  const { NODE_TEST_CONTEXT: _, ...environment } = process.env as Record<string, string>;
  t.after(async () => {
    await client.close();
    rmSync(folder, { recursive: true });
  });
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: ["--conditions=squall-source", main, "mcp", "--url", cloud.url, ...flags],
      cwd: folder,
      env: environment,
      stderr: "inherit",
    }),
  );
  const told: string[] = [];
  const ask = async (name: string, given: Record<string, unknown> = {}) => {
    const answer = await client.callTool({ name, arguments: given }, undefined, {
      timeout: 300_000,
      onprogress: ({ message }) => void told.push(message ?? ""),
    });
    const [{ text }] = answer.content as [{ text: string }];
    return answer.isError ? { error: text } : JSON.parse(text);
  };
  return { client, ask, told, folder };
}

test("an agent sees what a program called, what struck it, and what there is", async (t) => {
  await using cloud = await testCloud();
  const { QueueUrl } = await cloud.call<{ QueueUrl: string }>("sqs", "CreateQueue", { QueueName: "jobs" });
  await cloud.faults.add({
    effect: "error",
    params: { kind: "throttle" },
    match: { operation: "SendMessage" },
    times: 1,
  });
  const client = new SQSClient({ ...clientOptions(cloud), maxAttempts: 2 });
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "hello" }));
  const { ask, client: mcp } = await agent(t, cloud);
  assert.match(mcp.getInstructions() ?? "", /This is read-only/);

  const { calls } = await ask("list_calls", { service: "sqs", operation: "SendMessage" });
  assert.deepEqual(
    calls.map((call: { status: number; fired?: object[] }) => [call.status, call.fired]),
    [
      [400, [{ ruleId: "rule-1", effect: "error" }]],
      [200, undefined],
    ],
  );
  const failed = await ask("list_calls", { failed: true, limit: 5 });
  assert.deepEqual(
    failed.calls.map(({ id }: { id: string }) => id),
    [calls[0].id],
  );
  assert.equal((await ask("show_call", { id: calls[0].id })).input.MessageBody, "hello");
  assert.deepEqual(
    (await ask("list_faults")).rules.map(({ fired }: { fired: number }) => fired),
    [1],
  );
  const resources = await ask("list_resources", { service: "sqs" });
  assert.deepEqual(
    resources.map(({ arn }: { arn: string }) => arn),
    ["arn:aws:sqs:us-east-1:000000000000:jobs"],
  );
  const [queue] = await ask("show_contents", { service: "sqs", arn: "jobs" });
  assert.match(queue.contents[0].text, /hello/);
  assert.equal((await ask("retries")).attempts, 2);
  assert.ok(Array.isArray(await ask("check")));
  assert.ok((await ask("status")).calls >= 3);
  assert.deepEqual((await ask("list_experiments")).experiments, []);
  assert.ok((await ask("list_effects")).length > 10);
  assert.equal((await ask("list_effects", { name: "latency" })).parameters.ms.unit, "ms");
  assert.ok((await ask("list_services", { name: "sqs" })).implemented.includes("SendMessage"));
  assert.deepEqual(await ask("list_findings"), []);
});

test("without leave an agent can change nothing, and is told what leave is", async (t) => {
  await using cloud = await testCloud();
  const { client, ask } = await agent(t, cloud);
  const { tools } = await client.listTools();
  assert.ok(tools.length >= 12);
  for (const { name, annotations } of tools) assert.equal(annotations?.readOnlyHint, true, name);
  for (const name of ["add_fault", "call_aws", "explore", "reset"])
    assert.deepEqual(await ask(name), {
      error: `${name} changes things, and this squall mcp is read-only: start it with --allow-writes.`,
    });
  assert.deepEqual(await ask("list_cals"), {
    error: 'There is no tool "list_cals". Did you mean "list_calls"?',
  });
  assert.match(
    (await ask("list_calls", { servce: "sqs" })).error,
    /^list_calls: it must NOT have additional properties .*servce/,
  );
  for (const tool of ["list_calls", "list_resources"])
    assert.deepEqual(await ask(tool, { service: "dynamo" }), {
      error: `${tool}: There is no service "dynamo". Did you mean "dynamodb"?`,
    });
  assert.match((await ask("show_call", { id: "none" })).error, /^No call none is remembered\./);
});

test("with leave it breaks things and mends them", async (t) => {
  await using cloud = await testCloud();
  const { ask, client } = await agent(t, cloud, "--allow-writes");
  const { tools } = await client.listTools();
  assert.equal(tools.find(({ name }) => name === "add_fault")?.annotations?.destructiveHint, true);
  const rule = await ask("add_fault", { rule: { service: "sqs", error: "throttle" } });
  assert.match(
    (await ask("call_aws", { service: "sqs", operation: "ListQueues" })).error,
    /^RequestThrottled/,
  );
  assert.match(
    (await ask("add_fault", { rule: { service: "sqss", error: "throttle" } })).error,
    /Did you mean "sqs"\?/,
  );
  assert.equal((await ask("remove_fault", { id: rule.id })).id, rule.id);
  await ask("call_aws", { service: "sqs", operation: "CreateQueue", input: { QueueName: "jobs" } });
  assert.equal((await ask("list_resources")).length, 1);
  const before = cloud.clock.now();
  await ask("advance_clock", { by: "PT1H" });
  assert.ok(cloud.clock.now() - before >= 3_600_000);
  await ask("reset");
  assert.deepEqual(await ask("list_resources"), []);
});

test("it explores a command, tells how far it is, and has the findings", async (t) => {
  await using cloud = await testCloud();
  const { ask, told, folder } = await agent(t, cloud, "--allow-writes");
  // It swallows what it meets: what it was to do is not done, and nobody hears of it.
  writeFileSync(
    join(folder, "program.mjs"),
    `const call = (action, more = "") => fetch(process.env.AWS_ENDPOINT_URL + "/?Version=2012-11-05&Action=" + action + more).catch(() => {});
     await call("CreateQueue", "&QueueName=jobs");
     await call("SendMessage", "&MessageBody=hello&QueueUrl=" + process.env.AWS_ENDPOINT_URL + "/000000000000/jobs");`,
  );
  const { exitCode, output } = await ask("explore", {
    command: [process.execPath, "program.mjs"],
    budget: "2m",
  });
  assert.equal(exitCode, 1, output);
  assert.ok(told.length > 0 && told.every((line) => output.includes(line)));
  const findings = await ask("list_findings");
  assert.ok(findings.length > 0);
  const one = await ask("list_findings", { id: findings[0].id });
  assert.deepEqual([one.title, one.rules.length > 0], [findings[0].title, true]);
});

test("where no squall runs, an agent is told so", async (t) => {
  const { ask } = await agent(t, { url: "http://127.0.0.1:9" });
  assert.match((await ask("list_faults")).error, /^No squall answers at http:\/\/127\.0\.0\.1:9/);
});
