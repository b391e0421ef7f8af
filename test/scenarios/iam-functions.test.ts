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
