import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CreateQueueCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { jsonLine } from "../../src/cli/json-log.ts";
import { Bus, type EndedCall } from "../../src/core/bus.ts";
import type { Cloud, LogLine } from "../../src/index.ts";
import { CallMetrics } from "../../src/server/metrics/call-metrics.ts";
import { exposition } from "../../src/server/metrics/exposition.ts";
import { clientOptions, testCloud } from "../cloud.ts";

/** Prometheus' samples by name and labels: `squall_rules` → 0. */
async function metrics(cloud: Cloud): Promise<Map<string, number>> {
  const answer = await fetch(`${cloud.url}/_squall/metrics`);
  assert.match(answer.headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
  const samples = new Map<string, number>();
  for (const line of (await answer.text()).trimEnd().split("\n")) {
    if (line.startsWith("# ")) continue;
    const [, name, value] =
      /^([a-z_]+(?:\{[a-z]+="(?:[^"\\\n]|\\.)*"(?:,[a-z]+="(?:[^"\\\n]|\\.)*")*\})?) (\S+)$/.exec(line) ?? [];
    assert.ok(name !== undefined, `not as Prometheus has it: ${line}`);
    samples.set(name, Number(value));
  }
  return samples;
}

test("Prometheus sees calls by how they ended and by rule, added latency, and how deep queues are", async () => {
  await using cloud = await testCloud();
  const sqs = new SQSClient(clientOptions(cloud, "111122223333"));
  await metrics(cloud);
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "jobs" }));
  for (const MessageBody of ["a", "b"]) await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  const match = { service: "sqs", operation: "ListQueues" };
  await cloud.faults.add({ id: "refused", effect: "error", params: { kind: "throttle" }, match, times: 1 });
  await cloud.faults.add({ id: "late", effect: "latency", params: { ms: 50 }, match, times: 1, skip: 1 });
  await assert.rejects(sqs.send(new ListQueuesCommand()));
  await sqs.send(new ListQueuesCommand());
  await sqs.send(new ListQueuesCommand());
  const seen = await metrics(cloud);
  const calls = (operation: string, outcome: string, rule: string) =>
    seen.get(
      `squall_calls_total{service="sqs",operation="${operation}",outcome="${outcome}",rule="${rule}"}`,
    );
  assert.equal(calls("SendMessage", "ok", ""), 2);
  assert.equal(calls("ListQueues", "client-error", "refused"), 1);
  assert.equal(calls("ListQueues", "ok", "late"), 1);
  assert.equal(calls("ListQueues", "ok", ""), 1);
  const late = `{rule="late",effect="latency",point="api",owner="user"}`;
  assert.equal(seen.get(`squall_faults_total${late}`), 1);
  const addedSeconds = seen.get('squall_fault_latency_seconds_total{rule="late"}')!;
  assert.ok(addedSeconds >= 0.045 && addedSeconds < 5, String(addedSeconds));
  assert.equal(seen.get('squall_call_duration_seconds_count{service="sqs",operation="ListQueues"}'), 3);
  assert.equal(seen.get('squall_queue_messages{queue="jobs",account="111122223333",region="us-east-1"}'), 2);
  assert.equal(seen.get("squall_rules"), 2);
});

test("names from outside cannot make series without end, nor lines of their own", () => {
  const bus = new Bus();
  const counted = new CallMetrics(bus);
  for (let i = 0; i < 6000; i++) {
    const operation = `Odd"${i}\\\n`;
    bus.publish("call.ended", {
      service: "s3",
      operation,
      status: 200,
      durationMs: 1,
      decisions: [],
    } as unknown as EndedCall);
  }
  const lines = exposition(counted.families()).trimEnd().split("\n");
  const calls = lines.filter((line) => line.startsWith("squall_calls_total{"));
  assert.equal(calls.length, 5001);
  assert.equal(
    calls[0],
    'squall_calls_total{service="s3",operation="Odd\\"0\\\\\\n",outcome="ok",rule=""} 1',
  );
  assert.equal(
    calls.at(-1),
    'squall_calls_total{service="other",operation="other",outcome="other",rule="other"} 1000',
  );
});

test("a log for programs has one object a line, with whom and what a call was about", async () => {
  const lines: LogLine[] = [];
  await using cloud = await testCloud({ log: (line) => lines.push(line) });
  await new SQSClient(clientOptions(cloud, "111122223333")).send(
    new CreateQueueCommand({ QueueName: "jobs" }),
  );
  const said = lines.filter(({ about }) => about).map((line) => JSON.parse(jsonLine(line)));
  assert.equal(said.length, 1);
  const { time, level, message, call } = said[0];
  assert.match(time, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  assert.deepEqual([level, message], ["INFO", "AWS sqs.CreateQueue => 200 on jobs by 111122223333:root"]);
  const { service, operation, status, callerArn, site } = call;
  assert.deepEqual(
    { service, operation, status, callerArn },
    { service: "sqs", operation: "CreateQueue", status: 200, callerArn: "arn:aws:iam::111122223333:root" },
  );
  assert.match(site, /sqs\.CreateQueue@jobs/);
  assert.equal(call.input, undefined);
});

test("a long poll that found nothing is not logged, one that was asked for is", async () => {
  const lines: string[] = [];
  await using cloud = await testCloud({ log: ({ message }) => lines.push(message) });
  const sqs = new SQSClient(clientOptions(cloud));
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "jobs" }));
  await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }));
  assert.equal(lines.filter((line) => line.includes("ReceiveMessage")).length, 1);
  assert.equal(cloud.calls.of("sqs", "ReceiveMessage").length, 2, "both are remembered");
});

test("it is ready when its init hooks have run", async () => {
  await using cloud = await testCloud({ adminToken: "secret" });
  await cloud.ready;
  const answer = await fetch(`${cloud.url}/_squall/ready`);
  assert.deepEqual([answer.status, await answer.json()], [200, { status: "ready" }]);
  assert.equal(
    (await fetch(`${cloud.url}/_squall/metrics`)).status,
    401,
    "what is counted is not for everybody",
  );
});
