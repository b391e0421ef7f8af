import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { IAM } from "@aws-sdk/client-iam";
import { Lambda } from "@aws-sdk/client-lambda";
import { SQS } from "@aws-sdk/client-sqs";
import type { AccessReport } from "../../src/gateway/access/report.ts";
import type { Cloud } from "../../src/index.ts";
import { createNodeFunction, payloadOf } from "../../src/services/lambda/functions.fixture.ts";
import { clientOptions, newAccount, testCloud } from "../cloud.ts";

let cloud: Cloud;
before(async () => {
  cloud = await testCloud({ iam: "enforce" });
});
after(() => cloud.stop());

const document = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });

test("A function calls as its role's session, and may do what the role may", async () => {
  const account = newAccount();
  const options = clientOptions(cloud, account);
  const iam = new IAM(options);
  const lambda = new Lambda(options);
  const { QueueUrl } = await new SQS(options).createQueue({ QueueName: "q" });
  const { Role } = await iam.createRole({
    RoleName: "worker",
    AssumeRolePolicyDocument: document({
      Effect: "Allow",
      Principal: { Service: "lambda.amazonaws.com" },
      Action: "sts:AssumeRole",
    }),
  });
  const source = `
    import { SQSClient, SendMessageCommand } from "@aws-sdk/client-sqs";
    const sqs = new SQSClient({ maxAttempts: 1 });
    export const handler = async ({ QueueUrl }) => {
      try {
        await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "m" }));
        return "sent";
      } catch (error) {
        return error.message;
      }
    };`;
  await createNodeFunction(lambda, "f", source, { Role: Role!.Arn!, Timeout: 30 });
  const invoke = async () =>
    payloadOf(await lambda.invoke({ FunctionName: "f", Payload: Buffer.from(JSON.stringify({ QueueUrl })) }));

  const arn = `arn:aws:sqs:us-east-1:${account}:q`;
  assert.equal(
    await invoke(),
    `User: arn:aws:sts::${account}:assumed-role/worker/f is not authorized to perform: sqs:sendmessage on resource: ${arn} because no identity-based policy allows the sqs:sendmessage action`,
  );
  const report = (await (await fetch(`${cloud.url}/_squall/iam`)).json()) as AccessReport;
  const worker = report.principals.find(({ principal }) => principal === Role!.Arn);
  assert.ok(worker?.missing.some(({ action, resource }) => action === "sqs:SendMessage" && resource === arn));

  const PolicyDocument = document({ Effect: "Allow", Action: "sqs:SendMessage", Resource: arn });
  await iam.putRolePolicy({ RoleName: "worker", PolicyName: "p", PolicyDocument });
  assert.equal(await invoke(), "sent");
});

test("Lambda polls a queue as the function's role, and asks nobody for leave to run its own function", async () => {
  const account = newAccount();
  const options = clientOptions(cloud, account);
  const iam = new IAM(options);
  const lambda = new Lambda(options);
  const sqs = new SQS(options);
  const { QueueUrl: from } = await sqs.createQueue({ QueueName: "from" });
  const { QueueUrl: to } = await sqs.createQueue({ QueueName: "to" });
  const { Role } = await iam.createRole({
    RoleName: "poller",
    AssumeRolePolicyDocument: document({
      Effect: "Allow",
      Principal: { Service: "lambda.amazonaws.com" },
      Action: "sts:AssumeRole",
    }),
  });
  const allow = (...actions: string[]) =>
    iam.putRolePolicy({
      RoleName: "poller",
      PolicyName: "p",
      PolicyDocument: document({ Effect: "Allow", Action: actions, Resource: "*" }),
    });
  const source = `
    import { SQSClient, SendMessageCommand } from "@aws-sdk/client-sqs";
    const sqs = new SQSClient({ maxAttempts: 1 });
    export const handler = ({ Records: [{ body }] }) =>
      sqs.send(new SendMessageCommand({ QueueUrl: process.env.TO, MessageBody: body }));`;
  const Environment = { Variables: { TO: to! } };
  await createNodeFunction(lambda, "poller", source, { Role: Role!.Arn!, Timeout: 30, Environment });
  const EventSourceArn = `arn:aws:sqs:us-east-1:${account}:from`;
  const poll = () => lambda.createEventSourceMapping({ FunctionName: "poller", EventSourceArn });
  for (const [lacking, ...allowed] of [
    ["ReceiveMessage", "sqs:SendMessage"],
    ["DeleteMessage", "sqs:ReceiveMessage"],
    ["GetQueueAttributes", "sqs:ReceiveMessage", "sqs:DeleteMessage"],
  ] as const) {
    await allow(...allowed);
    await assert.rejects(poll(), {
      name: "InvalidParameterValueException",
      message: `The provided execution role does not have permissions to call ${lacking} on SQS`,
    });
  }
  await allow("sqs:*");
  await poll();
  await sqs.sendMessage({ QueueUrl: from, MessageBody: "polled" });
  const { Messages } = await sqs.receiveMessage({ QueueUrl: to, WaitTimeSeconds: 20 });
  assert.equal(Messages?.[0]?.Body, "polled");
});

test("Only a role that Lambda may assume is taken", async () => {
  const account = newAccount();
  const options = clientOptions(cloud, account);
  const iam = new IAM(options);
  const lambda = new Lambda(options);
  const { Role } = await iam.createRole({
    RoleName: "elsewhere",
    AssumeRolePolicyDocument: document({
      Effect: "Allow",
      Principal: { Service: "ec2.amazonaws.com" },
      Action: "sts:AssumeRole",
    }),
  });
  const source = "export const handler = () => 1";
  const refused = {
    name: "InvalidParameterValueException",
    message: "The role defined for the function cannot be assumed by Lambda.",
  };
  const FunctionName = "trusting";
  await assert.rejects(createNodeFunction(lambda, FunctionName, source, { Role: Role!.Arn! }), refused);
  await createNodeFunction(lambda, FunctionName, source, { Role: `arn:aws:iam::${account}:role/not-made` });
  await assert.rejects(lambda.updateFunctionConfiguration({ FunctionName, Role: Role!.Arn! }), refused);
  await iam.updateAssumeRolePolicy({
    RoleName: "elsewhere",
    PolicyDocument: document({
      Effect: "Allow",
      Principal: { Service: ["ec2.amazonaws.com", "lambda.amazonaws.com"] },
      Action: "sts:AssumeRole",
    }),
  });
  await lambda.updateFunctionConfiguration({ FunctionName, Role: Role!.Arn! });
});
