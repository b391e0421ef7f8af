import assert from "node:assert/strict";
import { test } from "node:test";
import {
  GetFunctionConcurrencyCommand,
  InvokeCommand,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { clientOptions, newAccount, testCloud } from "../../../test/cloud.ts";
import type { Cloud } from "../../index.ts";
import { createNodeFunction, lambdaClient, signalServer } from "./functions.fixture.ts";

const event = (value: unknown) => Buffer.from(JSON.stringify(value));

/** A function `job` that tells the test of each event and then does what it answers. */
async function setUp(cloud: Cloud, url: string) {
  const account = newAccount();
  const lambda = lambdaClient(cloud, account);
  const sqs = new SQSClient(clientOptions(cloud, account));
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "records" }));
  await createNodeFunction(
    lambda,
    "job",
    `export const handler = async (event, context) => {
      const answer = await (await fetch("${url}", { method: "POST", body: JSON.stringify({ event, id: context.awsRequestId }) })).text();
      if (answer === "fail") throw new Error("asked to fail");
      return { did: event };
    };`,
  );
  const arn = `arn:aws:sqs:us-east-1:${account}:records`;
  const functionArn = `arn:aws:lambda:us-east-1:${account}:function:job`;
  const receive = async () => {
    const input = {
      QueueUrl,
      WaitTimeSeconds: 20,
      MessageAttributeNames: ["All"],
      AttributeNames: ["All" as const],
    };
    const { Messages } = await sqs.send(new ReceiveMessageCommand(input));
    return Messages![0]!;
  };
  return { lambda, receive, arn, functionArn };
}

test("an asynchronous invocation answers 202 at once, and its result goes to the destination", async () => {
  await using cloud = await testCloud();
  await using jobs = await signalServer();
  const { lambda, receive, arn, functionArn } = await setUp(cloud, jobs.url);
  const DestinationConfig = { OnSuccess: { Destination: arn } };
  await lambda.send(new PutFunctionEventInvokeConfigCommand({ FunctionName: "job", DestinationConfig }));
  const output = await lambda.send(
    new InvokeCommand({ FunctionName: "job", InvocationType: "Event", Payload: event({ a: 1 }) }),
  );
  assert.equal(output.StatusCode, 202);
  await jobs.calls(1);
  const { id } = jobs.bodies[0] as { id: string };
  assert.equal(output.$metadata.requestId, id);
  const { Body, Attributes } = await receive();
  assert.match(
    Attributes!["AWSTraceHeader"]!,
    /^Root=1-[\da-f]{8}-[\da-f]{24};Parent=[\da-f]{16};Sampled=0$/,
  );
  const record = JSON.parse(Body!) as Record<string, unknown>;
  assert.deepEqual(
    { ...record, timestamp: "" },
    {
      version: "1.0",
      timestamp: "",
      requestContext: {
        requestId: id,
        functionArn: `${functionArn}:$LATEST`,
        condition: "Success",
        approximateInvokeCount: 1,
      },
      requestPayload: { a: 1 },
      responseContext: { statusCode: 200, executedVersion: "$LATEST" },
      responsePayload: { did: { a: 1 } },
    },
  );
});

test("an event that fails is tried again after one minute and after two more, and then goes to the dead letters and the destination", async () => {
  await using cloud = await testCloud({ clockRate: 0 });
  await using jobs = await signalServer();
  const { lambda, receive, arn } = await setUp(cloud, jobs.url);
  await lambda.send(
    new UpdateFunctionConfigurationCommand({ FunctionName: "job", DeadLetterConfig: { TargetArn: arn } }),
  );
  jobs.answer = "fail";
  const invoked = () => cloud.calls.of("lambda", "Invoke");
  await lambda.send(
    new InvokeCommand({ FunctionName: "job", InvocationType: "Event", Payload: event({ b: 2 }) }),
  );
  assert.equal(invoked().length, 1);
  await jobs.calls(1);
  // The event goes back to the queue after the function has answered: no time passes meanwhile.
  await cloud.settle(0);
  await cloud.clock.advance("59s");
  assert.equal(jobs.paths.length, 1);
  await cloud.clock.advance("2s");
  await jobs.calls(2);
  await cloud.settle(0);
  await cloud.clock.advance("118s");
  assert.equal(jobs.paths.length, 2);
  await cloud.clock.advance("5s");
  await jobs.calls(3);
  const message = await receive();
  assert.equal(message.Body, '{"b":2}');
  const { id } = jobs.bodies[0] as { id: string };
  assert.deepEqual(
    Object.fromEntries(
      Object.entries(message.MessageAttributes!).map(([name, value]) => [name, value.StringValue]),
    ),
    { RequestID: id, ErrorCode: "200", ErrorMessage: "asked to fail" },
  );
  assert.ok(jobs.bodies.every((body) => (body as { id: string }).id === id));
});

test("retries can be switched off, and the failure goes to its destination", async () => {
  await using cloud = await testCloud();
  await using jobs = await signalServer();
  const { lambda, receive, arn } = await setUp(cloud, jobs.url);
  const DestinationConfig = { OnFailure: { Destination: arn } };
  await lambda.send(
    new PutFunctionEventInvokeConfigCommand({
      FunctionName: "job",
      MaximumRetryAttempts: 0,
      DestinationConfig,
    }),
  );
  jobs.answer = "fail";
  await lambda.send(new InvokeCommand({ FunctionName: "job", InvocationType: "Event" }));
  const record = JSON.parse((await receive()).Body!) as Record<string, Record<string, unknown>>;
  assert.equal(record["requestContext"]!["condition"], "RetriesExhausted");
  assert.equal(record["responseContext"]!["functionError"], "Unhandled");
  assert.equal(record["responsePayload"]!["errorMessage"], "asked to fail");
  assert.equal(jobs.paths.length, 1);
});

test("an event for a function without any concurrency is given up at once", async () => {
  await using cloud = await testCloud();
  await using jobs = await signalServer();
  const { lambda, receive, arn } = await setUp(cloud, jobs.url);
  await lambda.send(
    new PutFunctionConcurrencyCommand({ FunctionName: "job", ReservedConcurrentExecutions: 0 }),
  );
  const DestinationConfig = { OnFailure: { Destination: arn } };
  await lambda.send(
    new PutFunctionEventInvokeConfigCommand({
      FunctionName: "job",
      MaximumEventAgeInSeconds: 60,
      DestinationConfig,
    }),
  );
  await assert.rejects(lambda.send(new InvokeCommand({ FunctionName: "job" })), {
    name: "TooManyRequestsException",
    Reason: "ReservedFunctionConcurrentInvocationLimitExceeded",
    message: "Rate Exceeded.",
  });
  await lambda.send(new InvokeCommand({ FunctionName: "job", InvocationType: "Event", Payload: event("x") }));
  const record = JSON.parse((await receive()).Body!) as Record<string, Record<string, unknown>>;
  assert.equal(record["requestContext"]!["condition"], "ZeroReservedConcurrency");
  assert.equal(jobs.paths.length, 0);
});

test("a duplicate, asked for by a rule, runs the handler twice", async () => {
  await using cloud = await testCloud();
  await using jobs = await signalServer();
  const { lambda } = await setUp(cloud, jobs.url);
  await cloud.faults.add({ point: "lambda:invoke", effect: "duplicate", times: 1 });
  await lambda.send(new InvokeCommand({ FunctionName: "job", InvocationType: "Event", Payload: event(1) }));
  await jobs.calls(2);
  const [first, second] = jobs.bodies;
  assert.deepEqual(first, second);
});

test("an event that would be too old at its next attempt is given up, by the virtual clock", async () => {
  await using cloud = await testCloud();
  await using jobs = await signalServer();
  const { lambda, receive, arn } = await setUp(cloud, jobs.url);
  jobs.answer = "fail";
  const DestinationConfig = { OnFailure: { Destination: arn } };
  const age = { FunctionName: "job", MaximumEventAgeInSeconds: 60, DestinationConfig };
  await lambda.send(new PutFunctionEventInvokeConfigCommand(age));
  await lambda.send(new InvokeCommand({ FunctionName: "job", InvocationType: "Event", Payload: event(1) }));
  // The second attempt would come a minute after the first has failed, and the event was there before.
  const record = JSON.parse((await receive()).Body!) as Record<string, Record<string, unknown>>;
  assert.equal(record["requestContext"]!["condition"], "EventAgeExceeded");
  assert.equal(record["requestContext"]!["approximateInvokeCount"], 1);
  assert.equal(jobs.paths.length, 1);
});

test("an event that finds no capacity waits for as long as it may be old, and is given up then", async () => {
  await using cloud = await testCloud();
  await using jobs = await signalServer();
  const { lambda, receive, arn } = await setUp(cloud, jobs.url);
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: "job", Timeout: 900 }));
  await lambda.send(
    new PutFunctionConcurrencyCommand({ FunctionName: "job", ReservedConcurrentExecutions: 1 }),
  );
  const DestinationConfig = { OnFailure: { Destination: arn } };
  const age = { FunctionName: "job", MaximumEventAgeInSeconds: 60, DestinationConfig };
  await lambda.send(new PutFunctionEventInvokeConfigCommand(age));
  const held = Promise.withResolvers<void>();
  jobs.holdUntil = held.promise;
  const busy = lambda.send(new InvokeCommand({ FunctionName: "job" }));
  await jobs.calls(1);
  await lambda.send(new InvokeCommand({ FunctionName: "job", InvocationType: "Event", Payload: event(2) }));
  // Each step of time is one more attempt at the most, or none.
  const isGivenUp = () => cloud.calls.of("sqs", "SendMessage").length > 0;
  for (let seconds = 0; !isGivenUp() && seconds < 600; seconds += 2) {
    await cloud.clock.advance("PT2S");
    await lambda.send(new GetFunctionConcurrencyCommand({ FunctionName: "job" }));
  }
  const record = JSON.parse((await receive()).Body!) as Record<string, Record<string, unknown>>;
  assert.equal(record["requestContext"]!["condition"], "EventAgeExceeded");
  assert.equal(record["requestContext"]!["approximateInvokeCount"], 0);
  assert.equal(jobs.paths.length, 1);
  held.resolve();
  await busy;
});
