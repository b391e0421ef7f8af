import assert from "node:assert/strict";
import { test } from "node:test";
import { CreateEventSourceMappingCommand } from "@aws-sdk/client-lambda";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import {
  createNodeFunction,
  lambdaClient,
  signalServer,
} from "../../src/services/lambda/functions.fixture.ts";
import { clientOptions, newAccount, testCloud } from "../cloud.ts";
import { until } from "../until.ts";

const MESSAGES = 1000;

test("of a burst of 1,000 messages none is lost while environments are killed at random", async () => {
  await using cloud = await testCloud();
  await using worked = await signalServer();
  const account = newAccount();
  const lambda = lambdaClient(cloud, account);
  const sqs = new SQSClient(clientOptions(cloud, account));
  const Attributes = { VisibilityTimeout: "60" };
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "burst", Attributes }));
  await createNodeFunction(
    lambda,
    "worker",
    `export const handler = async (event) => {
      const bodies = event.Records.map((record) => record.body);
      await fetch("${worked.url}", { method: "POST", body: JSON.stringify(bodies) });
    };`,
    { Timeout: 20 },
  );
  const crash = await cloud.faults.add({
    point: "lambda:invoke",
    effect: "crash",
    params: { afterMs: 3 },
    percentage: 20,
  });
  for (let sent = 0; sent < MESSAGES; sent += 10) {
    const Entries = Array.from({ length: 10 }, (_, i) => ({ Id: String(i), MessageBody: String(sent + i) }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  }
  await lambda.send(
    new CreateEventSourceMappingCommand({
      FunctionName: "worker",
      EventSourceArn: `arn:aws:sqs:us-east-1:${account}:burst`,
    }),
  );
  const attributes = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"] as const;
  const counts = async () => {
    const input = { QueueUrl, AttributeNames: [...attributes] };
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand(input));
    return attributes.map((name) => Number(Attributes![name]));
  };
  await until(async () => {
    await cloud.settle(0);
    const [visible, hidden] = await counts();
    // What is left waits for its visibility timeout.
    if (visible === 0 && hidden! > 0) await cloud.clock.advance("60s");
    return visible === 0 && hidden === 0;
  });
  const seen = new Set(worked.bodies.flatMap((body) => body as string[]));
  assert.equal(seen.size, MESSAGES);
  const failures = cloud.calls
    .of("lambda", "Invoke")
    .filter((call) => call.decisions.some((decision) => decision.ruleId === crash.id && decision.fired));
  assert.ok(failures.length > 5, `${failures.length} environments were killed`);
});
