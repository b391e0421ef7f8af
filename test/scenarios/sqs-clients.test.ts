import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { clientEnvironment, newAccount, testCloud } from "../cloud.ts";
import { needs } from "../needs.ts";

const run = promisify(execFile);

test("boto3 does everything that SQS offers, and checks the digests", needs("boto3"), async () => {
  await using cloud = await testCloud();
  const program = fileURLToPath(new URL("sqs-clients.py", import.meta.url));
  const { stdout } = await run("python3", [program], { env: clientEnvironment(cloud, newAccount()) });
  assert.equal(stdout.trim(), "fine");
});

test("The AWS CLI sends and receives", needs("aws"), async () => {
  await using cloud = await testCloud();
  const env = clientEnvironment(cloud, newAccount());
  const sqs = async (...words: string[]) => {
    // Version 1 of the CLI heeds AWS_ENDPOINT_URL for every service but this one.
    const { stdout } = await run("aws", ["sqs", ...words, "--output=json", `--endpoint-url=${cloud.url}`], {
      env,
    });
    return stdout === "" ? {} : (JSON.parse(stdout) as Record<string, never>);
  };
  const { QueueUrl: url } = await sqs("create-queue", "--queue-name=cli", "--attributes=DelaySeconds=0");
  await sqs(
    "send-message",
    `--queue-url=${url}`,
    "--message-body=hello",
    '--message-attributes={"a":{"DataType":"String","StringValue":"b"}}',
  );
  const { Messages } = (await sqs(
    "receive-message",
    `--queue-url=${url}`,
    "--message-attribute-names=All",
    "--wait-time-seconds=20",
  )) as unknown as { Messages: { Body: string; MessageAttributes: unknown }[] };
  assert.equal(Messages[0]!.Body, "hello");
  assert.deepEqual(Messages[0]!.MessageAttributes, { a: { StringValue: "b", DataType: "String" } });
  await assert.rejects(sqs("get-queue-url", "--queue-name=none"), {
    stderr:
      /An error occurred \(AWS\.SimpleQueueService\.NonExistentQueue\) when calling the GetQueueUrl operation: The specified queue does not exist\./,
  });
});

test("Older clients speak the query protocol to the queue's own URL", async () => {
  await using cloud = await testCloud();
  const post = async (path: string, parameters: Record<string, string>) => {
    const response = await fetch(`${cloud.url}${path}`, {
      method: "POST",
      body: new URLSearchParams({ Version: "2012-11-05", ...parameters }),
    });
    return { status: response.status, text: await response.text() };
  };
  const created = await post("/", { Action: "CreateQueue", QueueName: "old" });
  assert.match(created.text, /<QueueUrl>http:\/\/127\.0\.0\.1:\d+\/000000000000\/old<\/QueueUrl>/);
  const path = "/000000000000/old";
  const sent = await post(path, {
    Action: "SendMessage",
    MessageBody: "a <b>",
    "MessageAttribute.1.Name": "n",
    "MessageAttribute.1.Value.DataType": "String",
    "MessageAttribute.1.Value.StringValue": "x",
  });
  assert.match(sent.text, /<SendMessageResponse xmlns="http:\/\/queue\.amazonaws\.com\/doc\/2012-11-05\/">/);
  const received = await fetch(
    `${cloud.url}${path}?Action=ReceiveMessage&AttributeName.1=All&MessageAttributeName.1=All`,
  );
  const text = await received.text();
  assert.match(text, /<Body>a &lt;b&gt;<\/Body>/);
  assert.match(text, /<Attribute><Name>ApproximateReceiveCount<\/Name><Value>1<\/Value><\/Attribute>/);
  assert.match(text, /<MessageAttribute><Name>n<\/Name>/);
  const missing = await post("/000000000000/none", { Action: "PurgeQueue" });
  assert.equal(missing.status, 400);
  assert.match(missing.text, /<Code>AWS\.SimpleQueueService\.NonExistentQueue<\/Code>/);
});
