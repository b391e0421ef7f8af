import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import type { Cloud } from "../../src/index.ts";
import { testCloud } from "../cloud.ts";

/** What the dashboard asks of the HTTP API, without a browser. */
suite("what the dashboard asks", { timeout: 120_000 }, () => {
  let cloud: Cloud;
  before(async () => {
    cloud = await testCloud();
  });
  after(() => cloud.stop());

  const ask = async (body: object) => {
    const response = await fetch(`${cloud.url}/_squall/call`, { method: "POST", body: JSON.stringify(body) });
    return { status: response.status, body: (await response.json()) as Record<string, never> };
  };

  test("an operation is called in another account and region", async () => {
    const where = { account: "111122223333", region: "eu-west-1" };
    const { body } = await ask({
      service: "sqs",
      operation: "CreateQueue",
      input: { QueueName: "far" },
      ...where,
    });
    const QueueUrl = body["QueueUrl"];
    const far = await ask({
      service: "sqs",
      operation: "GetQueueAttributes",
      input: { QueueUrl, AttributeNames: ["QueueArn"] },
      ...where,
    });
    assert.deepEqual(far.body["Attributes"], { QueueArn: "arn:aws:sqs:eu-west-1:111122223333:far" });
    const here = await ask({ service: "sqs", operation: "ListQueues" });
    assert.deepEqual(here.body["QueueUrls"] ?? [], []);
    const wrong = await ask({ service: "sqs", operation: "ListQueues", region: 5 });
    assert.deepEqual([wrong.status, wrong.body["message"]], [400, "region is a text."]);
  });

  test("bytes go and come as base64, a large body is cut and says so", async () => {
    await ask({ service: "s3", operation: "CreateBucket", input: { Bucket: "bytes" } });
    const bytes = Buffer.from([0, 255, 10, 13]);
    for (const [Key, Body] of [
      ["few", bytes],
      ["many", Buffer.alloc(1024 * 1024 + 1, 7)],
    ] as const)
      await ask({
        service: "s3",
        operation: "PutObject",
        input: { Bucket: "bytes", Key, Body: { $base64: Body.toString("base64") } },
      });
    const few = await ask({ service: "s3", operation: "GetObject", input: { Bucket: "bytes", Key: "few" } });
    assert.deepEqual(few.body["Body"], { $base64: bytes.toString("base64") });
    const many = await ask({
      service: "s3",
      operation: "GetObject",
      input: { Bucket: "bytes", Key: "many" },
    });
    const { $base64, $cut } = many.body["Body"] as unknown as { $base64: string; $cut: boolean };
    assert.equal(Buffer.from($base64, "base64").length, 1024 * 1024);
    assert.equal($cut, true);
  });

  test("a time stands as a date", async () => {
    const now = cloud.clock.now();
    const { status, body } = await ask({
      service: "cloudwatch",
      operation: "GetMetricStatistics",
      input: {
        Namespace: "app",
        MetricName: "orders",
        Statistics: ["Sum"],
        Period: 60,
        StartTime: { $date: new Date(now - 3_600_000).toISOString() },
        EndTime: { $date: new Date(now).toISOString() },
      },
    });
    assert.equal(status, 200, JSON.stringify(body));
  });

  test("a call that only looks is struck by no rule, and counted by none; others are", async () => {
    const { id } = await cloud.faults.add({
      match: { service: "sns" },
      effect: "error",
      params: { kind: "internal" },
    });
    const looked = await ask({ service: "sns", operation: "ListTopics", aside: true });
    assert.equal(looked.status, 200);
    assert.deepEqual(cloud.faults.counts(id), { matched: 0, fired: 0 });
    const called = await ask({ service: "sns", operation: "ListTopics" });
    assert.equal(called.status, 500);
    assert.deepEqual(cloud.faults.counts(id), { matched: 1, fired: 1 });
    cloud.faults.remove(id);
  });

  test("no client can say that it only looks", async () => {
    const { id } = await cloud.faults.add({
      match: { service: "sqs" },
      effect: "error",
      params: { kind: "internal" },
    });
    const response = await fetch(cloud.url, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": "AmazonSQS.ListQueues",
        baggage: `squall-scope=${encodeURIComponent("<looking on>")}`,
      },
      body: "{}",
    });
    await response.arrayBuffer();
    assert.equal(response.status, 500);
    assert.equal(cloud.faults.counts(id)?.fired, 1);
    cloud.faults.remove(id);
  });

  test("answers are told to who asks for them, without secrets, and to nobody else", async () => {
    const said = await eventsOf("?answers=true", async () => {
      await cloud.call("secretsmanager", "CreateSecret", { Name: "door", SecretString: "open-sesame" });
      await cloud.call("secretsmanager", "GetSecretValue", { SecretId: "door" });
      await cloud.call("ssm", "PutParameter", { Name: "door", Value: "open-sesame", Type: "SecureString" });
      await cloud.call("ssm", "GetParameter", { Name: "door", WithDecryption: true });
      await cloud.call("ssm", "GetParameter", { Name: "nowhere" }).catch(() => {});
    });
    assert.match(said, /event: call\.answer\n/);
    assert.match(said, /"error":\{"code":"ParameterNotFound"/);
    assert.match(said, /"Name":"door"/);
    assert.doesNotMatch(said, /open-sesame/);
    const others = await eventsOf("", () => cloud.call("ssm", "GetParameter", { Name: "door" }));
    assert.doesNotMatch(others, /call\.answer/);
  });

  test("the rules' schema is there for editors", async () => {
    const response = await fetch(`${cloud.url}/_squall/schemas/rules`);
    assert.equal(response.headers.get("content-type"), "application/schema+json");
    const { definitions } = (await response.json()) as { definitions: object };
    assert.ok("rule" in definitions && "match" in definitions);
  });

  /** What the event stream says while something is done, up to a last call of its own. */
  async function eventsOf(query: string, work: () => Promise<unknown>): Promise<string> {
    const leave = new AbortController();
    const response = await fetch(`${cloud.url}/_squall/events${query}`, { signal: leave.signal });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    const readUntil = async (end: string) => {
      while (!text.includes(end)) {
        const { done, value } = await reader.read();
        if (done) throw new Error(`The stream ended: ${text}`);
        text += value;
      }
    };
    await readUntil(": connected");
    await work();
    await cloud.call("sqs", "ListQueues", { QueueNamePrefix: "the-end" });
    await readUntil("the-end");
    leave.abort();
    await reader.cancel().catch(() => {});
    return text;
  }
});
