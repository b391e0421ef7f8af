import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import { clientEnvironment, newAccount, testCloud } from "../cloud.ts";

const run = promisify(execFile);

test("With dynamic URLs the JavaScript SDK needs no name service, though it believes the URL more than its endpoint", async () => {
  await using cloud = await testCloud({ environment: { SQS_ENDPOINT_STRATEGY: "dynamic" } });
  const program = `
    import { SQS } from "@aws-sdk/client-sqs";
    const sqs = new SQS({});
    const { QueueUrl } = await sqs.createQueue({ QueueName: "q" });
    await sqs.sendMessage({ QueueUrl, MessageBody: "hello" });
    console.log((await sqs.receiveMessage({ QueueUrl })).Messages[0].Body);`;
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", program], {
    env: { ...clientEnvironment(cloud, newAccount()), AWS_REGION: "us-east-1" },
    cwd: import.meta.dirname,
  });
  assert.equal(stdout.trim(), "hello");
});
